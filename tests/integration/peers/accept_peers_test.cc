// SPDX-License-Identifier: ISC
// tcpsvd, tcpserver and s6-ipcserver beside the genuine ones: the same variables, and the same log.
#include <regex>

#include "visitor.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char show_variables[] = "env | grep -E '^(PROTO|TCP|IPC|UNIX)' | LC_ALL=C sort; exit 3";

// What differs from run to run.
std::string general(const std::string& text) {
  const std::regex pid("(pid|ok|start|end|concurrency) [0-9]+"), port("(:|PORT=)[0-9]{4,5}\\b");
  return std::regex_replace(std::regex_replace(text, pid, "$1 PID"), port, "$01PORT");
}

struct Story {
  std::string answer, log;
};

bool has_started(const std::string& log) {
  return contains(log, "listening on ") || contains(log, "status: 0/");
}
bool has_ended(const std::string& log) {
  static const std::regex last("end [^\n]*\n[^\n]*status:? 0/");
  return std::regex_search(log, last);
}

// One connection, and then TERM.
Story play(const std::string& program, const Argv& options, const std::string& host) {
  Sandbox box;
  const int port = free_port();
  Argv words = {program};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(host.empty() ? "s" : host);
  if (!host.empty()) words.push_back(std::to_string(port));
  words.insert(words.end(), {"sh", "-c", show_variables});
  const Process server = box.start(words, {.merged = true});
  box.wait_for([&] { return has_started(server.out()) || server.ended(); }, "no start is logged");
  const Visitor visitor(host.empty() ? unix_address(box.path("s")) : inet_address(host, port));
  Story story;
  story.answer = general(visitor.rest());
  box.wait_for([&] { return has_ended(server.out()) || server.ended(); }, "no end is logged");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  story.log = general(server.out());
  return story;
}

// `host`: empty for a UNIX socket.
void compare(const std::string& name, const Argv& options, const std::string& host) {
  const std::string peer = genuine(name);
  if (peer.empty()) SKIP("needs the genuine " + name);
  const Story theirs = play(peer, options, host), ours = play(name, options, host);
  CHECK(ours.answer == theirs.answer);
  CHECK(ours.log == theirs.log);
  CHECK_FALSE(ours.answer.empty());
}

}  // namespace

TEST_CASE("tcpsvd does what ipsvd's does") {
  compare("tcpsvd", {"-v", "-l", "me", "-c", "3", "-C", "2:full"}, "127.0.0.1");
}

TEST_CASE("tcpserver does what ucspi-tcp's does") {
  compare("tcpserver", {"-v", "-H", "-R", "-l", "me", "-c", "3"}, "127.0.0.1");
}

TEST_CASE("s6-ipcserver does what that of s6 does") {
  if (is_portable_twin()) SKIP("needs to be told who connects");
  compare("s6-ipcserver", {"-v", "-c", "3", "-C", "2"}, "");
}
