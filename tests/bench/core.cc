// SPDX-License-Identifier: ISC
// The figures of one service, ours beside those of the peers that are installed: one line
// each, in a table, and as TSV where BENCH_TSV names a file.
#include "ground.hh"

namespace {

using namespace stoker::bench;

// A death after two seconds, and a second one soon after the first.
double restart_of(const Suite& suite, const std::string& beacon, bool again) {
  Ground ground(beacon);
  ground.make("one");
  const Nanoseconds began = now();
  Tree tree(suite, ground, 0);
  auto sign = ground.must_come();
  // Only a service that was up for more than a second is long-lived.
  while (now() - began < 2'200'000'000LL) usleep(10'000);
  for (int deaths = 0;; ++deaths) {
    const Nanoseconds killed = now();
    kill(static_cast<pid_t>(sign.pid), SIGKILL);
    sign = ground.must_come();
    if (!again || deaths == 1) return static_cast<double>(sign.moment - killed) / 1e6;
  }
}

double restart_command_of(const Suite& suite, const std::string& beacon) {
  std::vector<double> times;
  Ground ground(beacon);
  Command command = restart_command(suite);
  command.push_back(ground.make("one").string());
  Tree tree(suite, ground, 1);
  for (int round = 0; round < 5; ++round) {
    usleep(1'100'000);
    times.push_back(milliseconds_of(command));
    ground.must_come();
  }
  return median(times);
}

double up_command_of(const Suite& suite, const std::string& beacon) {
  std::vector<double> times;
  Ground ground(beacon);
  const std::string service = ground.make("one").string();
  Command up = up_command(suite), down = down_command(suite);
  up.push_back(service);
  down.push_back(service);
  Tree tree(suite, ground, 1);
  for (int round = 0; round < 5; ++round) {
    usleep(1'100'000);
    time_of(down, "/");
    usleep(50'000);  // daemontools does not wait
    times.push_back(milliseconds_of(up));
    ground.must_come();
  }
  return median(times);
}

double status_of(const Suite& suite, const std::string& beacon) {
  std::vector<double> times;
  Ground ground(beacon);
  Command command = status_command(suite);
  command.push_back(ground.make("one").string());
  Tree tree(suite, ground, 1);
  for (int round = 0; round < 51; ++round) times.push_back(milliseconds_of(command));
  return median(times);
}

double appear_of(const Suite& suite, const std::string& beacon) {
  if (suite.is("s6")) return -1;  // only on command
  Ground ground(beacon);
  ground.make("first");
  Tree tree(suite, ground, 1);
  ground.make("second", false);
  const Nanoseconds linked = now();
  ground.link("second");
  return static_cast<double>(ground.must_come().moment - linked) / 1e6;
}

double vanish_of(const Suite& suite, const std::string& beacon) {
  if (suite.is("s6") || suite.is("daemontools")) return -1;  // only on command
  Ground ground(beacon);
  ground.make("first");
  Tree tree(suite, ground, 0);
  const auto sign = ground.must_come();
  usleep(1'200'000);
  const Nanoseconds removed = now();
  fs::remove(ground.scan() / "first");
  while (kill(static_cast<pid_t>(sign.pid), 0) == 0) usleep(200);
  return since(removed);
}

double restarts_per_second_of(const Suite& suite, const std::string& beacon) {
  if (!suite.is("stoker")) return -1;  // the others have a fixed pause of a second
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

// Context switches and CPU time, as /proc tells them.
struct Effort {
  double switches = 0, milliseconds = 0;
};

Effort effort_of(const std::vector<pid_t>& members) {
  Effort sum;
  for (const pid_t pid : members) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; status >> word;)
      if (double count = 0; word.find("ctxt_switches:") != std::string::npos && status >> count)
        sum.switches += count;
    double nanoseconds = 0;
    std::ifstream("/proc/" + std::to_string(pid) + "/schedstat") >> nanoseconds;
    sum.milliseconds += nanoseconds / 1e6;
  }
  return sum;
}

// Of the services nothing is counted: they only pause.
Effort idle_effort_of(const Suite& suite, const std::string& beacon, int services, int seconds) {
  Ground ground(beacon);
  for (int i = 0; i < services; ++i) ground.make("s" + std::to_string(i));
  Tree tree(suite, ground, services);
  usleep(3'000'000);
  const Effort before = effort_of(tree.members());
  usleep(static_cast<useconds_t>(seconds) * 1'000'000U);
  const Effort after = effort_of(tree.members());
  return {after.switches - before.switches, after.milliseconds - before.milliseconds};
}

void idle_rows(const std::string& beacon) {
  const int seconds = number_from("BENCH_IDLE", 30);
  const std::string what = "200 idle for " + std::to_string(seconds) + " s: ";
  std::vector<Effort> efforts;
  for (const Suite& suite : suites())
    efforts.push_back(idle_effort_of(suite, beacon, 200, seconds));
  const auto of = [&](const Suite& suite) { return efforts[size_t(&suite - suites().data())]; };
  row(what + "context switches", "count", [&](const Suite& suite) { return of(suite).switches; });
  row(what + "CPU", "ms", [&](const Suite& suite) { return of(suite).milliseconds; });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: core BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  print_heading();
  const auto measured = [&beacon](auto measure) {
    return [&beacon, measure](const Suite& suite) { return measure(suite, beacon); };
  };
  row("death to new start", "ms",
      [&](const Suite& suite) { return restart_of(suite, beacon, false); });
  row("second death to new start", "ms",
      [&](const Suite& suite) { return restart_of(suite, beacon, true); });
  row("restart command", "ms", measured(restart_command_of));
  row("up command", "ms", measured(up_command_of));
  row("status of one", "ms", measured(status_of));
  row("link made to service started", "ms", measured(appear_of));
  row("link removed to service gone", "ms", measured(vanish_of));
  row("restarts without a pause", "1/s", measured(restarts_per_second_of));
  idle_rows(beacon);
}
