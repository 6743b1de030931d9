// SPDX-License-Identifier: ISC
// svlogd beside runit's own, on the same input: the same files, byte for byte, and the
// same messages. Deliberate differences are listed in stoker-compat(7).
#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Both loggers with the same options, configuration and input; the directories are
// `ours` and `theirs`.
class Contest {
 public:
  Contest(const Argv& options, const std::string& config) : options_(options) {
    for (const char* const name : {"ours", "theirs"})
      box.write(std::string(name) + "/config", config);
  }

  // Lines come through a pipe, as they do from a service.
  void feed(const std::string& input) {
    box.write("in", input);
    ours_ = run("svlogd", "ours");
    theirs_ = run(genuine("svlogd"), "theirs");
  }

  void check() {
    CHECK(ours_.code == theirs_.code);
    CHECK(ours_.err == theirs_.err);
    CHECK(picture(box, "ours") == picture(box, "theirs"));
  }

  Sandbox box;

 private:
  Result run(const std::string& program, const std::string& directory) {
    std::string line = "cat in | " + program;
    for (const std::string& option : options_) line += " '" + option + "'";
    return box.run({"sh", "-c", line + " " + directory});
  }

  Argv options_;
  Result ours_, theirs_;
};

void compare(const Argv& options, const std::string& config, const std::string& input) {
  Contest contest(options, config);
  contest.feed(input);
  INFO(config);
  contest.check();
}

std::string mixed_lines() {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += "daemon[" + std::to_string(i * 37 % 100) + "]: ";
    text += i % 3 == 0 ? "info: all is well" : i % 3 == 1 ? "error: it is not" : "\tnote \x01\xe9";
    text += std::string(static_cast<size_t>(i * 13 % 90), '.') + "\n";
    if (i % 17 == 0) text += "\n";
  }
  return text;
}

bool no_peer() { return genuine("svlogd").empty(); }

}  // namespace

TEST_CASE("plain lines make the same log") {
  if (no_peer()) SKIP("needs runit");
  compare({}, "", "");
  compare({}, "", "one\n");
  compare({}, "", mixed_lines());
}

TEST_CASE("sizes and numbers make the same files") {
  if (no_peer()) SKIP("needs runit");
  for (const std::string config :
       {"s2000\nn3\n", "s3000\nn0\n", "s5k\nn2\n", "s100\nn0\n", "s999\nn4\n", "s1000\nn4\n",
        "s1001\nn4\n", "s0\n", "n1\ns4096\n"})
    compare({}, config, mixed_lines());
  compare({"-l", "200"}, "s1000\nn0\n", mixed_lines());
  compare({"-l", "10", "-b", "20"}, "s1000\nn0\n", mixed_lines());
}

TEST_CASE("lines of all lengths are split in the same places") {
  if (no_peer()) SKIP("needs runit");
  std::string input;
  for (const size_t size : {998, 999, 1000, 1001, 1002, 2500, 5000, 0, 1, 12345, 999})
    input += std::string(size, static_cast<char>('a' + size % 26)) + "\n";
  compare({}, "", input);
  compare({}, "s3000\nn0\n", input);
  compare({}, "s600\nn0\n", input);
  compare({}, "pprefix: \ns3000\nn0\ne*\n", input);
  compare({"-l", "2000", "-b", "3000"}, "e*\n", input);
}

TEST_CASE("patterns select the same lines") {
  if (no_peer()) SKIP("needs runit");
  for (const std::string config :
       {"-*\n+*]: error*\n", "-*info*\n", "-*\n", "-*\n+\n", "-daemon[*]: *\n+*: *: it is*\n",
        "e*error*\n-*\n", "e*\nE*well*\npx: \n", "-dae+mon*\n", "-*\n+daemon[+7*]: *\n",
        "-*\n+**\n", "+x\n-daemon[1*\n#-*\n"})
    compare({}, config, mixed_lines());
  // On an empty line, a plus matches the remains of an earlier line; so no line is empty.
  compare({}, "-+d*\n-*: note *\n", "daemon\nddd\nx\na: note it\n");
}

TEST_CASE("unusual lines of a configuration mean the same") {
  if (no_peer()) SKIP("needs runit");
  for (const std::string config :
       {"\n\n#s100\n-*error*", "zzz\nx y\n-*note*\n", "p\n", "p  x  \n", "-\n", "e\n", "s2k\nn3\n",
        "s2k\ns3000\nn0\n", "N3\nn5\ns2000\n"})
    compare({}, config, mixed_lines());
}

TEST_CASE("the same datagrams are sent") {
  if (no_peer()) SKIP("needs runit");
  const Fd receiver(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const plain = static_cast<sockaddr*>(static_cast<void*>(&address));
  socklen_t size = sizeof address;
  REQUIRE(bind(receiver.get(), plain, size) == 0);
  REQUIRE(getsockname(receiver.get(), plain, &size) == 0);
  const std::string place = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  const std::string input = "one\n\n" + std::string(999, 'a') + "\n" + std::string(1000, 'b') +
                            "\n" + std::string(1300, 'c') + "\nno\nlast\n";
  for (const std::string letter : {"u", "U"}) {
    Contest contest({}, letter + place + "\npx: \n-no\n");
    contest.feed(input);
    contest.check();
    std::vector<std::string> datagrams;
    char bytes[4096];
    for (ssize_t got; (got = recv(receiver.get(), bytes, sizeof bytes, MSG_DONTWAIT)) >= 0;)
      datagrams.emplace_back(bytes, static_cast<size_t>(got));
    REQUIRE(datagrams.size() == 12);
    for (size_t i = 0; i < 6; ++i) CHECK(datagrams[i] == datagrams[i + 6]);
  }
}

TEST_CASE("bytes are replaced alike") {
  if (no_peer()) SKIP("needs runit");
  compare({"-r", "?"}, "", mixed_lines());
  compare({"-R", "[]:"}, "", mixed_lines());
  compare({"-r", "+", "-R", "adm"}, "-*++*\n", mixed_lines());
}

TEST_CASE("time stamps are in the same place") {
  if (no_peer()) SKIP("needs runit");
  for (const std::string option : {"-t", "-tt", "-ttt"}) {
    Contest contest({option}, "pprefix: \n");
    contest.feed(mixed_lines());
    const std::string ours = logged(contest.box, "ours"), theirs = logged(contest.box, "theirs");
    CHECK(without_stamps(ours, 26) == without_stamps(theirs, 26));
    const std::vector<std::string> our_lines = lines_of(ours), their_lines = lines_of(theirs);
    REQUIRE(our_lines.size() == their_lines.size());
    // Taken within the same minutes, so the first digits are the same.
    CHECK(our_lines[0].substr(0, 14) == their_lines[0].substr(0, 14));
    CHECK(our_lines[0][25] == ' ');
  }
}

TEST_CASE("a processor makes the same files") {
  if (no_peer()) SKIP("needs runit");
  // One rotation, so that no file is left waiting in either.
  compare({}, "s12000\nn0\n!tr a-z A-Z; cat <&4 >/dev/null; echo state >&5\n", mixed_lines());
}

TEST_CASE("each takes over the other's logs, in any order") {
  if (no_peer()) SKIP("needs runit");
  Sandbox box;
  box.write("logs/config", "s2000\nn0\n");
  const std::string programs[] = {"svlogd", genuine("svlogd")};
  int line = 1;
  for (const int turn : {0, 1, 1, 0, 0, 1, 0}) {
    CHECK(box.run({programs[turn], "logs"}, {.input = numbered(line, line + 24, 49)}).code == 0);
    line += 25;
  }
  CHECK(logged(box, "logs") == numbered(1, line - 1, 49));
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".s"));
}

TEST_CASE("each sets aside what the other left when killed") {
  if (no_peer()) SKIP("needs runit");
  const std::string programs[] = {"svlogd", genuine("svlogd")};
  for (const int first : {0, 1}) {
    Sandbox box;
    box.directory("logs");
    const Process killed = box.start({programs[first], "logs"}, {.fed = true});
    box.wait_for([&] { return box.exists("logs/current"); }, "it does not start");
    box.append("logs/current", "left\n");
    killed.signal(SIGKILL);
    killed.wait();
    CHECK(box.run({programs[1 - first], "logs"}, {.input = "new\n"}).code == 0);
    const auto names = old_logs(box, "logs");
    REQUIRE(names.size() == 1);
    CHECK(names[0].ends_with(".u"));
    CHECK(logged(box, "logs") == "left\nnew\n");
  }
}

TEST_CASE("each locks the other out") {
  if (no_peer()) SKIP("needs runit");
  const std::string programs[] = {"svlogd", genuine("svlogd")};
  for (const int first : {0, 1}) {
    Sandbox box;
    box.directory("logs");
    const Process holder = box.start({programs[first], "logs"}, {.fed = true});
    box.wait_for([&] { return box.exists("logs/current"); }, "it does not start");
    const Result other = box.run({programs[1 - first], "logs"});
    CHECK(other.code == 111);
    CHECK(other.err ==
          "svlogd: warning: unable to lock directory: logs: temporary failure\n"
          "svlogd: fatal: no functional log directories.\n");
  }
}

TEST_CASE("wrong usage is reported alike") {
  if (no_peer()) SKIP("needs runit");
  Sandbox box;
  for (const Argv& options : {Argv{}, Argv{"-t"}, Argv{"-r", "ab", "x"}, Argv{"-l", "2000", "x"}}) {
    Argv ours = options, theirs = options;
    ours.insert(ours.begin(), "svlogd");
    theirs.insert(theirs.begin(), genuine("svlogd"));
    const Result one = box.run(ours), other = box.run(theirs);
    CHECK(one.code == other.code);
    CHECK("usage: " + genuine("svlogd") + one.err.substr(13) == other.err);
  }
}
