// SPDX-License-Identifier: ISC
// svlog: old logs, compressed and broken ones, and going on at a cursor.
#include <sys/stat.h>
#include <unistd.h>

#include "reader.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool has_program(const std::string& name) {
  return access(("/usr/bin/" + name).c_str(), X_OK) == 0 ||
         access(("/bin/" + name).c_str(), X_OK) == 0;
}

// A log of a hundred seconds, in files of ten.
struct Rotated : Sandbox {
  Rotated() {
    for (int64_t second = 0; second < 90; second += 10)
      write(old(second), said_from_to(second, second + 9));
    write("web/current", said_from_to(90, 99));
  }
  // The file with the lines from that second on.
  static std::string old(int64_t second, const std::string& code = "s") {
    return "web/" + label_at(second + 9).substr(0, 24) + "1." + code;
  }
  void compress(int64_t second, const std::string& program) {
    const std::string name = path(old(second));
    CHECK(run({"sh", "-c", program + " -c <" + name + " >packed && mv packed " + name}).code == 0);
  }
};

}  // namespace

TEST_CASE("old logs come before the current one, in their order") {
  Rotated box;
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 99));
  CHECK(svlog(box, {"-o", "raw", "-n", "25", "./web"}) == said_from_to(75, 99));
  CHECK(svlog(box, {"-o", "raw", "-n", "20", "./web"}) == said_from_to(80, 99));
  CHECK(svlog(box, {"-o", "raw", "-n", "3", "--grep", "5$", "./web"}) ==
        said(75, "second 75") + said(85, "second 85") + said(95, "second 95"));
  CHECK(svlog(box, {"-o", "raw", "-n", "5", "--until", label_at(42), "./web"}) ==
        said_from_to(38, 42));
  CHECK(svlog(box, {"-o", "raw", "-n", "5", "--since", label_at(97), "./web"}) ==
        said_from_to(97, 99));
  for (int64_t second = 0; second < 100; second += 7)
    CHECK(svlog(box, {"-o", "raw", "--since", label_at(second), "./web"}) ==
          said_from_to(second, 99));
}

TEST_CASE("a log without a current file is shown") {
  Rotated box;
  box.remove("web/current");
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 89));
}

TEST_CASE("old logs that a processor has compressed are read") {
  Rotated box;
  int64_t second = 0;
  for (const char* const program : {"gzip", "xz", "zstd", "bzip2", "lz4"}) {
    if (has_program(program)) box.compress(second, program);
    second += 10;
  }
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 99));
  CHECK(svlog(box, {"-o", "raw", "--since", label_at(15), "./web"}) == said_from_to(15, 99));
  CHECK(svlog(box, {"-o", "raw", "-n", "73", "./web"}) == said_from_to(27, 99));
  CHECK(svlog(box, {"-o", "raw", "-g", "second 33", "./web"}) == said(33, "second 33"));
}

TEST_CASE("the logs of svlogd and its processor are read completely") {
  Sandbox box;
  box.write("logs/config", "s10000\nn0\n!gzip\n");
  CHECK(box.run({"svlogd", "-tt", "logs"}, {.input = numbered(1, 5000)}).code == 0);
  CHECK(box.run({"svlogd", "-tt", "logs"}, {.input = numbered(5001, 6000)}).code == 0);
  CHECK(messages(svlog(box, {"./logs"})) == numbered(1, 6000));
  CHECK(messages(svlog(box, {"-n", "4000", "./logs"})) == numbered(2001, 6000));
}

TEST_CASE("no line is missing or out of order while a logger rotates") {
  const std::string processor = GENERATE("", "!cat\n");
  Sandbox box;
  const std::string all = numbered(1, 30000, 20);
  box.write("all", all);
  box.write("logs/config", "s10000\nn0\n" + processor);
  const Process logger = box.start({"sh", "-c", "svlogd logs <all; echo end >$0", box.path("end")});
  box.wait_for([&] { return box.exists("logs/lock"); }, "the logger does not begin");
  for (bool last = false; !last;) {
    last = logger.ended().has_value();
    const Result result = box.run({"svlog", "-o", "raw", "./logs"});
    if (result.code == 111) continue;
    CHECK(result.err.empty());
    // The last line may be one that is just being written.
    const size_t size = result.out.empty() ? 0 : result.out.size() - 1;
    const bool in_order = all.compare(0, size, result.out, 0, size) == 0;
    REQUIRE(in_order);
    if (last) REQUIRE(result.out.size() == all.size());
  }
}

TEST_CASE("large compressed logs are read") {
  Sandbox box;
  const std::string first = said_from_to(0, 60000), second = said_from_to(60001, 120000);
  box.write("web/" + label_at(60001) + ".s", first);
  box.write("web/" + label_at(120001) + ".s", second);
  CHECK(box.run({"sh", "-c", "for f in web/@*; do gzip $f; mv $f.gz $f; done"}).code == 0);
  CHECK(svlog(box, {"-o", "raw", "./web"}) == first + second);
  CHECK(svlog(box, {"-o", "raw", "-n", "70000", "./web"}) == said_from_to(50001, 120000));
}

TEST_CASE("an old log that is being processed is read once") {
  Rotated box;
  box.write(Rotated::old(10, "t"), "half of\n");
  box.move(Rotated::old(10), Rotated::old(10, "u"));
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 99));
  box.write(Rotated::old(30, "u"), "the same before\n");
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 99));
}

TEST_CASE("a log that multilog is rotating is read between old logs and current") {
  Rotated box;
  box.move(Rotated::old(80), "web/previous");
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 99));
  CHECK(svlog(box, {"-o", "raw", "-n", "15", "./web"}) == said_from_to(85, 99));
  CHECK(svlog(box, {"-o", "raw", "-n", "5", "./web"}) == said_from_to(95, 99));
  box.write("web/processed", "half of\n");
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 99));
  box.move("web/previous", "web/processed");
  box.mode("web/processed", 0744);
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 99));
}

TEST_CASE("the intact part of a broken old log is read, with one warning") {
  Rotated box;
  box.compress(20, "gzip");
  const std::string whole = box.read(Rotated::old(20));
  box.write(Rotated::old(20), whole.substr(0, whole.size() - 12));
  const Result cut = box.run({"svlog", "-o", "raw", "./web"});
  CHECK(cut.code == 0);
  CHECK(cut.err ==
        "svlog: warning: unable to read all of ./" + Rotated::old(20) + ": gzip failed\n");
  CHECK(contains(cut.out, said_from_to(0, 19)));
  CHECK(contains(cut.out, said_from_to(30, 99)));

  box.write(Rotated::old(20), "\x1f\x8bgarbage");
  const Result garbage = box.run({"svlog", "-o", "raw", "./web"});
  CHECK(garbage.code == 0);
  CHECK(lines_of(garbage.err).size() == 1);
  CHECK(garbage.out == said_from_to(0, 19) + said_from_to(30, 99));

  box.write(Rotated::old(20), "");
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said_from_to(0, 19) + said_from_to(30, 99));
}

TEST_CASE("a missing program is reported") {
  Rotated box;
  box.compress(20, "gzip");
  box.directory("empty");
  const Result result = box.run({program_directory() + "/svlog", "-o", "raw", "./web"},
                                {.environment = {{"PATH", box.path("empty")}}});
  CHECK(result.code == 0);
  CHECK(result.err ==
        "svlog: warning: unable to read ./" + Rotated::old(20) + ": gzip: file does not exist\n");
  CHECK(result.out == said_from_to(0, 19) + said_from_to(30, 99));
}

TEST_CASE("an unreadable old log is reported, and the rest is shown") {
  if (geteuid() == 0 && !can_be_root()) SKIP("needs to change the user");
  Rotated box;
  box.remove(Rotated::old(20));
  box.directory(Rotated::old(20));
  const Result result = box.run({"svlog", "-o", "raw", "./web"});
  CHECK(result.code == 0);
  CHECK(result.err ==
        "svlog: warning: unable to read all of ./" + Rotated::old(20) + ": is a directory\n");
  CHECK(result.out == said_from_to(0, 19) + said_from_to(30, 99));
}

TEST_CASE("a cursor continues exactly after its line") {
  Rotated box;
  box.compress(20, "gzip");
  const std::string all = svlog(box, {"-o", "json", "./web"});
  const std::vector<std::string> cursors = values(all, "cursor");
  REQUIRE(cursors.size() == 100);
  for (size_t at = 0; at < cursors.size(); at += 9)
    CHECK(svlog(box, {"-o", "raw", "--cursor", cursors[at], "./web"}) ==
          said_from_to(static_cast<int64_t>(at) + 1, 99));
  CHECK(svlog(box, {"--cursor", cursors.back(), "./web"}).empty());
}

TEST_CASE("a cursor finds its line when the file has been rotated since") {
  Rotated box;
  const std::vector<std::string> cursors = values(svlog(box, {"-o", "json", "./web"}), "cursor");
  box.move("web/current", Rotated::old(90));
  box.write("web/current", said_from_to(100, 109));
  CHECK(svlog(box, {"-o", "raw", "--cursor", cursors[94], "./web"}) == said_from_to(95, 109));
  box.compress(90, "gzip");
  CHECK(svlog(box, {"-o", "raw", "--cursor", cursors[94], "./web"}) == said_from_to(95, 109));
  CHECK(svlog(box, {"-o", "raw", "--cursor", cursors[34], "./web"}) == said_from_to(35, 109));
}

TEST_CASE("a cursor finds its line while multilog is in the middle of a rotation") {
  Rotated box;
  const auto go_on_everywhere = [&box](const std::vector<std::string>& cursors) {
    for (const size_t at : {75, 79, 80, 85, 89, 90, 95, 99})
      CHECK(svlog(box, {"-o", "raw", "--cursor", cursors[at], "./web"}) ==
            said_from_to(static_cast<int64_t>(at) + 1, 99));
  };
  const auto cursors = [&box] { return values(svlog(box, {"-o", "json", "./web"}), "cursor"); };
  const std::vector<std::string> before = cursors();
  box.move(Rotated::old(80), "web/previous");
  const std::vector<std::string> during = cursors();
  go_on_everywhere(during);
  box.move("web/previous", Rotated::old(80));
  go_on_everywhere(during);
  go_on_everywhere(before);
}

TEST_CASE("a cursor whose file is gone continues with later lines, and reports it") {
  Rotated box;
  const std::vector<std::string> cursors = values(svlog(box, {"-o", "json", "./web"}), "cursor");
  box.remove(Rotated::old(0));
  box.remove(Rotated::old(10));
  const Result result = box.run({"svlog", "-o", "raw", "--cursor", cursors[5], "./web"});
  CHECK(result.code == 0);
  CHECK(result.out == said_from_to(20, 99));
  CHECK(result.err ==
        "svlog: warning: the line of the cursor is no longer in ./web, continuing with later "
        "lines\n");
}

TEST_CASE("a cursor continues exactly in several logs, also in lines of the same time") {
  Sandbox box;
  std::string odd, even, third;
  for (int64_t second = 0; second < 30; ++second) {
    odd += said(second / 3, "odd " + std::to_string(second));
    even += said(second / 2, "even " + std::to_string(second));
    // A clock that is set back now and then.
    third += said(second % 7 == 3 ? second + 5 : second, "third " + std::to_string(second));
  }
  box.write("a/current", odd);
  box.write("b/current", even);
  box.write("c/current", third);
  const std::string all = svlog(box, {"-o", "json", "./a", "./b", "./c"});
  const std::vector<std::string> cursors = values(all, "cursor");
  const std::string raw = svlog(box, {"-o", "raw", "./a", "./b", "./c"});
  std::string rest = raw;
  for (const std::string& cursor : cursors) {
    rest = rest.substr(rest.find('\n') + 1);
    REQUIRE(svlog(box, {"-o", "raw", "--cursor", cursor, "./c", "./b", "./a"}) == rest);
  }
}

TEST_CASE("each log may have a cursor of its own") {
  Sandbox box;
  box.write("a/current", said_from_to(0, 9));
  box.write("b/current", said_from_to(0, 9));
  const std::string a = values(svlog(box, {"-ojson", "./a"}), "cursor")[7];
  const std::string b = values(svlog(box, {"-ojson", "./b"}), "cursor")[4];
  CHECK(svlog(box, {"-oraw", "--cursor", a, "--cursor", b, "./a", "./b"}) ==
        said_from_to(5, 7) + said(8, "second 8") + said(8, "second 8") + said(9, "second 9") +
            said(9, "second 9"));
}

TEST_CASE("a line that was cut by rotation is shown as one") {
  Sandbox box;
  box.write("web/" + label_at(5) + ".s", said(1, "one") + label_at(2) + " tw");
  box.write("web/current", "o\n" + said(3, "three"));
  CHECK(
      svlog(box, {"./web"}) ==
      "2026-11-22 09:00:01.000 one\n2026-11-22 09:00:02.000 two\n2026-11-22 09:00:03.000 three\n");
  CHECK(svlog(box, {"-oraw", "./web"}) == said(1, "one") + said(2, "two") + said(3, "three"));
}

TEST_CASE("an unfinished line that was never continued ends before the next line") {
  Sandbox box;
  box.write("web/" + label_at(5) + ".u", said(1, "one") + label_at(2) + " tw");
  box.write("web/current", said(3, "three"));
  CHECK(svlog(box, {"-oraw", "./web"}) == said(1, "one") + said(2, "tw") + said(3, "three"));
}

TEST_CASE("JSON output does not cut a character at a rotation") {
  Sandbox box;
  std::string line;
  for (int number = 0; number < 3000; ++number) line += "a\xe2\x82\xac";
  for (const std::string size : {"2001", "2002", "2003", "2004"}) {
    box.remove("logs");
    box.write("logs/config", "s" + size + "\nn0\n");
    CHECK(box.run({"svlogd", "logs"}, {.input = line + "\n"}).code == 0);
    std::string all;
    for (const std::string& part : values(svlog(box, {"-o", "json", "./logs"}), "message"))
      all += part;
    CHECK(all == line);
  }
}
