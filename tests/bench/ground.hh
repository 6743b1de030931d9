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
#include <sstream>
#include <string>
#include <vector>

namespace stoker::bench {

namespace fs = std::filesystem;
using Nanoseconds = long long;
using Command = std::vector<std::string>;

struct Suite {
  std::string name, family, directory;  // where its programs are

  std::string program(const std::string& called) const { return directory + "/" + called; }
  bool is(const char* one) const { return family == one; }
  std::string scanner() const {
    return program(is("runit") ? "runsvdir" : is("s6") ? "s6-svscan" : "svscan");
  }
};

// Words in front of the service directories: what tells each to do something.
inline Command restart_command(const Suite& suite) {
  if (suite.is("daemontools")) return {suite.program("svc"), "-t"};
  if (suite.is("s6")) return {suite.program("s6-svc"), "-wr", "-r"};
  return {suite.program("sv"), "restart"};
}
// Of the directory in which it is started.
inline Command scanner_command(const Suite& suite) {
  // s6's takes 500 services unless it is told otherwise.
  if (suite.is("s6")) return {suite.scanner(), "-c", "20000", "."};
  return {suite.scanner(), "."};
}
inline Command up_command(const Suite& suite) {
  if (suite.is("daemontools")) return {suite.program("svc"), "-u"};
  if (suite.is("s6")) return {suite.program("s6-svc"), "-wu", "-u"};
  return {suite.program("sv"), "up"};
}
inline Command down_command(const Suite& suite) {
  if (suite.is("daemontools")) return {suite.program("svc"), "-d"};
  if (suite.is("s6")) return {suite.program("s6-svc"), "-wd", "-d"};
  return {suite.program("sv"), "stop"};
}
inline Command status_command(const Suite& suite) {
  if (suite.is("daemontools")) return {suite.program("svstat")};
  if (suite.is("s6")) return {suite.program("s6-svstat")};
  return {suite.program("sv"), "status"};
}

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

// The directory in PATH that has our programs.
inline std::string own_directory() {
  const std::string path = std::getenv("PATH");
  return path.substr(0, path.find(':'));
}

// The programs in PATH and the peers that are installed. BENCH_MORE="NAME=FAMILY:DIRECTORY ..."
// adds more, for example static builds; a family is one of those named here.
inline const std::vector<Suite>& suites() {
  static const std::vector<Suite> all = [] {
    std::vector<Suite> found{{"stoker", "stoker", own_directory()}};
    for (const char* const peer : {"runit", "daemontools", "s6"}) {
      const Suite suite{peer, peer, "/usr/bin"};
      if (access(suite.scanner().c_str(), X_OK) == 0)
        found.push_back(suite);
      else
        std::fprintf(stderr, "bench: %s is not installed\n", peer);
    }
    const char* const more = std::getenv("BENCH_MORE");
    std::istringstream words(more != nullptr ? more : "");
    for (std::string word; words >> word;) {
      const size_t equals = word.find('='), colon = word.find(':');
      if (equals > colon || colon == std::string::npos) fail("BENCH_MORE: " + word);
      found.push_back({word.substr(0, equals), word.substr(equals + 1, colon - equals - 1),
                       fs::absolute(word.substr(colon + 1))});
    }
    return found;
  }();
  return all;
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
  dup2(null, 0);
  dup2(null, 1);
  dup2(null, 2);
  setsid();
  // A peer's scanner finds its supervisor by PATH, where ours come first.
  if (command[0].starts_with("/")) {
    const std::string own = fs::path(command[0]).parent_path();
    setenv("PATH", (own + ":/usr/bin:/bin").c_str(), 1);
  }
  if (chdir(directory.c_str()) == 0) execvp(argv[0], argv.data());
  _exit(127);
}

inline Nanoseconds time_of(const Command& command, const fs::path& directory) {
  const Nanoseconds begin = now();
  waitpid(start(command, directory), nullptr, 0);
  return now() - begin;
}

inline double milliseconds_of(const Command& command, const fs::path& directory = "/") {
  return static_cast<double>(time_of(command, directory)) / 1e6;
}

inline double since(Nanoseconds began) { return static_cast<double>(now() - began) / 1e6; }

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
    // State is kept in memory where these programs are at work, in /run; TMPDIR says otherwise.
    const char* const chosen = std::getenv("TMPDIR");
    const bool in_memory = access("/dev/shm", W_OK) == 0;
    std::string path = chosen != nullptr ? chosen : in_memory ? "/dev/shm" : "/tmp";
    path += "/stoker-bench-XXXXXX";
    root_ = mkdtemp(path.data());
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
      : root_(start(scanner_command(suite), ground.scan())) {
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

inline int number_from(const char* variable, int fallback) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::atoi(text) : fallback;
}

inline void print_heading() {
  std::printf("%-44s", "");
  for (const Suite& suite : suites()) std::printf("%12s", suite.name.c_str());
  std::printf("\n");
}

inline void note(const std::string& what, const char* unit, const std::string& who, double value) {
  static FILE* const tsv =
      std::getenv("BENCH_TSV") ? std::fopen(std::getenv("BENCH_TSV"), "a") : nullptr;
  if (tsv == nullptr) return;
  std::fprintf(tsv, "%s\t%s\t%s\t%g\n", what.c_str(), unit, who.c_str(), value);
  std::fflush(tsv);
}

// The median of BENCH_ROUNDS rounds, all suites in each, so that a slow moment of the
// machine hits them all. What a suite cannot do is measured as -1.
inline void row(const std::string& what, const char* unit,
                const std::function<double(const Suite&)>& measure) {
  std::vector<std::vector<double>> values(suites().size());
  for (int round = 0; round < number_from("BENCH_ROUNDS", 3); ++round)
    for (size_t at = 0; at < suites().size(); ++at) {
      if (round > 0 && values[at].front() < 0) continue;
      values[at].push_back(measure(suites()[at]));
    }
  std::printf("%-44s", (what + ", " + unit).c_str());
  for (size_t at = 0; at < suites().size(); ++at) {
    const double value = median(values[at]);
    if (value < 0)
      std::printf("%12s", "-");
    else
      std::printf("%12.2f", value);
    note(what, unit, suites()[at].name, value);
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace stoker::bench
