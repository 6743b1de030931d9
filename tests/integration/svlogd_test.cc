// SPDX-License-Identifier: ISC
// svlogd at work: options, configuration, rotation, signals. Trouble is in
// svlogd_trouble_test.cc, being killed in svlogd_crash_test.cc.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>
#include <cstring>
#include <regex>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char usage[] = "usage: svlogd [-ttv] [-r c] [-R abc] [-l len] [-b buflen] dir ...\n\n";

using Names = std::vector<std::string>;

// A logger that reads from a pipe which the test writes to.
Process fed(Sandbox& box, const Argv& argv) { return box.start(argv, {.fed = true}); }

void await_text(Sandbox& box, const std::string& directory, const std::string& text) {
  box.wait_for([&] { return box.exists(directory) && logged(box, directory) == text; },
               "the log does not become: " + text);
}

void await_old_logs(Sandbox& box, const std::string& directory, size_t count) {
  const auto done = [&] {
    const Names names = old_logs(box, directory);
    return names.size() == count &&
           std::all_of(names.begin(), names.end(), [](auto& name) { return name.ends_with(".s"); });
  };
  box.wait_for(done, "there are no " + std::to_string(count) + " finished logs");
}

}  // namespace

TEST_CASE("lines go to a directory that is made where it is missing") {
  Sandbox box;
  const Result result = box.run({"svlogd", "deep/er/logs"}, {.input = "one\ntwo\n"});
  CHECK(result.code == 0);
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  CHECK(box.list("deep/er/logs") == Names{"current", "lock"});
  CHECK(box.read("deep/er/logs/current") == "one\ntwo\n");
  CHECK(mode_of(box, "deep/er/logs") == 0700);
  CHECK(mode_of(box, "deep/er/logs/current") == 0744);
  CHECK(mode_of(box, "deep/er/logs/lock") == 0600);
}

TEST_CASE("the last line is kept at the end of the input, newline or not") {
  Sandbox box;
  CHECK(box.run({"svlogd", "logs"}, {.input = "one\ntw"}).code == 0);
  CHECK(box.read("logs/current") == "one\ntw\n");
  CHECK(box.run({"sh", "-c", "printf three | svlogd logs"}).code == 0);
  CHECK(box.read("logs/current") == "one\ntw\nthree\n");
}

TEST_CASE("nothing in makes an empty log") {
  Sandbox box;
  CHECK(box.run({"svlogd", "logs"}).code == 0);
  CHECK(box.read("logs/current").empty());
  CHECK(mode_of(box, "logs/current") == 0744);
}

TEST_CASE("a quiet line is in the log at once") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "logs"});
  for (int i = 1; i <= 20; ++i) {
    logger.feed(numbered(i, i));
    await_text(box, "logs", numbered(1, i));
  }
  CHECK(mode_of(box, "logs/current") == 0644);
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("time stamps have the three forms of runit") {
  Sandbox box;
  const auto stamped = [&box](const std::string& option, const std::string& form) {
    box.remove("logs");
    CHECK(box.run({"svlogd", option, "logs"}, {.input = "one\n"}).code == 0);
    INFO(box.read("logs/current"));
    CHECK(std::regex_match(box.read("logs/current"), std::regex(form + " one\n")));
  };
  stamped("-t", "@4[0-9a-f]{23}");
  stamped("-tt", "[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{5}");
  stamped("-ttt", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{5}");
  stamped("-tttt", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{5}");
}

TEST_CASE("every line has a time stamp of its own, in order") {
  Sandbox box;
  box.write("in", numbered(1, 20000));
  CHECK(box.run({"sh", "-c", "cat in | svlogd -t logs"}).code == 0);
  const std::vector<std::string> lines = lines_of(logged(box, "logs"));
  REQUIRE(lines.size() == 20000);
  for (size_t i = 1; i < lines.size(); ++i)
    REQUIRE(lines[i - 1].substr(0, 25) < lines[i].substr(0, 25));
}

TEST_CASE("a line is stamped when it begins") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "-t", "slow", "fast"});
  logger.feed("a\nbeg");
  box.wait_for([&] { return logged(box, "fast").size() == 28; }, "the first line is not there");
  const std::string before(tai_now().hex().data(), 24);
  logger.feed("in\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(without_stamps(logged(box, "slow"), 26) == "a\nbegin\n");
  CHECK(lines_of(logged(box, "slow"))[1].substr(1, 24) < before);
}

TEST_CASE("bytes that do not print are replaced if asked") {
  Sandbox box;
  const std::string input = "tab\there\xc3\xa9[x]\n";
  const auto replaced = [&](const Argv& options) {
    box.remove("logs");
    Argv argv = options;
    argv.insert(argv.begin(), "svlogd");
    argv.push_back("logs");
    CHECK(box.run(argv, {.input = input}).code == 0);
    return box.read("logs/current");
  };
  CHECK(replaced({}) == input);
  CHECK(replaced({"-r", "?"}) == "tab?here??[x]\n");
  CHECK(replaced({"-R", "[]"}) == "tab_here___x_\n");
  CHECK(replaced({"-r.", "-R", "x"}) == "tab.here..[.]\n");
}

TEST_CASE("replacing comes before selecting") {
  Sandbox box;
  box.write("logs/config", "-*\n+a?b\n");
  CHECK(box.run({"svlogd", "-r?", "logs"}, {.input = "a\tb\na\xff"
                                                     "b\nab\n"})
            .code == 0);
  CHECK(box.read("logs/current") == "a?b\na?b\n");
}

TEST_CASE("wrong usage says how to use it and exits 111") {
  Sandbox box;
  for (const Argv& argv :
       {Argv{"svlogd"}, Argv{"svlogd", "-t"}, Argv{"svlogd", "-x", "logs"},
        Argv{"svlogd", "-r", "ab", "logs"}, Argv{"svlogd", "-r", "", "logs"},
        Argv{"svlogd", "-l", "1024", "logs"}, Argv{"svlogd", "-b", "1000", "logs"},
        Argv{"svlogd", "-l", "x", "logs"}, Argv{"svlogd", "-b", "-1", "logs"},
        Argv{"svlogd", "--long", "logs"}, Argv{"svlogd", "-l"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 111);
    CHECK(result.err == usage);
  }
  CHECK_FALSE(box.exists("logs"));
}

TEST_CASE("lengths of 0 mean the usual ones") {
  Sandbox box;
  CHECK(box.run({"svlogd", "-l", "0", "-b", "0", "logs"}, {.input = "x\n"}).code == 0);
  CHECK(box.run({"svlogd", "-l", "2000", "-b", "2001", "logs"}, {.input = "x\n"}).code == 0);
}

TEST_CASE("several directories each get what they select") {
  Sandbox box;
  box.write("all/config", "");
  box.write("errors/config", "-*\n+*error*\nperr: \n");
  box.write("rest/config", "-*error*\n");
  const Result result =
      box.run({"svlogd", "all", "errors", "rest"}, {.input = "start\nan error\nstop\nerror two\n"});
  CHECK(result.code == 0);
  CHECK(box.read("all/current") == "start\nan error\nstop\nerror two\n");
  CHECK(box.read("errors/current") == "err: an error\nerr: error two\n");
  CHECK(box.read("rest/current") == "start\nstop\n");
}

TEST_CASE("twenty directories with selectors in one process") {
  Sandbox box;
  Argv argv = {"svlogd", "-tt"};
  for (int i = 0; i < 20; ++i) {
    const std::string name = "log" + std::to_string(i);
    box.write(name + "/config", "-*\n+" + std::to_string(i) + ".*\ns4000\nn0\n");
    argv.push_back(name);
  }
  std::string input;
  for (int i = 0; i < 10000; ++i) input += std::to_string(i % 25) + "." + std::to_string(i) + "\n";
  CHECK(box.run(argv, {.input = input}).code == 0);
  for (int i = 0; i < 20; ++i) {
    std::string expected;
    for (int k = i; k < 10000; k += 25)
      expected += std::to_string(i) + "." + std::to_string(k) + "\n";
    CHECK(without_stamps(logged(box, "log" + std::to_string(i)), 26) == expected);
  }
}

TEST_CASE("selected lines go to standard error too, cut at the line length") {
  Sandbox box;
  box.write("logs/config", "ppre: \ne*bad*\nEbad luck\n-bad*\n");
  const std::string longest = std::string(996, 'x') + " bad";
  const Result result = box.run({"svlogd", "logs"},
                                {.input = "good\nbad thing\nbad luck\nso bad\n" + longest + "\n"});
  CHECK(result.code == 0);
  CHECK(result.err == "pre: bad thing\npre: so bad\npre: " + longest + "...\n");
  CHECK(box.read("logs/current") == "pre: good\npre: so bad\npre: " + longest + "\n");
}

TEST_CASE("a burst behind a quiet line comes through") {
  Sandbox box;
  box.write("logs/config", "s0\n");
  Process logger = fed(box, {"svlogd", "logs"});
  logger.feed("1\n");
  await_text(box, "logs", "1\n");
  // One write, many times the size of the pipe, that the pipe is never empty during.
  logger.feed(numbered(2, 300000));
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == numbered(1, 300000));
}

TEST_CASE("long lines are selected by their head and kept whole") {
  Sandbox box;
  const std::string one(300000, 'a'), two(70000, 'b');
  box.write("in", one + "\n" + two + "\nshort\n" + one + "\n" + "bend");
  box.write("all/config", "s0\n");
  box.write("some/config", "s0\n-b*\n");
  CHECK(box.run({"sh", "-c", "cat in | svlogd all some"}).code == 0);
  CHECK(box.read("all/current") == box.read("in") + "\n");
  CHECK(box.read("some/current") == one + "\nshort\n" + one + "\n");
}

TEST_CASE("a line length beyond the usual one is looked at by the rules") {
  Sandbox box;
  box.write("logs/config", "-*\n+*x\n");
  const std::string line(5000, 'a');
  CHECK(box.run({"svlogd", "-l", "6000", "-b", "8000", "logs"}, {.input = line + "x\n"}).code == 0);
  CHECK(box.read("logs/current") == line + "x\n");
}

TEST_CASE("a log is rotated by size, and only so many old ones are kept") {
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

TEST_CASE("n0 keeps all old logs, s0 makes none") {
  Sandbox box;
  box.write("all/config", "s2000\nn0\n");
  box.write("one/config", "s0\n");
  const std::string input = numbered(1, 2000, 49);
  CHECK(box.run({"svlogd", "all", "one"}, {.input = input}).code == 0);
  CHECK(old_logs(box, "all").size() == 100);
  CHECK(logged(box, "all") == input);
  CHECK(box.read("one/current") == input);
}

TEST_CASE("a lower n removes what is too much at the next rotation") {
  Sandbox box;
  box.write("logs/config", "s2000\nn20\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 1000, 49)}).code == 0);
  CHECK(old_logs(box, "logs").size() == 20);
  box.write("logs/config", "s2000\nn2\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1001, 1040, 49)}).code == 0);
  CHECK(old_logs(box, "logs").size() == 2);
}

TEST_CASE("an old current counts for the size") {
  Sandbox box;
  box.write("logs/config", "s3000\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 39, 49)}).code == 0);
  CHECK(old_logs(box, "logs").empty());
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(40, 41, 49)}).code == 0);
  REQUIRE(old_logs(box, "logs").size() == 1);
  CHECK(box.read("logs/current") == numbered(41, 41, 49));
}

TEST_CASE("names of other kinds in the directory are left alone") {
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
  Process logger = fed(box, {"svlogd", "-v", "one", "two"});
  box.wait_for([&] { return box.exists("two/current"); }, "it does not start");
  logger.signal(SIGALRM);
  box.wait_for([&] { return contains(logger.err(), "sigalarm received"); }, "it does not hear");
  logger.feed("line\n");
  await_text(box, "two", "line\n");
  CHECK(old_logs(box, "one").empty());
  logger.signal(SIGALRM);
  await_old_logs(box, "one", 1);
  await_old_logs(box, "two", 1);
  CHECK(box.read("one/current").empty());
  logger.feed("next\n");
  await_text(box, "one", "line\nnext\n");
  CHECK(box.read("one/current") == "next\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("HUP reads the configuration again") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "-v", "logs"});
  logger.feed("one\n");
  await_text(box, "logs", "one\n");
  box.write("logs/config", "pnew: \n-bad*\n");
  logger.signal(SIGHUP);
  box.wait_for([&] { return contains(logger.err(), "read: logs/config"); }, "it does not read");
  logger.feed("two\nbad\nthree\n");
  await_text(box, "logs", "one\nnew: two\nnew: three\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("HUP goes to the directory that has the name now") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "-v", "logs"});
  logger.feed("one\n");
  await_text(box, "logs", "one\n");
  box.move("logs", "moved");
  logger.feed("two\n");
  await_text(box, "moved", "one\ntwo\n");
  logger.signal(SIGHUP);
  box.wait_for([&] { return contains(logger.err(), "close: logs"); }, "it does not go there");
  logger.feed("three\n");
  await_text(box, "logs", "three\n");
  CHECK(logged(box, "moved") == "one\ntwo\n");
  CHECK(mode_of(box, "moved/current") == 0744);
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("HUP tries directories again that could not be opened") {
  Sandbox box;
  box.write("second", "a file in the way");
  Process logger = fed(box, {"svlogd", "first", "second"});
  logger.feed("one\n");
  await_text(box, "first", "one\n");
  CHECK(logger.err() == "svlogd: warning: unable to open log directory: second: not a directory\n");
  box.remove("second");
  logger.signal(SIGHUP);
  box.wait_for([&] { return box.exists("second/current"); }, "it is not tried again");
  logger.feed("two\n");
  await_text(box, "second", "two\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("TERM ends it at the end of a line and leaves the rest in the pipe") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_text(box, "logs", "one\n");
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == "one\n");
  CHECK(mode_of(box, "logs/current") == 0744);
}

TEST_CASE("TERM keeps what has come of the last line") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "logs"});
  logger.feed("one\ntw");
  await_text(box, "logs", "one\n");
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == "one\ntw\n");
}

TEST_CASE("after TERM the line that has begun may still be ended") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "-v", "logs"});
  logger.feed("one\ntw");
  await_text(box, "logs", "one\n");
  logger.signal(SIGTERM);
  box.wait_for([&] { return contains(logger.err(), "sigterm"); }, "it does not hear");
  logger.feed("o\n");
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == "one\ntwo\n");
}

TEST_CASE("TERM takes all that has been written before") {
  Sandbox box;
  box.write("in", numbered(1, 5000));
  // The pipe is full of lines before the logger starts, and has a writer to the end.
  const Result result =
      box.run({"sh", "-c",
               "mkfifo pipe; exec 3<>pipe; cat in >&3 & wait $!; svlogd logs <&3 & log=$!\n"
               "while ! test -s logs/current; do :; done; kill -TERM $log; wait $log"});
  CHECK(result.code == 0);
  CHECK(logged(box, "logs") == numbered(1, 5000));
}

TEST_CASE("the standard input's flags stay as they are") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_text(box, "logs", "one\n");
  const std::string info = "/proc/" + std::to_string(logger.pid()) + "/fdinfo/0";
  const Result flags = box.run({"sed", "-n", "s/^flags:[ \t]*//p", info});
  CHECK((std::stoi(flags.out, nullptr, 8) & 04000) == 0);
}

TEST_CASE("a directory in use cannot be used again") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_text(box, "logs", "one\n");
  const Result second = box.run({"svlogd", "logs"}, {.input = "two\n"});
  CHECK(second.code == 111);
  CHECK(second.err ==
        "svlogd: warning: unable to lock directory: logs: temporary failure\n"
        "svlogd: fatal: no functional log directories.\n");
  CHECK(logged(box, "logs") == "one\n");
}

TEST_CASE("verbose messages are runit's") {
  Sandbox box;
  box.write("logs/config", "s3000\nn1\n");
  const Result result = box.run({"svlogd", "-v", "logs"}, {.input = numbered(1, 100, 49)});
  CHECK(result.code == 0);
  const std::string label = "@[0-9a-f]{24}";
  INFO(result.err);
  CHECK(std::regex_match(result.err, std::regex("svlogd: info: read: logs/config\n"
                                                "svlogd: info: new: logs/current\n"
                                                "svlogd: info: rename: logs/current " +
                                                label +
                                                "\\.s 2000\n"
                                                "svlogd: info: rename: logs/current " +
                                                label +
                                                "\\.s 2000\n"
                                                "svlogd: info: delete: logs/" +
                                                label +
                                                "\\.[su]\n"
                                                "svlogd: info: close: logs\n")));
  const Result again = box.run({"svlogd", "-v", "logs"});
  CHECK(contains(again.err, "svlogd: info: append: logs/current\n"));
}

TEST_CASE("bad lines of a configuration are told, and the others count") {
  Sandbox box;
  box.write("logs/config", "sbig\nn1x\nu1.2.3\npok: \nwhatever\n");
  const Result result = box.run({"svlogd", "logs"}, {.input = "x\n"});
  CHECK(result.code == 0);
  CHECK(result.err ==
        "svlogd: warning: bad line in logs/config: sbig\n"
        "svlogd: warning: bad line in logs/config: n1x\n"
        "svlogd: warning: unable to scan ip address: 1.2.3\n");
  CHECK(box.read("logs/current") == "ok: x\n");
}

TEST_CASE("a configuration that cannot be read leaves the usual one") {
  Sandbox box;
  box.directory("logs/config");
  const Result result = box.run({"svlogd", "logs"}, {.input = "x\n"});
  CHECK(result.code == 0);
  CHECK(result.err == "svlogd: warning: unable to read config: logs: is a directory\n");
  CHECK(box.read("logs/current") == "x\n");
}

TEST_CASE("a configuration may be large, and lack its last newline") {
  Sandbox box;
  std::string config;
  for (int i = 0; i < 20000; ++i) config += "-reject number " + std::to_string(i) + "\n";
  box.write("logs/config", config + "plarge: ");
  CHECK(box.run({"svlogd", "logs"}, {.input = "reject number 19999\nkeep\n"}).code == 0);
  CHECK(box.read("logs/current") == "large: keep\n");
}

TEST_CASE("lines can be sent by UDP, and kept or not") {
  Sandbox box;
  const Fd receiver(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(receiver.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(receiver.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const timeval limit{10, 0};
  setsockopt(receiver.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const auto datagram = [&receiver] {
    char bytes[4096];
    const ssize_t got = recv(receiver.get(), bytes, sizeof bytes, 0);
    return got < 0 ? "nothing" : std::string(bytes, static_cast<size_t>(got));
  };

  const std::string port = std::to_string(ntohs(address.sin_port));
  box.write("both/config", "u127.0.0.1:" + port + "\npweb: \n-no*\n");
  const std::string longest(1200, 'x');
  CHECK(box.run({"svlogd", "both"}, {.input = "one\nno\n" + longest + "\n"}).code == 0);
  CHECK(datagram() == "web: one\n");
  CHECK(datagram() == "web: " + longest.substr(0, 1000) + "...\n");
  CHECK(box.read("both/current") == "web: one\nweb: " + longest + "\n");

  box.write("sent/config", "U127.0.0.1:" + port + "\n");
  CHECK(box.run({"svlogd", "sent"}, {.input = "two\n"}).code == 0);
  CHECK(datagram() == "two\n");
  CHECK(box.read("sent/current").empty());
}

TEST_CASE("what cannot be sent is in the log with the reason") {
  Sandbox box;
  // A datagram cannot go to a multicast address from a socket without a route; a line
  // that is too long for a datagram cannot go anywhere.
  box.write("logs/config", "u127.0.0.1:9\ns0\n");
  const std::string longest(70000, 'x');
  const Result result = box.run({"svlogd", "-l", "32768", "-b", "99999", "logs"},
                                {.input = "short\n" + longest + "\n"});
  CHECK(result.code == 0);
  CHECK(contains(box.read("logs/current"), "short\n"));
}

TEST_CASE("old logs are fed through a processor, which has a memory") {
  Sandbox box;
  box.write("logs/config", "!read n <&4; n=$((n+1)); echo $n >&5; sed \"s/^/$n: /\"\ns2000\nn0\n");
  Process logger = fed(box, {"svlogd", "logs"});
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
  Process logger = fed(box, {"svlogd", "logs"});
  logger.feed(numbered(1, 20, 49));
  CHECK(box.event() == box.path("logs"));
  // Meanwhile lines flow, and logs are rotated.
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

TEST_CASE("TERM waits for a processor only so long, and a second one does not wait") {
  Sandbox box;
  box.script("process", "echo started >$EVENTS; read order <$ORDERS");
  box.write("logs/config", "!" + box.path("process") + "\ns2000\n");
  Process logger = fed(box, {"svlogd", "-v", "logs"});
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

TEST_CASE("what a processor has not got to is processed by the next logger") {
  Sandbox box;
  box.write("logs/config", "!exit 1\ns2000\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 60, 49)}).code == 0);
  CHECK(logged(box, "logs") == numbered(1, 60, 49));
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".u"));

  box.write("logs/config", "!sed s/^/x/\ns2000\n");
  Process logger = fed(box, {"svlogd", "logs"});
  await_old_logs(box, "logs", 3);
  logger.close_input();
  CHECK(logger.wait() == 0);
  std::string expected;
  for (const std::string& line : lines_of(numbered(1, 60, 49))) expected += "x" + line + "\n";
  CHECK(logged(box, "logs") == expected);
}

TEST_CASE("without a processor any more, what waited for it is finished as it is") {
  Sandbox box;
  box.write("logs/config", "!exit 1\ns2000\n");
  CHECK(box.run({"svlogd", "logs"}, {.input = numbered(1, 60, 49)}).code == 0);
  box.write("logs/config", "s2000\n");
  CHECK(box.run({"svlogd", "logs"}).code == 0);
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".s"));
  CHECK(logged(box, "logs") == numbered(1, 60, 49));
}

TEST_CASE("a processor that fails is told once and tried again; no line is lost or held up") {
  Sandbox box;
  box.script("process", "echo try >$EVENTS; test -e ready || exit 1; cat");
  box.write("logs/config", "!" + box.path("process") + "\ns2000\nn2\n");
  Process logger = fed(box, {"svlogd", "logs"});
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

TEST_CASE("what an unclean end left is set aside, not written to") {
  Sandbox box;
  box.write("logs/current", "one\nhal");
  box.mode("logs/current", 0644);
  CHECK(box.run({"svlogd", "logs"}, {.input = "two\n"}).code == 0);
  const Names names = old_logs(box, "logs");
  REQUIRE(names.size() == 1);
  CHECK(names[0].ends_with(".u"));
  CHECK(mode_of(box, "logs/" + names[0]) == 0644);
  CHECK(box.read("logs/" + names[0]) == "one\nhal");
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

TEST_CASE("an idle logger sleeps") {
  Sandbox box;
  Process logger = fed(box, {"svlogd", "-t", "logs"});
  logger.feed("one\nhalf a l");
  box.wait_for([&] { return logged(box, "logs").size() == 30; }, "the line does not come");
  // One line more, and nothing between: the number of its sleeps tells of wakeups.
  const auto sleeps = [&logger] {
    return std::stol(proc_status(logger.pid(), "voluntary_ctxt_switches"));
  };
  box.wait_for([&] { return proc_status(logger.pid(), "State").starts_with("S"); }, "it runs");
  const long before = sleeps();
  CHECK_FALSE(box.event_within(300ms));
  CHECK(sleeps() == before);
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("its descriptors are few, and none is left open by rotations") {
  Sandbox box;
  box.write("logs/config", "s2000\n");
  Process logger = fed(box, {"svlogd", "logs"});
  logger.feed("one\n");
  await_text(box, "logs", "one\n");
  const auto before = descriptors(logger.pid());
  logger.feed(numbered(1, 10000, 49));
  await_old_logs(box, "logs", 10);
  box.wait_for([&] { return descriptors(logger.pid()).size() == before.size(); }, "some stay open");
}
