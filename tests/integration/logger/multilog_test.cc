// SPDX-License-Identifier: ISC
// multilog: its script language and its messages. Its engine is svlogd's, and
// tested there.
#include <fcntl.h>

#include <csignal>
#include <regex>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using Names = std::vector<std::string>;

Result multilog(Sandbox& box, Argv script, const std::string& input = "") {
  script.insert(script.begin(), "multilog");
  return box.run(script, {.input = input});
}

}  // namespace

TEST_CASE("lines go to directories that are named with a dot or a slash") {
  Sandbox box;
  const Result result = multilog(box, {"./one", box.path("deep/er/two"), "three"}, "a\nb");
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK(box.list("one") == Names{"current", "lock", "state"});
  CHECK(mode_of(box, "one") == 0700);
  CHECK(mode_of(box, "one/current") == 0744);
  CHECK(mode_of(box, "one/state") == 0644);
  CHECK(box.read("one/current") == "a\nb\n");
  CHECK(box.read("deep/er/two/current") == "a\nb\n");
  CHECK_FALSE(box.exists("three"));
}

TEST_CASE("without a script it reads all input and does nothing") {
  Sandbox box;
  const Result result = multilog(box, {}, "a\nb\n");
  CHECK(result.code == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
}

TEST_CASE("each directory gets the lines selected at its place in the script") {
  Sandbox box;
  const Result result = multilog(
      box, {"./all", "-*", "./none", "+a*", "./some", "-ab", "e", "+*", "./most"}, "a\nab\nb\n");
  CHECK(result.code == 0);
  CHECK(box.read("all/current") == "a\nab\nb\n");
  CHECK(box.read("none/current").empty());
  CHECK(box.read("some/current") == "a\nab\n");
  CHECK(result.err == "a\n");
  CHECK(box.read("most/current") == "a\nab\nb\n");
}

TEST_CASE("time stamps come first and patterns see them") {
  Sandbox box;
  CHECK(multilog(box, {"t", "-*", "+* fatal: *", "./fatal", "+*", "e"}, "x fatal: y\nfatal: z\n")
            .code == 0);
  CHECK(std::regex_match(box.read("fatal/current"), std::regex("@4[0-9a-f]{23} fatal: z\n")));
  const Result seconds = multilog(box, {"T", "e"}, "x\n");
  CHECK(std::regex_match(seconds.err, std::regex("[0-9]{10}\\.[0-9]{6} x\n")));
}

TEST_CASE("standard error gets the first 200 bytes of a line") {
  Sandbox box;
  const std::string fits(200, 'a'), longer(201, 'b');
  CHECK(multilog(box, {"e"}, fits + "\n" + longer + "\n").err ==
        fits + "\n" + longer.substr(0, 200) + "...\n");
}

TEST_CASE("a status file has the last line, padded") {
  Sandbox box;
  CHECK(multilog(box, {"=status"}).code == 0);
  CHECK(box.read("status").empty());
  CHECK(mode_of(box, "status") == 0600);
  CHECK(multilog(box, {"-*", "+STAT*", "=status"}, "STAT 1\nx\nSTAT 2\ny\n").code == 0);
  CHECK(box.read("status") == "STAT 2" + std::string(995, '\n'));
  CHECK(multilog(box, {"=status"}, std::string(5000, 'x') + "\n").code == 0);
  CHECK(box.read("status") == std::string(1000, 'x') + "\n");
}

TEST_CASE("a status file that cannot be created is fatal") {
  Sandbox box;
  const Result result = multilog(box, {"=no/status"}, "x\n");
  CHECK(result.code == 111);
  CHECK(result.err == "multilog: fatal: unable to create no/status: file does not exist\n");
}

TEST_CASE("lines that standard error or a status file does not take are in the exit code") {
  Sandbox box;
  const auto code = [&](const std::string& command) {
    return box.run({"sh", "-c", "printf 'a\\nb\\n' | " + command}).code;
  };
  CHECK(code("multilog e 2>/dev/full") == 111);
  CHECK(code("multilog e 2>&-") == 111);
  CHECK(code("multilog '-*' e 2>&-") == 0);
  CHECK(code("multilog ./logs 2>&-") == 0);
  CHECK(code("multilog e ./logs 2>/dev/full") == 111);
  CHECK(box.read("logs/current") == "a\nb\na\nb\n");
  CHECK(code("multilog =/dev/full 2>/dev/null") == 111);
  CHECK(code("multilog '-*' =/dev/full") == 0);
}

TEST_CASE("sizes and numbers apply to the directories that follow") {
  Sandbox box;
  const std::string input = numbered(1, 1000, 49);
  CHECK(multilog(box, {"./usual", "s4096", "n3", "./small"}, input).code == 0);
  CHECK(old_logs(box, "usual").empty());
  REQUIRE(old_logs(box, "small").size() == 2);
  // A line's end within 2000 bytes of the size is good enough.
  for (const std::string& name : old_logs(box, "small"))
    CHECK(box.read("small/" + name).size() == 2100);
}

TEST_CASE("old logs have the requested code") {
  Sandbox box;
  CHECK(multilog(box, {"s4096", "n3", "wlog", "./logs"}, numbered(1, 1000, 49)).code == 0);
  const Names names = old_logs(box, "logs");
  REQUIRE(names.size() == 2);
  for (const std::string& name : names) CHECK(name.ends_with(".log"));
}

TEST_CASE("F selects shell patterns") {
  Sandbox box;
  CHECK(multilog(box, {"F", "-*", "+*[0-9]*", "./logs", "S", "-*[0-9]*", "./same"}, "a1b\nab\n")
            .code == 0);
  CHECK(box.read("logs/current") == "a1b\n");
  CHECK(box.read("same/current") == "a1b\n");
}

TEST_CASE("a processor keeps state between runs") {
  Sandbox box;
  CHECK(multilog(box, {"s4096", "!read n <&4; echo $((n+1)) >&5; sed s/^/x/", "./logs"},
                 numbered(1, 42, 49))
            .code == 0);
  const Names names = old_logs(box, "logs");
  REQUIRE(names.size() == 1);
  CHECK(names[0].ends_with(".s"));
  CHECK(box.read("logs/state") == "1\n");
  CHECK(box.read("logs/" + names[0]).starts_with("x1...."));
}

TEST_CASE("a directory in use, or that cannot be opened, is fatal") {
  Sandbox box;
  Process logger = box.start({"multilog", "./logs"}, {.fed = true});
  logger.feed("x\n");
  await_logged(box, "logs", "x\n");
  const Result second = multilog(box, {"./logs"}, "y\n");
  CHECK(second.code == 111);
  CHECK(second.err == "multilog: fatal: unable to lock directory ./logs: temporary failure\n");
  box.write("file", "");
  const Result third = multilog(box, {"./file"}, "y\n");
  CHECK(third.code == 111);
  CHECK(third.err == "multilog: fatal: unable to open directory ./file: not a directory\n");
}

TEST_CASE("ALRM rotates, TERM stops it after a complete line") {
  Sandbox box;
  Process logger = box.start({"multilog", "./logs"}, {.fed = true});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  logger.signal(SIGALRM);
  await_old_logs(box, "logs", 1);
  logger.feed("tw");
  logger.signal(SIGTERM);
  logger.feed("o\nthree\n");
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs").starts_with("one\ntwo\n"));
}

TEST_CASE("TERM leaves unread input in the pipe") {
  if (!leaves_lines_in_pipe("multilog")) SKIP("this platform cannot look into pipes");
  Sandbox box;
  Channel pipe = box.channel("pipe");
  const Process logger = box.start({"sh", "-c", "exec multilog ./logs <pipe"});
  pipe.say("one");
  await_logged(box, "logs", "one\n");
  REQUIRE(write_all(open_write(AT_FDCWD, pipe.path().c_str()).get(), "begun"));
  logger.signal(SIGTERM);
  // Until it has heard, the line stays open, and a second goes by.
  pipe.say(" and ended\nmore");
  CHECK(logger.wait() == 0);
  const std::string here = logged(box, "logs");
  const Process next = box.start({"sh", "-c", "exec multilog ./next <pipe"});
  box.wait_for([&] { return (here + logged(box, "next")).ends_with("more\n"); }, "more is lost");
  CHECK(here + logged(box, "next") == "one\nbegun and ended\nmore\n");
}

TEST_CASE("write errors are reported with multilog's messages") {
  Sandbox box;
  box.directory("logs");
  box.link("/dev/full", "logs/current");
  Process logger = box.start({"multilog", "./logs"}, {.fed = true});
  logger.feed("one\n");
  box.wait_for([&] { return !logger.err().empty(); }, "it does not say so");
  CHECK(logger.err() ==
        "multilog: warning: unable to write to ./logs/current, pausing: out of disk space\n");
}

TEST_CASE("a line goes to all copies on the same descriptor before the next") {
  Sandbox box;
  CHECK(multilog(box, {"e", "e"}, "a\nb").err == "a\na\nb\nb\n");
  CHECK(multilog(box, {"e", "./all", "-a", "e", "=status"}, "a\nb\nc\n").err == "a\nb\nb\nc\nc\n");
  CHECK(box.read("all/current") == "a\nb\nc\n");
  CHECK(box.read("status").starts_with("c\n"));
  const Result mirrored =
      multilog(box, {"mirror=stdout one", "./one", "mirror=stdout two", "./two"}, "a\nb\n");
  CHECK(mirrored.out == "[one] a\n[two] a\n[one] b\n[two] b\n");
  CHECK(box.read("one/current") == "a\nb\n");
  const Result stamped = multilog(box, {"t", "e", "./stamped", "e"}, "a\nb\n");
  const auto lines = lines_of(stamped.err);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == lines[1]);
  CHECK(lines[2] == lines[3]);
  CHECK(box.read("stamped/current") == lines[0] + "\n" + lines[2] + "\n");
  // More than any buffer holds, and lines that come in pieces.
  const std::string longest(100000, 'x');
  CHECK(multilog(box, {"e", "mirror=stderr", "./long", "e"}, longest + "\n" + numbered(1, 3000))
            .code == 0);
  CHECK(logged(box, "long") == longest + "\n" + numbered(1, 3000));
}

TEST_CASE("a rotation that a killed multilog or s6-log left is finished") {
  Sandbox box;
  box.write("logs/previous", "one\n");
  box.mode("logs/previous", 0744);
  box.write("logs/current", "two\n");
  box.mode("logs/current", 0644);
  CHECK(multilog(box, {"./logs"}, "three\n").code == 0);
  CHECK(logged(box, "logs") == "one\ntwo\nthree\n");
  CHECK_FALSE(box.exists("logs/previous"));
  CHECK(old_logs(box, "logs")[0].ends_with(".s"));
  CHECK(old_logs(box, "logs")[1].ends_with(".u"));
}

TEST_CASE("a processor run that a killed multilog left is finished, too") {
  Sandbox box;
  box.write("done/previous", "one\n");
  box.write("done/processed", "ONE\n");
  box.mode("done/processed", 0744);
  box.write("begun/previous", "one\n");
  box.write("begun/processed", "O");
  box.mode("begun/processed", 0644);
  box.mode("begun/previous", 0744);
  CHECK(multilog(box, {"./done", "!tr a-z A-Z", "./begun"}, "two\n").code == 0);
  CHECK(logged(box, "done") == "ONE\ntwo\n");
  CHECK(logged(box, "begun") == "ONE\ntwo\n");
}

TEST_CASE("a previous that is already linked is not duplicated") {
  Sandbox box;
  const std::string name = "logs/@400000006b02b4060e950e1c.s";
  box.write(name, "one\n");
  CHECK(box.run({"ln", box.path(name), box.path("logs/previous")}).code == 0);
  CHECK(multilog(box, {"./logs"}, "two\n").code == 0);
  CHECK(logged(box, "logs") == "one\ntwo\n");
}
