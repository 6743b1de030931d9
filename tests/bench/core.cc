// SPDX-License-Identifier: ISC
// The figures of supervision, ours beside those of the peers that are installed:
// one line each, in a table, and as TSV where BENCH_TSV names a file.
#include "ground.hh"

namespace {

using namespace stoker::bench;

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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: core BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  const int services = number_from("BENCH_SERVICES", 1000);
  const int idle = number_from("BENCH_IDLE", 30);
  print_heading();
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
