// SPDX-License-Identifier: ISC
// The figures of supervision, ours beside those of the peers that are installed:
// one line each, in a table, and as TSV where BENCH_TSV names a file.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Nanoseconds = long long;
using Command = std::vector<std::string>;

struct Suite {
  std::string name;
  std::string scanner, supervisor;  // programs
  Command restart, status;          // with the service directory behind them
};

const std::vector<Suite> suites = {
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

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(1);
}

Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

pid_t start(const Command& command, const fs::path& directory) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, 1);
  dup2(null, 2);
  setsid();
  if (chdir(directory.c_str()) == 0) execvp(argv[0], argv.data());
  _exit(127);
}

Nanoseconds time_of(const Command& command, const fs::path& directory) {
  const Nanoseconds begin = now();
  waitpid(start(command, directory), nullptr, 0);
  return now() - begin;
}

double median(std::vector<double> values) {
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

// --- What is measured -------------------------------------------------------

double restart_of(const Suite& suite, const std::string& beacon) {
  std::vector<double> times;
  for (int round = 0; round < 5; ++round) {
    Ground ground(beacon);
    ground.make("one");
    const Nanoseconds began = now();
    Tree tree(suite, ground, 0);
    const auto first = ground.must_come();
    // Only a service that was up for more than a second is long-lived.
    while (now() - began < 2'200'000'000LL) usleep(10'000);
    const Nanoseconds killed = now();
    kill(static_cast<pid_t>(first.pid), SIGKILL);
    times.push_back(static_cast<double>(ground.must_come().moment - killed) / 1e6);
  }
  return median(times);
}

double restart_command_of(const Suite& suite, const std::string& beacon) {
  std::vector<double> times;
  Ground ground(beacon);
  const fs::path service = ground.make("one");
  Tree tree(suite, ground, 1);
  Command command = suite.restart;
  command.push_back(service.string());
  for (int round = 0; round < 7; ++round) {
    usleep(1'100'000);
    times.push_back(static_cast<double>(time_of(command, "/")) / 1e6);
    ground.must_come();
  }
  return median(times);
}

double status_of(const Suite& suite, const std::string& beacon) {
  std::vector<double> times;
  Ground ground(beacon);
  const fs::path service = ground.make("one");
  Tree tree(suite, ground, 1);
  Command command = suite.status;
  command.push_back(service.string());
  for (int round = 0; round < 101; ++round)
    times.push_back(static_cast<double>(time_of(command, "/")) / 1e6);
  return median(times);
}

double appear_of(const Suite& suite, const std::string& beacon) {
  if (suite.name == "s6") return -1;  // only on command
  std::vector<double> times;
  Ground ground(beacon);
  ground.make("first");
  Tree tree(suite, ground, 1);
  for (int round = 0; round < 5; ++round) {
    const std::string name = "more" + std::to_string(round);
    ground.make(name, false);
    const Nanoseconds linked = now();
    ground.link(name);
    times.push_back(static_cast<double>(ground.must_come().moment - linked) / 1e6);
  }
  return median(times);
}

double restarts_per_second_of(const Suite& suite, const std::string& beacon) {
  if (suite.name != "stoker") return -1;  // the others have a fixed pause of a second
  Ground ground(beacon);
  const fs::path service = ground.make("one");
  std::ofstream(service / "exit-at-once");
  std::ofstream(service / "restart-delay") << "0\n";
  Tree tree(suite, ground, 1);
  int count = 0;
  for (const Nanoseconds began = now(); now() - began < 2'000'000'000LL; ++count)
    ground.must_come();
  return count / 2.0;
}

long switches_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  long total = 0;
  for (std::string word; file >> word;)
    if (word.find("voluntary_ctxt_switches:") != std::string::npos) {
      long count = 0;
      file >> count;
      total += count;
    }
  return total;
}

double idle_switches_of(const Suite& suite, const std::string& beacon, int services, int seconds) {
  Ground ground(beacon);
  for (int i = 0; i < services; ++i) ground.make("s" + std::to_string(i));
  Tree tree(suite, ground, services);
  usleep(3'000'000);
  const auto sum = [&] {
    long total = 0;
    for (const pid_t pid : tree.members()) total += switches_of(pid);
    return total;
  };
  const long before = sum();
  usleep(static_cast<useconds_t>(seconds) * 1'000'000U);
  return static_cast<double>(sum() - before);
}

// Milliseconds until all have started, and from TERM until the tree has gone.
std::pair<double, double> boot_and_stop_of(const Suite& suite, const std::string& beacon,
                                           int services) {
  Ground ground(beacon);
  for (int i = 0; i < services; ++i) ground.make("s" + std::to_string(i));
  const Nanoseconds began = now();
  Tree tree(suite, ground, 0);
  for (int i = 0; i < services; ++i)
    if (!ground.next()) return {-1, -1};
  const double boot = static_cast<double>(now() - began) / 1e6;
  if (suite.name != "stoker" && suite.name != "s6") return {boot, -1};  // they do not stop a tree
  const Nanoseconds told = now();
  kill(tree.root(), SIGTERM);
  waitpid(tree.root(), nullptr, 0);
  return {boot, static_cast<double>(now() - told) / 1e6};
}

// --- The table --------------------------------------------------------------

void row(const std::string& what, const char* unit,
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

int number_from(const char* variable, int fallback) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? std::atoi(text) : fallback;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: core BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  const int services = number_from("BENCH_SERVICES", 1000);
  const int idle = number_from("BENCH_IDLE", 30);
  std::printf("%-44s", "");
  for (const Suite& suite : suites) std::printf("%12s", suite.name.c_str());
  std::printf("\n");
  row("death to new start", "ms", [&](const Suite& suite) { return restart_of(suite, beacon); });
  row("restart command", "ms",
      [&](const Suite& suite) { return restart_command_of(suite, beacon); });
  row("status of one", "ms", [&](const Suite& suite) { return status_of(suite, beacon); });
  row("link made to service started", "ms",
      [&](const Suite& suite) { return appear_of(suite, beacon); });
  row("restarts without a pause", "1/s",
      [&](const Suite& suite) { return restarts_per_second_of(suite, beacon); });
  row("context switches, 200 idle, " + std::to_string(idle) + " s", "count",
      [&](const Suite& suite) { return idle_switches_of(suite, beacon, 200, idle); });
  std::vector<double> stops;
  row("start of " + std::to_string(services), "ms", [&](const Suite& suite) {
    const auto [boot, stop] = boot_and_stop_of(suite, beacon, services);
    stops.push_back(stop);
    return boot;
  });
  row("stop of " + std::to_string(services), "ms",
      [&, at = size_t{0}](const Suite&) mutable { return at < stops.size() ? stops[at++] : -1; });
}
