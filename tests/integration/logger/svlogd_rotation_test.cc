// SPDX-License-Identifier: ISC
// svlogd: from `current` to old logs, through processors, and what is kept of them.
#include <csignal>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a log is rotated by size, and a limited number of old logs is kept") {
  Sandbox box;
  box.write("logs/config", "s3000\nn3\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 1000, 49)}).code == 0);
  // A line's end within 1000 bytes of the size is good enough: 40 lines of 50 bytes.
  REQUIRE(old_logs(box, "logs").size() == 3);
  CHECK(logged(box, "logs") == numbered(881, 1000, 49));
  for (const std::string& name : old_logs(box, "logs")) {
    CHECK(name.size() == 27);
    CHECK(name.ends_with(".s"));
    CHECK(mode_of(box, "logs/" + name) == 0744);
    CHECK(box.read("logs/" + name).size() == 2000);
  }
}

TEST_CASE("n0 keeps all old logs, s0 creates none") {
  Sandbox box;
  box.write("all/config", "s2000\nn0\n");
  box.write("one/config", "s0\n");
  const std::string input = numbered(1, 2000, 49);
  CHECK(box.run({"svlogd", "all", "one"}, {.input = input}).code == 0);
  CHECK(old_logs(box, "all").size() == 100);
  CHECK(logged(box, "all") == input);
  CHECK(box.read("one/current") == input);
}

TEST_CASE("a lower n removes the excess at the next rotation") {
  Sandbox box;
  box.write("logs/config", "s2000\nn20\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 1000, 49)}).code == 0);
  CHECK(old_logs(box, "logs").size() == 20);
  box.write("logs/config", "s2000\nn2\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1001, 1040, 49)}).code == 0);
  CHECK(old_logs(box, "logs").size() == 2);
}

TEST_CASE("a logger that is killed again and again keeps no more old logs than it may") {
  Sandbox box;
  box.write("logs/config", "n3\n");
  for (int i = 1; i <= 8; ++i) {
    // As one that is killed leaves it: in use.
    box.write("logs/current", std::to_string(i) + "\n");
    CHECK(box.run({"svlogd", "logs"}, {.input = "x\n"}).code == 0);
    box.mode("logs/current", 0644);
  }
  CHECK(old_logs(box, "logs").size() == 3);
  CHECK(logged(box, "logs") == "6\n7\n8\nx\n");
}

TEST_CASE("an old current counts towards the size") {
  Sandbox box;
  box.write("logs/config", "s3000\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 39, 49)}).code == 0);
  CHECK(old_logs(box, "logs").empty());
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(40, 41, 49)}).code == 0);
  REQUIRE(old_logs(box, "logs").size() == 1);
  CHECK(box.read("logs/current") == numbered(41, 41, 49));
}

TEST_CASE("other files in the directory are left alone") {
  Sandbox box;
  box.write("logs/config", "s2000\nn1\n");
  box.write("logs/@4000.s", "mine");
  box.write("logs/@4000000000000000aaaaaaaa", "mine too");
  box.write("logs/notes", "and mine");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 400, 49)}).code == 0);
  CHECK(box.read("logs/@4000.s") == "mine");
  CHECK(box.read("logs/@4000000000000000aaaaaaaa") == "mine too");
  CHECK(box.read("logs/notes") == "and mine");
}

TEST_CASE("ALRM rotates what is not empty") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "-v", "one", "two"});
  box.wait_for([&] { return box.exists("two/current"); }, "it does not start");
  logger.signal(SIGALRM);
  box.wait_for([&] { return contains(logger.err(), "sigalarm received"); }, "it does not hear");
  logger.feed("line\n");
  await_logged(box, "two", "line\n");
  CHECK(old_logs(box, "one").empty());
  logger.signal(SIGALRM);
  await_old_logs(box, "one", 1);
  await_old_logs(box, "two", 1);
  CHECK(box.read("one/current").empty());
  logger.feed("next\n");
  await_logged(box, "one", "line\nnext\n");
  CHECK(box.read("one/current") == "next\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("old logs are fed through a processor, which keeps state between runs") {
  Sandbox box;
  box.write("logs/config", "!read n <&4; n=$((n+1)); echo $n >&5; sed \"s/^/$n: /\"\ns2000\nn0\n");
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed(numbered(1, 20, 49));
  await_old_logs(box, "logs", 1);
  logger.feed(numbered(21, 40, 49));
  await_old_logs(box, "logs", 2);
  logger.feed("last\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
  std::string expected;
  for (const std::string& line : lines_of(numbered(1, 20, 49))) expected += "1: " + line + "\n";
  for (const std::string& line : lines_of(numbered(21, 40, 49))) expected += "2: " + line + "\n";
  CHECK(logged(box, "logs") == expected + "last\n");
  CHECK(box.read("logs/state") == "2\n");
  CHECK_FALSE(box.exists("logs/newstate"));
  for (const std::string& name : old_logs(box, "logs")) CHECK(mode_of(box, "logs/" + name) == 0744);
}

TEST_CASE("a processor runs in the log directory, in the background, and is waited for") {
  Sandbox box;
  box.script("process", "pwd >$EVENTS; read order <$ORDERS; cat");
  box.write("logs/config", "!" + box.path("process") + "\ns2000\n");
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed(numbered(1, 20, 49));
  CHECK(box.event() == box.path("logs"));
  // While it runs, lines flow and logs are rotated.
  logger.feed(numbered(21, 45, 49));
  box.wait_for([&] { return box.read("logs/current") == numbered(41, 45, 49); }, "no line comes");
  logger.close_input();
  CHECK_FALSE(logger.ended());
  box.order();
  CHECK(box.event() == box.path("logs"));
  CHECK_FALSE(logger.ended());
  box.order();
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == numbered(1, 45, 49));
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".s"));
}

TEST_CASE("TERM waits for a processor for a limited time, a second TERM not at all") {
  Sandbox box;
  box.script("process", "echo started >$EVENTS; read order <$ORDERS");
  box.write("logs/config", "!" + box.path("process") + "\ns2000\n");
  Process logger = fed_logger(box, {"svlogd", "-v", "logs"});
  logger.feed(numbered(1, 25, 49));
  CHECK(box.event() == "started");
  logger.signal(SIGTERM);
  box.wait_for([&] { return contains(logger.err(), "sigterm received"); }, "it does not hear");
  CHECK_FALSE(logger.ended());
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == numbered(1, 25, 49));
  CHECK(mode_of(box, "logs/current") == 0744);
}

TEST_CASE("logs left unprocessed are processed by the next logger") {
  Sandbox box;
  box.write("logs/config", "!exit 1\ns2000\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 60, 49)}).code == 0);
  CHECK(logged(box, "logs") == numbered(1, 60, 49));
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".u"));

  box.write("logs/config", "!sed s/^/x/\ns2000\n");
  Process logger = fed_logger(box, {"svlogd", "logs"});
  await_old_logs(box, "logs", 3);
  logger.close_input();
  CHECK(logger.wait() == 0);
  std::string expected;
  for (const std::string& line : lines_of(numbered(1, 60, 49))) expected += "x" + line + "\n";
  CHECK(logged(box, "logs") == expected);
}

TEST_CASE("when the processor is removed, logs that waited for it are finished unprocessed") {
  Sandbox box;
  box.write("logs/config", "!exit 1\ns2000\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 60, 49)}).code == 0);
  box.write("logs/config", "s2000\n");
  CHECK(box.run({"svlogd", "logs"}).code == 0);
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".s"));
  CHECK(logged(box, "logs") == numbered(1, 60, 49));
}

TEST_CASE("a failing processor is reported once and retried; no line is lost or delayed") {
  Sandbox box;
  box.script("process", "echo try >$EVENTS; test -e ready || exit 1; cat");
  box.write("logs/config", "!" + box.path("process") + "\ns2000\nn2\n");
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed(numbered(1, 200, 49));
  CHECK(box.event() == "try");
  // More than n files wait; from then on current grows, and nothing is thrown away.
  box.wait_for([&] { return logged(box, "logs") == numbered(1, 200, 49); }, "lines are missing");
  CHECK(old_logs(box, "logs").size() == 2);
  CHECK(box.event() == "try");
  CHECK(logger.err() == "svlogd: warning: processor failed, restart: logs\n");
  box.write("logs/ready", "");
  box.wait_for([&] { return old_logs(box, "logs").back().ends_with(".s"); }, "it is not processed");
  CHECK(logged(box, "logs") == numbered(1, 200, 49));
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("a log left by an unclean exit is set aside, not appended to") {
  Sandbox box;
  box.write("logs/current", "one\nhal");
  box.mode("logs/current", 0644);
  CHECK(box.run({"svlogd", "logs"}, {.input = "two\n"}).code == 0);
  const Names names = old_logs(box, "logs");
  REQUIRE(names.size() == 1);
  CHECK(names[0].ends_with(".u"));
  CHECK(mode_of(box, "logs/" + names[0]) == 0644);
  CHECK(box.read("logs/" + names[0]) == "one\nhal [cut off]\n");
  CHECK(box.read("logs/current") == "two\n");
}

TEST_CASE("names stay in order when the clock was ahead before") {
  Sandbox box;
  const std::string future = "@4000000080000000ffffffff.s";
  box.write("logs/config", "s2000\nn0\n");
  box.write("logs/" + future, "");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 100, 49)}).code == 0);
  const Names names = old_logs(box, "logs");
  REQUIRE(names.size() == 6);
  CHECK(names.front() == future);
  CHECK(logged(box, "logs") == numbered(1, 100, 49));
}

TEST_CASE("its descriptors are few, and none is left open by rotations") {
  Sandbox box;
  box.write("logs/config", "s2000\n");
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  const auto before = descriptors(logger.pid());
  logger.feed(numbered(1, 10000, 49));
  await_old_logs(box, "logs", 10);
  box.wait_for([&] { return descriptors(logger.pid()).size() == before.size(); }, "some stay open");
}

TEST_CASE("a directory that is named like an old log keeps no other from being deleted") {
  Sandbox box;
  const std::string name = "logs/@400000006b02b4060e950e1c.s";
  box.write("logs/config", "s2000\nn3\n");
  box.directory(name);
  const Result result = box.run({"svlogd", "logs"}, {.input = numbered(1, 400, 49)});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  CHECK(old_logs(box, "logs").size() == 3);
}
