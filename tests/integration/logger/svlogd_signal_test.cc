// SPDX-License-Identifier: ISC
// svlogd: its signals, its configuration while it runs, and its behaviour as a process.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("HUP rereads the configuration") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "-v", "logs"});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  box.write("logs/config", "pnew: \n-bad*\n");
  logger.signal(SIGHUP);
  box.wait_for([&] { return contains(logger.err(), "read: logs/config"); }, "it does not read");
  logger.feed("two\nbad\nthree\n");
  await_logged(box, "logs", "one\nnew: two\nnew: three\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("HUP switches to the directory that has the name by then") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "-v", "logs"});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  box.move("logs", "moved");
  logger.feed("two\n");
  await_logged(box, "moved", "one\ntwo\n");
  logger.signal(SIGHUP);
  box.wait_for([&] { return contains(logger.err(), "close: logs"); }, "it does not go there");
  logger.feed("three\n");
  await_logged(box, "logs", "three\n");
  CHECK(logged(box, "moved") == "one\ntwo\n");
  CHECK(mode_of(box, "moved/current") == 0744);
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("HUP retries directories that could not be opened") {
  Sandbox box;
  box.write("second", "a file in the way");
  Process logger = fed_logger(box, {"svlogd", "first", "second"});
  logger.feed("one\n");
  await_logged(box, "first", "one\n");
  CHECK(logger.err() == "svlogd: warning: unable to open log directory: second: not a directory\n");
  box.remove("second");
  logger.signal(SIGHUP);
  box.wait_for([&] { return box.exists("second/current"); }, "it is not tried again");
  logger.feed("two\n");
  await_logged(box, "second", "two\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("TERM stops it after a complete line and leaves the rest in the pipe") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == "one\n");
  CHECK(mode_of(box, "logs/current") == 0744);
}

TEST_CASE("TERM keeps what has arrived of the last line") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed("one\ntw");
  await_logged(box, "logs", "one\n");
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == "one\ntw\n");
}

TEST_CASE("after TERM the current line may still be completed") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "-v", "logs"});
  logger.feed("one\ntw");
  await_logged(box, "logs", "one\n");
  logger.signal(SIGTERM);
  box.wait_for([&] { return contains(logger.err(), "sigterm"); }, "it does not hear");
  logger.feed("o\n");
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == "one\ntwo\n");
}

TEST_CASE("after TERM everything written before it is logged") {
  Sandbox box;
  box.write("in", numbered(1, 5000));
  // The pipe is full of lines before the logger starts, and keeps a writer throughout.
  const Result result =
      box.run({"sh", "-c",
               "mkfifo pipe; exec 3<>pipe; cat in >&3 & wait $!; svlogd logs <&3 & log=$!\n"
               "while ! test -s logs/current; do :; done; kill -TERM $log; wait $log"});
  CHECK(result.code == 0);
  CHECK(logged(box, "logs") == numbered(1, 5000));
}

TEST_CASE("the standard input's flags stay as they are") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  const std::string info = "/proc/" + std::to_string(logger.pid()) + "/fdinfo/0";
  const Result flags = box.run({"sed", "-n", "s/^flags:[ \t]*//p", info});
  CHECK((std::stoi(flags.out, nullptr, 8) & 04000) == 0);
}

TEST_CASE("a directory in use cannot be used by a second logger") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  const Result second = box.run({"svlogd", "logs"}, {.input = "two\n"});
  CHECK(second.code == 111);
  CHECK(second.err ==
        "svlogd: warning: unable to lock directory: logs: temporary failure\n"
        "svlogd: fatal: no functional log directories.\n");
  CHECK(logged(box, "logs") == "one\n");
}

TEST_CASE("invalid lines of a configuration are reported, and the others apply") {
  Sandbox box;
  box.write("logs/config", "sbig\nn1x\nu1.2.3\npok: \nwhatever\n");
  const Result result = box.run({"svlogd", "logs"}, {.input = "x\n"});
  CHECK(result.code == 0);
  CHECK(result.err ==
        "svlogd: warning: invalid line in logs/config: sbig\n"
        "svlogd: warning: invalid line in logs/config: n1x\n"
        "svlogd: warning: unable to scan ip address: 1.2.3\n");
  CHECK(box.read("logs/current") == "ok: x\n");
}

TEST_CASE("an unreadable configuration means the defaults") {
  Sandbox box;
  box.directory("logs/config");
  const Result result = box.run({"svlogd", "logs"}, {.input = "x\n"});
  CHECK(result.code == 0);
  CHECK(result.err == "svlogd: warning: unable to read config: logs: is a directory\n");
  CHECK(box.read("logs/current") == "x\n");
}

TEST_CASE("a configuration may be large and lack the final newline") {
  Sandbox box;
  std::string config;
  for (int i = 0; i < 20000; ++i) config += "-reject number " + std::to_string(i) + "\n";
  box.write("logs/config", config + "plarge: ");
  CHECK(box.run({"svlogd", "logs"}, {.input = "reject number 19999\nkeep\n"}).code == 0);
  CHECK(box.read("logs/current") == "large: keep\n");
}

TEST_CASE("an idle logger sleeps") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "-t", "logs"});
  logger.feed("one\nhalf a l");
  box.wait_for([&] { return logged(box, "logs").size() == 30; }, "the line does not come");
  box.wait_for([&] { return sleeps_for(logger.pid(), 300ms); }, "it does not sleep");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("TERM ends a logger whose input never ends and is no pipe") {
  const std::string input = GENERATE("/dev/zero", "/dev/urandom");
  for (const Argv& logger : {Argv{"svlogd", "logs"}, Argv{"multilog", "s100000", "n2", "./logs"}}) {
    Sandbox box;
    INFO(logger[0] << " " << input);
    box.write("logs/config", "s100000\nn2\n");
    const Process process = box.start(
        logger, {.in_child = [&input] { dup2(open(input.c_str(), O_RDONLY), STDIN_FILENO); }});
    box.wait_for([&] { return !old_logs(box, "logs").empty(); }, "nothing is logged");
    process.signal(SIGTERM);
    CHECK(process.wait() == 0);
    CHECK(process.err() == "");
  }
}

TEST_CASE("TERM ends a logger whose pipe is always full") {
  Sandbox box;
  box.write("logs/config", "s100000\nn2\n");
  const Channel pipe = box.channel("pipe");
  const Process writer = box.start({"sh", "-c", "exec yes >pipe"});
  const Process logger = box.start({"sh", "-c", "exec svlogd logs <pipe"});
  box.wait_for([&] { return !old_logs(box, "logs").empty(); }, "nothing is logged");
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
}

TEST_CASE("after TERM a socket's next lines are whole, and left for the next logger") {
  Sandbox box;
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  box.write("first/config", "s0\n");
  box.write("next/config", "s0\n");
  const Process writer =
      box.start({"seq", "1", "1000000"}, {.in_child = [&ends] { dup2(ends[1], STDOUT_FILENO); }});
  close(ends[1]);
  const auto from_socket = [&ends] { dup2(ends[0], STDIN_FILENO); };
  const Process first = box.start({"svlogd", "first"}, {.in_child = from_socket});
  box.wait_for([&] { return logged(box, "first").size() > 100000; }, "nothing is logged");
  first.signal(SIGTERM);
  CHECK(first.wait() == 0);
  CHECK(box.run({"svlogd", "next"}, {.in_child = from_socket}).code == 0);
  close(ends[0]);
  const bool all = logged(box, "first") + logged(box, "next") == numbered(1, 1000000);
  CHECK(all);
}
