// SPDX-License-Identifier: ISC
// svlog -f: new lines, whatever happens to the files.
#include <csignal>

#include "reader.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A log directory that the test writes itself, and its reader.
struct Followed : Sandbox {
  explicit Followed(const std::string& first = said(0, "first")) : shown(first) {
    write("web/current", first);
  }
  void follow(Argv arguments = {"./web"}) {
    arguments.insert(arguments.begin(), {"svlog", "-f", "-o", "raw"});
    reader.emplace(start(arguments));
    check();
  }
  // Waits until all that it should is shown.
  void check() { await_shown(*this, *reader, shown); }
  void say(int64_t second, const std::string& text) {
    append("web/current", said(second, text));
    shown += said(second, text);
  }

  std::string shown;
  std::optional<Process> reader;
};

std::string old_name(int64_t second, const std::string& code = "s") {
  return "web/" + label_at(second) + "." + code;
}

}  // namespace

TEST_CASE("lines are shown as they come") {
  Followed box;
  box.follow();
  for (int64_t second = 1; second < 20; ++second) {
    box.say(second, "more");
    box.check();
  }
  CHECK_FALSE(box.reader->ended());
  CHECK(box.reader->err() == "");
}

TEST_CASE("following begins with the last ten lines, or as many as asked for") {
  Sandbox box;
  box.write("web/current", said_from_to(1, 30));
  await_shown(box, box.start({"svlog", "-f", "-o", "raw", "./web"}), said_from_to(21, 30));
  await_shown(box, box.start({"svlog", "-f", "-n2", "-oraw", "./web"}), said_from_to(29, 30));
  await_shown(box, box.start({"svlog", "-f", "--since", label_at(5), "-oraw", "./web"}),
              said_from_to(5, 30));
}

TEST_CASE("it waits without polling, where the system reports changes") {
  if (is_portable_twin()) SKIP("the portable twin looks now and then");
  Followed box;
  box.follow();
  box.say(1, "more");
  box.check();
  const std::string call = "/proc/" + std::to_string(box.reader->pid()) + "/syscall";
  if (contents_of(call).empty()) SKIP("the system does not show what a process waits for");
  // The third argument of poll(2) is the limit: none.
  box.wait_for([&] { return contains(contents_of(call), " 0xffffffff "); }, "it does not wait");
}

TEST_CASE("each new line has its time") {
  Sandbox box;
  box.write("web/current", said(1, "one"));
  const Process reader = box.start({"svlog", "-f", "./web"}, {.environment = {{"TZ", "UTC"}}});
  await_shown(box, reader, "2026-11-22 09:00:01.000 one\n");
  box.append("web/current", said(2, "two"));
  await_shown(box, reader, "2026-11-22 09:00:01.000 one\n2026-11-22 09:00:02.000 two\n");
}

TEST_CASE("an unfinished line is shown when it is complete") {
  Followed box;
  box.follow();
  box.append("web/current", label_at(1) + " ha");
  box.append("web/current", "lf\n");
  box.shown += said(1, "half");
  box.check();
  CHECK(box.reader->out() == box.shown);
}

TEST_CASE("it continues in the next file when the log is rotated") {
  Followed box;
  box.follow();
  for (int64_t second = 1; second < 10; ++second) {
    box.say(second * 10, "before");
    box.move("web/current", old_name(second * 10 + 5));
    box.write("web/current", "");
    box.say(second * 10 + 6, "after");
    box.check();
  }
}

TEST_CASE("it shows logs rotated while it was stopped") {
  Followed box;
  box.follow();
  box.reader->signal(SIGSTOP);
  box.say(1, "in the file that it has open");
  box.move("web/current", old_name(5));
  box.write("web/current", said(6, "in one that it has never seen"));
  box.move("web/current", old_name(10));
  box.write("web/current", said(11, "in the one of now"));
  box.shown += said(6, "in one that it has never seen") + said(11, "in the one of now");
  box.reader->signal(SIGCONT);
  box.check();
}

TEST_CASE("an unfinished line of a rotated file is shown when nothing follows it") {
  Followed box;
  box.follow();
  box.append("web/current", label_at(1) + " half");
  box.move("web/current", old_name(2, "u"));
  box.write("web/current", said(3, "whole"));
  box.shown += said(1, "half") + said(3, "whole");
  box.check();
}

TEST_CASE("it follows multilog through the middle of a rotation") {
  Followed box;
  box.follow();
  box.say(1, "one");
  box.check();
  box.move("web/current", "web/previous");
  box.write("web/current", said(2, "two"));
  box.shown += said(2, "two");
  box.check();
  // A processor has made another file of it.
  box.write("web/processed", said(0, "FIRST") + said(1, "ONE"));
  box.mode("web/processed", 0744);
  box.remove("web/previous");
  box.move("web/processed", old_name(5));
  box.say(3, "three");
  box.check();
  box.move("web/current", old_name(6));
  box.write("web/current", said(7, "seven"));
  box.shown += said(7, "seven");
  box.check();
}

TEST_CASE("it follows a real logger through many rotations and processors") {
  const std::string logger = GENERATE("svlogd -t logs", "multilog t s4096 n100 '!gzip' ./logs");
  Sandbox box;
  box.write("logs/config", "s4096\nn100\n!gzip\n");
  box.write("logs/current", "");
  const Process reader = box.start({"svlog", "-f", "--since", "-1h", "./logs"});
  Process source = box.start({"sh", "-c", "exec " + logger}, {.fed = true});
  std::string all;
  for (int part = 0; part < 40; ++part) {
    const std::string text = numbered(part * 50 + 1, part * 50 + 50, 60);
    source.feed(text);
    all += text;
    if (part % 5 == 0)
      box.wait_for([&] { return messages(reader.out()) == all; }, "lines are missing");
  }
  box.wait_for([&] { return messages(reader.out()) == all; }, "lines are missing");
  CHECK(reader.err() == "");
}

TEST_CASE("a log directory and its parents may be created later") {
  Sandbox box;
  const Process reader = box.start({"svlog", "-f", "-o", "raw", "./deep/er/web"});
  box.wait_for([&] { return !reader.err().empty(); }, "it does not say that it waits");
  CHECK(reader.err() == "svlog: warning: ./deep/er/web does not exist yet\n");
  box.directory("deep");
  box.directory("deep/er");
  box.directory("deep/er/web");
  box.write("deep/er/web/current", said(1, "one"));
  await_shown(box, reader, said(1, "one"));
  box.append("deep/er/web/current", said(2, "two"));
  await_shown(box, reader, said(1, "one") + said(2, "two"));
}

TEST_CASE("a log directory that is replaced is followed") {
  Followed box;
  box.follow();
  box.move("web", "web.old");
  box.write("web/current", "");
  box.say(1, "in the new one");
  box.check();
  box.remove("web");
  box.write("web/current", "");
  box.say(2, "in another one");
  box.check();
}

TEST_CASE("a truncated file is followed from its start") {
  Followed box;
  box.follow();
  box.write("web/current", "");
  box.say(1, "new");
  box.check();
}

TEST_CASE("several logs are followed at once, and only matching lines are shown") {
  Followed box;
  box.write("other/current", "");
  box.follow({"./web", "./other", "-g", "st$"});
  box.append("other/current", said(1, "least") + said(1, "more"));
  box.shown += said(1, "least");
  box.check();
  box.append("web/current", said(2, "less"));
  box.say(3, "most");
  box.check();
}

TEST_CASE("it exits when its reader has gone, without waiting for a line") {
  Followed box;
  box.write("script", "svlog -f ./web | head -n 1; echo done\n");
  const Process pipeline = box.start({"sh", "script"});
  CHECK(pipeline.wait() == 0);
  CHECK(contains(pipeline.out(), "done"));
  CHECK(pipeline.err() == "");
}

TEST_CASE("lines without a stamp have the time of their arrival") {
  Followed box("");
  box.follow({"./web", "-o", "json"});
  box.append("web/current", "now\n");
  box.wait_for([&] { return contains(box.reader->out(), "\"now\""); }, "no line");
  const std::string time = values(box.reader->out(), "time")[0];
  CHECK(time.substr(0, 4) >= "2020");
}
