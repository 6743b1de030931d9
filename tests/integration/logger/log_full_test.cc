// SPDX-License-Identifier: ISC
// What the loggers do with lines that the disk does not take: wait, or keep some of them
// in memory and count the others.
#include <csignal>
#include <filesystem>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A logger in a small file system of its own, which a ballast file fills but for 100 kB.
struct FullDisk {
  FullDisk(Sandbox& box, const std::string& config, const std::string& command)
      : logger(start(box, config, command)), logs(path_inside(logger, box)) {}

  static Process start(Sandbox& box, const std::string& config, const std::string& command) {
    box.directory("logs");
    box.write("config", config);
    return box.start({"unshare", "-m", "sh", "-c",
                      "mount -t tmpfs -o size=700k none logs; cp config logs; "
                      "head -c 600000 /dev/zero >logs/ballast; exec " +
                          command},
                     {.fed = true});
  }
  static std::string path_inside(const Process& logger, const Sandbox& box) {
    return "/proc/" + std::to_string(logger.pid()) + "/root" + box.path("logs");
  }
  void make_room() const { std::filesystem::remove(logs + "/ballast"); }
  std::string current() const { return contents_of(logs + "/current"); }

  Process logger;
  std::string logs;
};

// The lines without the notice of the gap, and the number in that notice.
struct WithGap {
  std::vector<int> numbers;
  int lost = 0;
  size_t gap_at = 0;
};

WithGap parse(const std::string& text) {
  WithGap result;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("dropped ")) {
      result.lost += std::stoi(line.substr(8));
      result.gap_at = result.numbers.size();
      CHECK(line.ends_with(" lines: out of disk space"));
    } else if (line.size() == 49 || line == "last") {
      result.numbers.push_back(std::atoi(line.c_str()));
    }
  }
  return result;
}

constexpr int last = 20000;  // of lines with 50 bytes: ten times the space available

void check_drop_new(const std::string& text) {
  const WithGap found = parse(text);
  REQUIRE(found.lost > 0);
  // One run of lines, the gap, and the lines after there was room again.
  for (size_t i = 0; i < found.gap_at; ++i) CHECK(found.numbers[i] == static_cast<int>(i) + 1);
  CHECK(found.gap_at + static_cast<size_t>(found.lost) >= last);
  CHECK(found.gap_at * 50 < 250000);
  CHECK(found.gap_at * 50 > 150000);
}

void check_drop_old(const std::string& text) {
  const WithGap found = parse(text);
  REQUIRE(found.lost > 0);
  CHECK(text.ends_with(numbered(last, last, 49) + "last\n"));
  for (size_t i = 0; i < found.gap_at; ++i) CHECK(found.numbers[i] == static_cast<int>(i) + 1);
  CHECK(std::abs(static_cast<int>(found.numbers.size()) - 1 + found.lost - last) <= 1);
}

}  // namespace

TEST_CASE("drop-new lets the service continue, keeps what fits and counts the gap") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  FullDisk disk(box, "s0\non-full drop-new\n", "svlogd logs");
  disk.logger.feed(numbered(1, last, 49));
  disk.logger.feed("last\n");
  disk.make_room();
  box.wait_for([&] { return contains(disk.current(), "dropped "); }, "it does not go on");
  disk.logger.feed("more\n");
  box.wait_for([&] { return contains(disk.current(), "more\n"); }, "no more lines come");
  check_drop_new(disk.current());
  CHECK(disk.logger.err() ==
        "svlogd: pausing: unable to write to current: logs: out of disk space\n");
  disk.logger.close_input();
  CHECK(disk.logger.wait() == 0);
}

TEST_CASE("drop-old lets the service continue and keeps the last lines") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  FullDisk disk(box, "s0\non-full drop-old 20k\n", "svlogd logs");
  disk.logger.feed(numbered(1, last, 49));
  disk.logger.feed("last\n");
  box.wait_for([&] { return !disk.logger.err().empty(); }, "it does not pause");
  disk.make_room();
  box.wait_for([&] { return disk.current().ends_with("last\n"); }, "it does not go on");
  check_drop_old(disk.current());
  disk.logger.close_input();
  CHECK(disk.logger.wait() == 0);
}

TEST_CASE("multilog has the same policies") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  FullDisk disk(box, "", "multilog s2147483647 'on-full drop-old 20k' ./logs");
  disk.logger.feed(numbered(1, last, 49));
  disk.logger.feed("last\n");
  box.wait_for([&] { return !disk.logger.err().empty(); }, "it does not pause");
  disk.make_room();
  box.wait_for([&] { return disk.current().ends_with("last\n"); }, "it does not go on");
  check_drop_old(disk.current());
}

TEST_CASE("a directory that drops lines delays no other, one that blocks does") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  box.write("good/config", "s0\n");
  FullDisk disk(box, "s0\non-full drop-new\n", "svlogd logs good");
  disk.logger.feed(numbered(1, last, 49));
  await_logged(box, "good", numbered(1, last, 49));
}

TEST_CASE("stamps stay in order over a gap, whichever lines were kept") {
  if (!can_mount()) SKIP("needs to mount");
  for (const std::string policy : {"drop-new", "drop-old 8k"}) {
    Sandbox box;
    FullDisk disk(box, "s0\np: \non-full " + policy + "\n", "svlogd -t logs");
    disk.logger.feed(numbered(1, last, 49));
    box.wait_for([&] { return !disk.logger.err().empty(); }, "it does not pause");
    disk.make_room();
    box.wait_for([&] { return contains(disk.current(), " : dropped "); }, "it does not go on");
    disk.logger.feed("last\n");
    box.wait_for([&] { return disk.current().ends_with(": last\n"); }, "no more lines come");
    std::string before;
    for (const std::string& line : lines_of(disk.current())) {
      if (!line.starts_with("@")) continue;
      CHECK(before <= line.substr(0, 25));
      before = line.substr(0, 25);
    }
  }
}

TEST_CASE("TERM works on a full disk when lines are dropped, too") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  FullDisk disk(box, "s0\non-full drop-old\n", "svlogd logs");
  disk.logger.feed(numbered(1, last, 49));
  box.wait_for([&] { return !disk.logger.err().empty(); }, "it does not pause");
  disk.logger.signal(SIGTERM);
  CHECK(disk.logger.wait() == 111);
  CHECK(disk.logger.err() ==
        "svlogd: pausing: unable to write to current: logs: out of disk space\n"
        "svlogd: warning: stopped before all was written to current: logs\n");
}

TEST_CASE("a removed directory that cannot be recreated is handled like a full disk") {
  Sandbox box;
  box.write("deep/logs/config", "s0\non-full drop-new 4k\n");
  Process logger = box.start({"svlogd", "deep/logs", "other"}, {.fed = true});
  logger.feed("one\n");
  await_logged(box, "other", "one\n");
  box.remove("deep");
  box.write("deep", "a file in the way");
  logger.feed(numbered(1, 200, 49));
  await_logged(box, "other", "one\n" + numbered(1, 200, 49));
  box.remove("deep");
  box.wait_for(
      [&] {
        return box.exists("deep/logs/current") && contains(logged(box, "deep/logs"), "dropped ");
      },
      "it does not go on");
  CHECK(logged(box, "deep/logs") == numbered(1, 81, 49) + "dropped 119 lines: not a directory\n");
  logger.close_input();
  CHECK(logger.wait() == 0);
}

TEST_CASE("lines kept in memory are written at exit if there is room") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  box.write("saved", "");
  FullDisk disk(box, "s0\non-full drop-new\n",
                "sh -c 'svlogd logs; echo $? >code; cp logs/current saved'");
  disk.logger.feed(numbered(1, last, 49));
  box.wait_for([&] { return !disk.logger.err().empty(); }, "it does not pause");
  disk.make_room();
  disk.logger.close_input();
  CHECK(disk.logger.wait() == 0);
  CHECK(box.read("code") == "0\n");
  check_drop_new(box.read("saved"));
}

TEST_CASE("rotation continues after a gap") {
  if (!can_mount()) SKIP("needs to mount");
  Sandbox box;
  FullDisk disk(box, "s20000\nn0\non-full drop-new\n", "svlogd logs");
  disk.logger.feed(numbered(1, last, 49));
  box.wait_for([&] { return !disk.logger.err().empty(); }, "it does not pause");
  disk.make_room();
  const auto has_gap = [&] {
    for (const auto& entry : std::filesystem::directory_iterator(disk.logs))
      if (contains(contents_of(entry.path()), "dropped ")) return true;
    return false;
  };
  box.wait_for(has_gap, "it does not go on");
  for (const auto& entry : std::filesystem::directory_iterator(disk.logs))
    if (entry.path().filename().string().starts_with("@"))
      CHECK(contents_of(entry.path()).size() <= 20000);
}
