// SPDX-License-Identifier: ISC
// A logger killed with -9 at each system call it makes, by strace's fault injection: the
// next logger on the same pipe and directory makes up for it. No line is lost, torn or
// out of order, and none is duplicated except those of the batch in flight.
#include <csignal>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr int last_line = 120;

bool can_inject() {
  static const bool can = [] {
    Sandbox box;
    return box.run({"strace", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"}).code == 0;
  }();
  return can;
}

// The reason why the text is not a valid log of the numbered lines; empty if it is.
std::string complaint_about(const std::string& text) {
  int expected = 1, jumps = 0;
  for (const std::string& line : lines_of(text)) {
    const int number = std::atoi(line.c_str());
    if (line + "\n" != numbered(number, number, 49)) return "torn line: " + line;
    if (number > expected) return "missing before " + std::to_string(number);
    if (number < expected) ++jumps;
    expected = number + 1;
  }
  if (jumps > 1) return "doubled more than once";
  if (expected != last_line + 1) return "ends at " + std::to_string(expected - 1);
  return "";
}

struct Killed {
  bool was_killed = false;
  std::string text;
};

// Runs a logger that is killed when it enters the call `name` for the `count`th time,
// then another one that is not.
Killed kill_at(const std::string& name, int count, const std::string& config,
               const std::string& logger) {
  Sandbox box;
  Channel pipe = box.channel("pipe");
  box.write("logs/config", config);
  box.script("killed", "exec strace -qq -o trace -e inject=" + name +
                           ":signal=KILL:when=" + std::to_string(count) + " " + logger + " <pipe");
  box.script("unharmed", "exec " + logger + " <pipe");
  const Process first = box.start({"./killed"});
  for (int from = 1; from <= last_line; from += 24) {
    const std::string chunk = numbered(from, from + 23, 49);
    pipe.say(chunk.substr(0, chunk.size() - 1));
  }
  const auto all_there = [&box] {
    return logged(box, "logs").ends_with(numbered(last_line, last_line, 49));
  };
  box.wait_for([&] { return first.ended() || all_there(); }, "the first logger does not get on");
  // It may still be killed on its way out.
  for (const pid_t child : children_of(first.pid())) kill(child, SIGTERM);
  Killed result;
  result.was_killed = first.wait() == 128 + SIGKILL;
  const Process second = box.start({"./unharmed"});
  // This line comes last, after all that the first one has left.
  pipe.say("end");
  box.wait_for([&] { return logged(box, "logs").ends_with("end\n"); }, "the end does not come");
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  for (const std::string& left : box.list("logs")) CHECK_FALSE(left.ends_with(".t"));
  result.text = logged(box, "logs");
  result.text.erase(result.text.size() - 4);
  return result;
}

void kill_at_each(const std::vector<std::string>& calls, const std::string& config,
                  const std::string& logger = "svlogd logs") {
  constexpr int most = 60;
  for (const std::string& name : calls) {
    int misses = 0;
    for (int count = 1; count < most && misses < 2; ++count) {
      const Killed killed = kill_at(name, count, config, logger);
      INFO("killed at " << name << " number " << count << ":\n" << killed.text);
      CHECK(complaint_about(killed.text) == "");
      misses += killed.was_killed ? 0 : 1;
    }
  }
}

}  // namespace

TEST_CASE("killed while it reads lines, it loses none") {
  if (!can_inject()) SKIP("needs strace");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  kill_at_each({"write", "tee", "splice", "read", "epoll_wait", "ioctl"}, "s0\n");
}

TEST_CASE("killed during a rotation, it loses no line") {
  if (!can_inject()) SKIP("needs strace");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  kill_at_each({"renameat", "fchmod", "clone", "unlinkat", "getdents64"}, "s3000\nn9\n");
}

TEST_CASE("killed when it opens and closes, it loses no line") {
  if (!can_inject()) SKIP("needs strace");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  kill_at_each({"openat", "close"}, "s3000\nn9\n");
}

TEST_CASE("killed when it asks for states or waits, it loses no line") {
  if (!can_inject()) SKIP("needs strace");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  kill_at_each({"newfstatat", "ppoll", "wait4", "fsync"}, "s3000\nn9\n");
}

TEST_CASE("killed while a processor runs, it loses no line and leaves nothing unprocessed") {
  if (!can_inject()) SKIP("needs strace");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  kill_at_each({"renameat", "unlinkat", "vfork", "wait4", "fchmod"}, "s3000\nn9\n!cat\n");
}

TEST_CASE("killed while logs get modes of their own and are limited, it loses no line") {
  if (!can_inject()) SKIP("needs strace");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  kill_at_each({"fchmodat", "fchmod", "renameat", "newfstatat"},
               "s3000\nn0\nmode 600\nkeep-total 1m\nkeep-for 9d\non-full drop-old\n");
}

TEST_CASE("multilog loses no line either") {
  if (!can_inject()) SKIP("needs strace");
  if (!leaves_lines_in_pipe("multilog")) SKIP("this platform cannot look into pipes");
  kill_at_each({"write", "renameat", "openat", "splice"}, "", "multilog s4096 n9 ./logs");
}
