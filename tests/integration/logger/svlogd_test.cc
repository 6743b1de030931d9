// SPDX-License-Identifier: ISC
// svlogd at work: lines, options, configuration. Rotation, signals, trouble and being
// killed have files of their own.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <regex>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char usage[] = "usage: svlogd [-ttv] [-r c] [-R abc] [-l len] [-b buflen] dir ...\n\n";

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("lines go to a directory, which is created if it is missing") {
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

TEST_CASE("empty input gives an empty log") {
  Sandbox box;
  CHECK(box.run({"svlogd", "logs"}).code == 0);
  CHECK(box.read("logs/current").empty());
  CHECK(mode_of(box, "logs/current") == 0744);
}

TEST_CASE("a single line is in the log at once") {
  Sandbox box;
  Process logger = fed_logger(box, {"svlogd", "logs"});
  for (int i = 1; i <= 20; ++i) {
    logger.feed(numbered(i, i));
    await_logged(box, "logs", numbered(1, i));
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
  Process logger = fed_logger(box, {"svlogd", "-t", "slow", "fast"});
  logger.feed("a\nbeg");
  box.wait_for([&] { return logged(box, "fast").size() == 28; }, "the first line is not there");
  const std::string before(tai_now().hex().data(), 24);
  logger.feed("in\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(without_stamps(logged(box, "slow"), 26) == "a\nbegin\n");
  CHECK(lines_of(logged(box, "slow"))[1].substr(1, 24) < before);
}

TEST_CASE("unprintable bytes are replaced on request") {
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

TEST_CASE("bytes are replaced before selection") {
  Sandbox box;
  box.write("logs/config", "-*\n+a?b\n");
  CHECK(box.run({"svlogd", "-r?", "logs"}, {.input = "a\tb\na\xff"
                                                     "b\nab\n"})
            .code == 0);
  CHECK(box.read("logs/current") == "a?b\na?b\n");
}

TEST_CASE("wrong usage prints the usage and exits 111") {
  Sandbox box;
  for (const Argv& argv :
       {Argv{"svlogd"}, Argv{"svlogd", "-t"}, Argv{"svlogd", "-x", "logs"},
        Argv{"svlogd", "-r", "ab", "logs"}, Argv{"svlogd", "-r", "", "logs"},
        Argv{"svlogd", "-l", "1024", "logs"}, Argv{"svlogd", "-b", "1000", "logs"},
        Argv{"svlogd", "-l", "x", "logs"}, Argv{"svlogd", "-b", "-1", "logs"},
        Argv{"svlogd", "--long", "logs"}, Argv{"svlogd", "-l"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 111);
    CHECK(contains(result.err, usage));
  }
  CHECK_FALSE(box.exists("logs"));
}

TEST_CASE("a length of 0 means the default") {
  Sandbox box;
  CHECK(box.run({"svlogd", "-l", "0", "-b", "0", "logs"}, {.input = "x\n"}).code == 0);
  CHECK(box.run({"svlogd", "-l", "2000", "-b", "2001", "logs"}, {.input = "x\n"}).code == 0);
}

TEST_CASE("each of several directories gets the lines it selects") {
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

TEST_CASE("a burst after a single line is logged") {
  Sandbox box;
  box.write("logs/config", "s0\n");
  Process logger = fed_logger(box, {"svlogd", "logs"});
  logger.feed("1\n");
  await_logged(box, "logs", "1\n");
  // One write, many times the size of the pipe, that the pipe is never empty during.
  logger.feed(numbered(2, 300000));
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == numbered(1, 300000));
}

TEST_CASE("long lines are selected by their start and kept whole") {
  Sandbox box;
  const std::string one(300000, 'a'), two(70000, 'b');
  box.write("in", one + "\n" + two + "\nshort\n" + one + "\n" + "bend");
  box.write("all/config", "s0\n");
  box.write("some/config", "s0\n-b*\n");
  CHECK(box.run({"sh", "-c", "cat in | svlogd all some"}).code == 0);
  CHECK(box.read("all/current") == box.read("in") + "\n");
  CHECK(box.read("some/current") == one + "\nshort\n" + one + "\n");
}

TEST_CASE("with a larger line length the rules match more of a line") {
  Sandbox box;
  box.write("logs/config", "-*\n+*x\n");
  const std::string line(5000, 'a');
  CHECK(box.run({"svlogd", "-l", "6000", "-b", "8000", "logs"}, {.input = line + "x\n"}).code == 0);
  CHECK(box.read("logs/current") == line + "x\n");
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

TEST_CASE("lines that cannot be sent are logged with the reason") {
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

TEST_CASE("rules with regular expressions and shell patterns see past a NUL") {
  Sandbox box;
  box.write("regex/config", "-*\nmatch regex\n+fatal$\n");
  box.write("shell/config", "-*\nmatch shell\n+*fatal\n");
  const std::string line("a\0fatal\n", 8);
  CHECK(box.run({"svlogd", "regex", "shell"}, {.input = line + "other\n"}).code == 0);
  CHECK(box.read("regex/current") == line);
  CHECK(box.read("shell/current") == line);
}

TEST_CASE("a line goes to standard error and output from all logs before the next") {
  Sandbox box;
  box.write("one/config", "e*\nmirror stdout\n");
  box.write("two/config", "e*\nmirror stdout\n");
  const Result result = box.run({"svlogd", "one", "two", "three"}, {.input = "a\nb\n"});
  CHECK(result.err == "a\na\nb\nb\n");
  CHECK(result.out == "[one] a\n[two] a\n[one] b\n[two] b\n");
  for (const std::string name : {"one", "two", "three"})
    CHECK(box.read(name + "/current") == "a\nb\n");
}

TEST_CASE("a configuration with carriage returns, blanks and comments is read") {
  for (const std::string config :
       {"s2000\r\nn3\r\n-bad*\r\n", "s2000 \nn3 \n-bad*\n", "s2000 # 2k\nn3 # 3\n-bad*\n"}) {
    Sandbox box;
    INFO(config);
    box.write("logs/config", config);
    const Result result = box.run({"svlogd", "logs"}, {.input = "bad\n" + numbered(1, 3000)});
    CHECK(result.err.empty());
    CHECK(old_logs(box, "logs").size() == 3);
    CHECK_FALSE(contains(logged(box, "logs"), "bad"));
  }
}
