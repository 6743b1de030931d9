// SPDX-License-Identifier: ISC
// What every measurement needs: the suites that are compared, a directory of services, a
// running tree, and the table. Only benchmarks include it, each once.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace stoker::bench {

namespace fs = std::filesystem;
using Nanoseconds = long long;
using Command = std::vector<std::string>;

struct Suite {
  std::string name;
  std::string scanner, supervisor;  // programs
  Command restart, status;          // with the service directory behind them
};

inline const std::vector<Suite> suites = {
    {"stoker", "svscan", "supervise", {"sv", "restart"}, {"sv", "status"}},
    {"runit",
     "/usr/bin/runsvdir",
     "/usr/bin/runsv",
     {"/usr/bin/sv", "restart"},
     {"/usr/bin/sv", "status"}},
    {"daemontools",
     "/usr/bin/svscan",
     "/usr/bin/supervise",
     {"/usr/bin/svc", "-t"},
     {"/usr/bin/svstat"}},
    {"s6",
     "/usr/bin/s6-svscan",
     "/usr/bin/s6-supervise",
     {"/usr/bin/s6-svc", "-wr", "-r"},
     {"/usr/bin/s6-svstat"}},
};

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

inline Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

inline pid_t start(const Command& command, const fs::path& directory) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, 1);
  dup2(null, 2);
  setsid();
  // A peer's scanner finds its supervisor by PATH, where ours come first.
  if (command[0].starts_with("/usr/bin/")) setenv("PATH", "/usr/bin:/bin", 1);
  if (chdir(directory.c_str()) == 0) execvp(argv[0], argv.data());
  _exit(127);
}

inline Nanoseconds time_of(const Command& command, const fs::path& directory) {
  const Nanoseconds begin = now();
  waitpid(start(command, directory), nullptr, 0);
  return now() - begin;
}

inline double median(std::vector<double> values) {
  if (values.empty()) return -1;
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// Everything a round needs: a directory of services, the FIFO they report to, and a
// way to get rid of what was started.
class Ground {
 public:
  explicit Ground(const std::string& beacon) : beacon_(beacon) {
    char path[] = "/tmp/stoker-bench-XXXXXX";
    root_ = mkdtemp(path);
    fs::create_directories(scan());
    fs::create_directories(root_ / "sv");
    mkfifo((root_ / "beacon").c_str(), 0600);
    fifo_ = open((root_ / "beacon").c_str(), O_RDWR | O_NONBLOCK);
    setenv("BEACON", (root_ / "beacon").c_str(), 1);
  }
  ~Ground() {
    close(fifo_);
    fs::remove_all(root_);
  }
  fs::path scan() const { return root_ / "scan"; }

  fs::path make(const std::string& name, bool linked = true) {
    const fs::path service = root_ / "sv" / name;
    fs::create_directories(service);
    fs::create_symlink(beacon_, service / "run");
    if (linked) link(name);
    return service;
  }
  void link(const std::string& name) { fs::create_symlink(root_ / "sv" / name, scan() / name); }

  struct Sign {
    Nanoseconds moment;
    long long pid;
  };
  std::optional<Sign> next(int milliseconds = 15000) {
    pollfd fd{fifo_, POLLIN, 0};
    Sign sign{};
    if (poll(&fd, 1, milliseconds) != 1 || read(fifo_, &sign, sizeof sign) != sizeof sign)
      return {};
    return sign;
  }
  Sign must_come(int milliseconds = 15000) {
    const auto sign = next(milliseconds);
    if (!sign) fail("a service did not start");
    return *sign;
  }

 private:
  fs::path beacon_, root_;
  int fifo_ = -1;
};

// A running tree; everything of it is killed at the end.
class Tree {
 public:
  Tree(const Suite& suite, Ground& ground, int services)
      : root_(start({suite.scanner, "."}, ground.scan())) {
    for (int i = 0; i < services; ++i) ground.must_come();
  }
  ~Tree() {
    for (const pid_t pid : members()) kill(pid, SIGKILL);
    while (waitpid(-1, nullptr, 0) > 0) {
    }
  }
  pid_t root() const { return root_; }

  // The scanner and all below it, services included.
  std::vector<pid_t> members() const {
    std::vector<pid_t> all{root_};
    for (size_t i = 0; i < all.size(); ++i) {
      const std::string pid = std::to_string(all[i]);
      std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
      for (pid_t child = 0; children >> child;) all.push_back(child);
    }
    return all;
  }

 private:
  pid_t root_;
};

// --- The table --------------------------------------------------------------

inline void row(const std::string& what, const char* unit,
                const std::function<double(const Suite&)>& measure) {
  static FILE* const tsv =
      std::getenv("BENCH_TSV") ? std::fopen(std::getenv("BENCH_TSV"), "a") : nullptr;
  std::printf("%-44s", (what + ", " + unit).c_str());
  for (const Suite& suite : suites) {
    const bool ours = suite.name == "stoker";
    const bool there = ours || access(suite.scanner.c_str(), X_OK) == 0;
    const double value = there ? measure(suite) : -1;
    if (value < 0)
      std::printf("%12s", "-");
    else
      std::printf("%12.2f", value);
    std::fflush(stdout);
    if (tsv != nullptr)
      std::fprintf(tsv, "%s\t%s\t%s\t%g\n", what.c_str(), unit, suite.name.c_str(), value);
  }
  std::printf("\n");
}

inline void print_heading() {
  std::printf("%-44s", "");
  for (const Suite& suite : suites) std::printf("%12s", suite.name.c_str());
  std::printf("\n");
}

inline int number_from(const char* variable, int fallback) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::atoi(text) : fallback;
}

}  // namespace stoker::bench
