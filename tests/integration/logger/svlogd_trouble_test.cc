// SPDX-License-Identifier: ISC
// svlogd in trouble: full and broken disks, directories that vanish, bad input. It reports
// that once, loses nothing, does not spin, and continues when the cause is gone.
#include <csignal>
#include <filesystem>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

namespace fs = std::filesystem;

// Runs the shell script in a mount namespace of its own; what it mounts on directories
// of the sandbox is seen by inside().
Process start_mounted(Sandbox& box, const std::string& script) {
  return box.start({"unshare", "-m", "sh", "-c", script}, {.fed = true});
}

std::string inside(const Process& process, const Sandbox& box, const std::string& name) {
  return "/proc/" + std::to_string(process.pid()) + "/root" + box.path(name);
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// Reads all files there in the order of their names.
std::string joined(const std::string& directory) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("@") || name == "current") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::string text;
  for (const fs::path& path : paths) text += contents_of(path);
  return text;
}

constexpr char full[] = "svlogd: pausing: unable to write to current: logs: out of disk space\n";

// The leak checker of a sanitized program does not work under strace.
const Setup traced{.environment = {{"ASAN_OPTIONS", "detect_leaks=0"}}};

bool can_inject() {
  static const bool can = [] {
    Sandbox box;
    return box.run({"strace", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"}).code == 0;
  }();
  return can;
}

}  // namespace

TEST_CASE("on a full disk it pauses, reports that once, and continues when there is room") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  box.directory("logs");
  Process logger = start_mounted(box,
                                 "mount -t tmpfs -o size=400k none logs; "
                                 "head -c 300000 /dev/zero >logs/ballast; exec svlogd logs");
  // More than the space left, but not more than fits into the pipe as well.
  logger.feed(numbered(1, 3000, 49));
  box.wait_for([&] { return contains(logger.err(), "pausing"); }, "it does not pause");
  CHECK_FALSE(box.event_within(1200ms));
  CHECK(logger.err() == full);
  CHECK_FALSE(logger.ended());
  fs::remove(inside(logger, box, "logs/ballast"));
  const std::string logs = inside(logger, box, "logs");
  box.wait_for([&] { return joined(logs) == numbered(1, 3000, 49); }, "lines are missing");
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(logger.err() == full);
}

TEST_CASE("TERM works on a full disk, and the rest stays in the pipe") {
  if (!can_mount()) SKIP("needs to mount");
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  Sandbox box;
  box.directory("logs");
  Channel pipe = box.channel("pipe");
  const Process logger = box.start({"unshare", "-m", "sh", "-c",
                                    "mount -t tmpfs -o size=64k none logs; (svlogd logs; echo $? "
                                    ">code; cat logs/current >saved; "
                                    "cat logs/lock >>saved) <pipe; echo done >events"});
  box.write("in", numbered(1, 2000, 48));
  const Process writer = box.start({"sh", "-c", "exec cat in >pipe"});
  box.wait_for([&] { return contains(logger.err(), "pausing"); }, "it does not pause");
  const std::vector<pid_t> shell = children_of(logger.pid());
  REQUIRE(shell.size() == 1);
  for (const pid_t pid : children_of(shell[0])) kill(pid, SIGTERM);
  CHECK(logger.wait() == 0);
  CHECK(box.read("code") == "111\n");
  CHECK(logger.err() ==
        std::string(full) + "svlogd: warning: stopped before all was written to current: logs\n");
  // The next logger finds what is left, from the batch in flight on.
  const Process next = box.start({"sh", "-c", "exec svlogd rest <pipe"});
  box.wait_for([&] { return logged(box, "rest").ends_with(numbered(2000, 2000, 48)); },
               "the rest is not there");
  const std::string saved = box.read("saved");
  const std::string whole = saved.substr(0, saved.rfind('\n') + 1);
  const auto are_lines = [](const std::string& text) {
    return text == numbered(std::atoi(text.c_str()), 2000, 48);
  };
  std::string rest = logged(box, "rest");
  REQUIRE(rest.size() >= 49);
  // Of a line that came in two parts, the first may be in the other directory.
  if (!are_lines(rest)) rest.insert(0, saved.substr(whole.size()));
  CHECK(are_lines(rest));
  CHECK(static_cast<size_t>(std::atoi(rest.c_str()) - 1) * 49 <= whole.size());
}

TEST_CASE("old logs make room on a full disk if that is allowed") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  box.directory("logs");
  Process logger = start_mounted(box,
                                 "mount -t tmpfs -o size=200k none logs; "
                                 "printf 's20000\\nn0\\nN2\\n' >logs/config; exec svlogd logs");
  logger.feed(numbered(1, 20000, 49));
  const std::string logs = inside(logger, box, "logs");
  const auto done = [&] { return joined(logs).ends_with("\n" + numbered(20000, 20000, 49)); };
  box.wait_for(done, "it does not go on");
  const std::string left = joined(logs);
  CHECK(left == numbered(std::stoi(left), 20000, 49));
  CHECK(contains(logger.err(), "svlogd: warning: out of disk space, delete: logs/@"));
  CHECK_FALSE(contains(logger.err(), "pausing"));
}

TEST_CASE("a removed directory is recreated") {
  Sandbox box;
  Process logger = box.start({"svlogd", "deep/logs"}, {.fed = true});
  logger.feed("one\n");
  box.wait_for([&] { return logged(box, "deep/logs") == "one\n"; }, "no line comes");
  box.remove("deep");
  logger.feed("two\n");
  box.wait_for([&] { return logged(box, "deep/logs") == "two\n"; }, "it is not made again");
  CHECK(logger.err() == "svlogd: warning: current has been removed, recreating it: deep/logs\n");
  CHECK(box.run({"svlogd", "deep/logs"}).code == 111);  // locked again too
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("a removed current is recreated") {
  Sandbox box;
  Process logger = box.start({"svlogd", "logs"}, {.fed = true});
  logger.feed("one\n");
  box.wait_for([&] { return logged(box, "logs") == "one\n"; }, "no line comes");
  box.remove("logs/current");
  logger.feed("two\n");
  box.wait_for([&] { return logged(box, "logs") == "two\n"; }, "it is not made again");
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(mode_of(box, "logs/current") == 0744);
}

TEST_CASE("a removed directory that cannot be recreated delays lines until it can") {
  Sandbox box;
  Process logger = box.start({"svlogd", "deep/logs"}, {.fed = true});
  logger.feed("one\n");
  box.wait_for([&] { return logged(box, "deep/logs") == "one\n"; }, "no line comes");
  box.remove("deep");
  box.write("deep", "a file in the way");
  logger.feed("two\n");
  const std::string trouble = "svlogd: warning: unable to open log directory: deep/logs: ";
  box.wait_for([&] { return contains(logger.err(), trouble); }, "it does not say so");
  CHECK_FALSE(box.event_within(1200ms));
  CHECK(count(logger.err(), trouble) == 1);
  box.remove("deep");
  logger.feed("three\n");
  box.wait_for([&] { return logged(box, "deep/logs") == "two\nthree\n"; }, "it does not go on");
}

TEST_CASE("a read-only disk is reported, and that no log directory works") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  box.directory("logs");
  const Result result =
      box.run({"unshare", "-m", "sh", "-c", "mount -t tmpfs -o ro none logs; exec svlogd logs"});
  CHECK(result.code == 111);
  CHECK(result.err ==
        "svlogd: warning: unable to open lock: logs/lock: read-only file system\n"
        "svlogd: fatal: no functional log directories.\n");
}

TEST_CASE("nothing is executed from a disk with noexec") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  box.directory("logs");
  const Result result = box.run(
      {"unshare", "-m", "sh", "-c",
       "mount -t tmpfs -o noexec none logs; printf 's2000\\n!sed s/1/one/\\n' >logs/config; "
       "seq -w 1 1000 | svlogd logs; cat logs/@* logs/current | wc -l"});
  CHECK(result.code == 0);
  CHECK(result.out == "1000\n");
}

TEST_CASE("standard input that cannot be read is reported") {
  Sandbox box;
  const Result result = box.run({"sh", "-c", "svlogd logs </"});
  CHECK(result.code == 111);
  CHECK(result.err == "svlogd: warning: unable to read standard input: is a directory\n");
  CHECK(mode_of(box, "logs/current") == 0744);
}

TEST_CASE("closed standard descriptors do no harm") {
  Sandbox box;
  CHECK(box.run({"sh", "-c", "svlogd logs <&-"}).code == 0);
  CHECK(box.run({"sh", "-c", "echo x | svlogd -v logs >&- 2>&-"}).code == 0);
  CHECK(box.read("logs/current") == "x\n");
}

TEST_CASE("an unread standard error does not stop the log") {
  Sandbox box;
  box.write("logs/config", "e*\ns0\n");
  box.write("in", numbered(1, 20000, 49));
  const Channel errors = box.channel("errors");  // open, and never read
  CHECK(box.run({"sh", "-c", "cat in | svlogd logs 2>errors"}).code == 0);
  CHECK(logged(box, "logs") == numbered(1, 20000, 49));
}

TEST_CASE("a standard error without a reader does not stop the log") {
  Sandbox box;
  box.write("logs/config", "e*\n");
  CHECK(box.run({"sh", "-c", "(seq 1 1000 | svlogd logs 2>&1 >/dev/null; echo $? >code) | true"})
            .code == 0);
  CHECK(box.read("code") == "0\n");
  CHECK(logged(box, "logs") == numbered(1, 1000));
}

TEST_CASE("at the largest size that a file may have, the log goes on in a new file") {
  const std::string processor = GENERATE("", "n1\n!exit 1\n");
  Sandbox box;
  INFO(processor);
  box.write("logs/config", "s0\nn0\n" + processor);
  // 4096 bytes.
  Process logger = box.start({"sh", "-c", "ulimit -f 8; exec svlogd logs"}, {.fed = true});
  logger.feed(numbered(1, 200, 49));
  await_logged(box, "logs", numbered(1, 200, 49));
  logger.feed(numbered(201, 900, 49));
  await_logged(box, "logs", numbered(1, 900, 49));
  CHECK(contains(logger.err(),
                 "svlogd: warning: rotating at the largest size that a file may have: logs\n"));
  CHECK_FALSE(contains(logger.err(), "pausing"));
  logger.signal(SIGTERM);
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
  // Once the size is known, lines stay whole.
  if (!processor.empty()) return;
  const auto names = old_logs(box, "logs");
  REQUIRE(names.size() > 8);
  for (size_t at = 4; at < names.size(); ++at) {
    const std::string text = box.read("logs/" + names[at]);
    CHECK(text.size() == 3100);
  }
}

TEST_CASE("a write error is reported once, and nothing is lost or doubled by it") {
  if (!can_inject()) SKIP("needs strace");
  Sandbox box;
  box.write("in", numbered(1, 100));
  const Result result = box.run({"sh", "-c",
                                 "cat in | strace -qq -o trace -P " + box.path("logs/current") +
                                     " -e inject=write:error=EIO:when=1..2 svlogd logs"},
                                traced);
  CHECK(result.code == 0);
  CHECK(result.err == "svlogd: pausing: unable to write to current: logs: input/output error\n");
  CHECK(logged(box, "logs") == numbered(1, 100));
}

TEST_CASE("a rotation that fails on the way continues where it stopped") {
  if (!can_inject()) SKIP("needs strace");
  for (const std::string fault :
       {"renameat:error=ENOSPC:when=1", "renameat:error=EIO:when=2..3",
        "openat:error=ENOSPC:when=2..3 -P current", "fchmod:error=EIO:when=2"}) {
    Sandbox box;
    INFO(fault);
    box.write("logs/config", "s2000\nn0\n");
    box.write("in", numbered(1, 100, 49));
    box.script("log", "exec strace -qq -o trace -e inject=" + fault + " svlogd logs");
    const Result result = box.run({"sh", "-c", "cat in | ./log"}, traced);
    CHECK(result.code == 0);
    CHECK(logged(box, "logs") == numbered(1, 100, 49));
  }
}

TEST_CASE("a log that cannot be synced is not marked as safe") {
  if (!can_inject()) SKIP("needs strace");
  Sandbox box;
  box.write("logs/config", "s2000\n");
  box.write("in", numbered(1, 50, 49));
  const Result result =
      box.run({"sh", "-c", "cat in | strace -f -qq -o trace -e inject=fsync:error=EIO svlogd logs"},
              traced);
  CHECK(result.code == 0);
  CHECK(contains(result.err,
                 "svlogd: warning: unable to fsync current logfile: logs: input/output error\n"));
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".u"));
  CHECK(mode_of(box, "logs/current") == 0644);
  CHECK(logged(box, "logs") == numbered(1, 50, 49));
}

TEST_CASE("if no process can be started, it processes by itself") {
  if (!can_inject()) SKIP("needs strace");
  Sandbox box;
  box.write("logs/config", "s2000\nn0\n");
  box.write("in", numbered(1, 50, 49));
  const Result result = box.run(
      {"sh", "-c", "cat in | strace -f -qq -o trace -e inject=clone,fork:error=EAGAIN svlogd logs"},
      traced);
  CHECK(result.code == 0);
  CHECK(old_logs(box, "logs").size() == 2);
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".s"));
  CHECK(logged(box, "logs") == numbered(1, 50, 49));
}

TEST_CASE("a disk that turned read-only delays lines until it is writable again") {
  if (!can_inject()) SKIP("needs strace");
  Sandbox box;
  box.write("logs/config", "s2000\n");
  box.write("in", numbered(1, 100, 49));
  const Result result =
      box.run({"sh", "-c",
               "cat in | strace -qq -o trace -e inject=renameat:error=EROFS:when=1 svlogd logs"},
              traced);
  CHECK(result.code == 0);
  CHECK(logged(box, "logs") == numbered(1, 100, 49));
  CHECK(result.err == "svlogd: pausing: unable to rename current: logs: read-only file system\n");
}

TEST_CASE("where peeking into pipes is impossible they are read") {
  if (!can_inject()) SKIP("needs strace");
  Sandbox box;
  box.write("in", numbered(1, 20000, 49));
  for (const std::string fault :
       {"tee:error=ENOSYS", "epoll_create1:error=ENOSYS", "epoll_wait:retval=0"}) {
    INFO(fault);
    box.remove("logs");
    box.write("logs/config", "s0\n");
    const Result result = box.run(
        {"sh", "-c", "cat in | strace -qq -o trace -e inject=" + fault + " svlogd logs"}, traced);
    CHECK(result.code == 0);
    CHECK(logged(box, "logs") == numbered(1, 20000, 49));
  }
}
