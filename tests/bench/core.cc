// SPDX-License-Identifier: ISC
// The figures of one service, ours beside those of the peers that are installed: one line
// each, in a table, and as TSV where BENCH_TSV names a file.
#include <memory>

#include "ground.hh"

namespace {

using namespace stoker::bench;

const std::vector<std::string> the_one{"one"};

// A death after two seconds, and a second one soon after the first.
std::pair<double, double> restarts_of(const Suite& suite, const std::string& beacon) {
  Ground ground(beacon);
  ground.make("one");
  const Tree tree(suite, ground, 0);
  const auto restart = [&ground](pid_t service) {
    const Nanoseconds killed = now();
    kill(service, SIGKILL);
    const auto sign = ground.must_come();
    return std::pair{milliseconds(sign.moment - killed), sign.pid};
  };
  const pid_t service = ground.must_come().pid;
  // Only a service that was up for more than a second is long-lived.
  rest(1700);
  const auto first = restart(service);
  return {first.first, restart(first.second).first};
}

void death_rows(const std::string& beacon) {
  std::map<std::string, std::vector<double>> seconds;
  row("death to new start", "ms", [&](const Suite& suite) {
    const auto [first, second] = restarts_of(suite, beacon);
    seconds[suite.name].push_back(second);
    return first;
  });
  std::vector<double> values;
  for (const Suite& suite : suites()) values.push_back(median(seconds[suite.name]));
  print_row("second death to new start", "ms", values);
}

double restart_command_of(const Suite& suite, const std::string& beacon) {
  Ground ground(beacon);
  ground.make("one");
  const Tree tree(suite, ground, 1);
  rest(1100);
  return tree.time_until_started(Verb::restart, the_one);
}

double up_command_of(const Suite& suite, const std::string& beacon) {
  Ground ground(beacon);
  ground.make("one");
  Tree tree(suite, ground, 0);
  const auto running = ground.must_come_all(1);
  rest(1100);
  tree.bring_down(the_one, running);
  rest(50);
  return tree.time_until_started(Verb::up, the_one);
}

double status_of(const Suite& suite, const std::string& beacon, Verb verb) {
  if (suite.command(verb).empty()) return -1;
  std::vector<double> times;
  Ground ground(beacon);
  ground.make("one");
  const Tree tree(suite, ground, 1);
  // Some take so long that fewer are started.
  const Nanoseconds began = now();
  while (times.size() < 51 && (times.size() < 5 || since(began) < 1000))
    times.push_back(tree.time(verb, the_one));
  return median(times);
}

double appear_of(const Suite& suite, const std::string& beacon) {
  if (suite.is("s6") || suite.is("supervisor")) return -1;  // only on command
  Ground ground(beacon);
  ground.make("first");
  const Tree tree(suite, ground, 1);
  ground.make("second", false);
  const Nanoseconds linked = now();
  ground.link("second");
  return milliseconds(ground.must_come().moment - linked);
}

double vanish_of(const Suite& suite, const std::string& beacon) {
  // Only on command.
  if (suite.is("s6") || suite.is("daemontools") || suite.is("supervisor")) return -1;
  Ground ground(beacon);
  ground.make("first");
  const Tree tree(suite, ground, 0);
  const auto sign = ground.must_come();
  rest(1200);
  const Nanoseconds removed = now();
  fs::remove(ground.scan() / "first");
  while (kill(sign.pid, 0) == 0) {
    if (since(removed) > 30'000) fail("the service does not end");
    usleep(200);
  }
  return since(removed);
}

double restarts_per_second_of(const Suite& suite, const std::string& beacon) {
  if (!suite.is("stoker")) return -1;  // the others have a fixed pause of a second
  Ground ground(beacon);
  const fs::path service = ground.make("one");
  std::ofstream(service / "exit-at-once");
  std::ofstream(service / "restart-delay") << "0\n";
  const Tree tree(suite, ground, 1);
  int count = 0;
  for (const Nanoseconds began = now(); now() - began < 2'000'000'000LL; ++count)
    ground.must_come();
  return count / 2.0;
}

// Context switches and CPU time, as /proc shows them.
struct Effort {
  double switches = 0, milliseconds = 0;
};

// Of the services nothing is counted: they only pause.
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

struct Sleeper {
  Sleeper(const Suite& suite, const std::string& beacon) : ground(beacon) {
    const int services = std::min(200, suite.most());
    ground.make(services);
    tree.emplace(suite, ground, services);
  }
  Ground ground;
  std::optional<Tree> tree;
  Effort before;
};

// All at the same time: they do not keep each other from sleeping.
void idle_rows(const std::string& beacon) {
  const int seconds = number_from("BENCH_IDLE", 30);
  std::vector<std::unique_ptr<Sleeper>> sleepers;
  for (const Suite& suite : suites()) {
    const auto make = [&] { return std::make_unique<Sleeper>(suite, beacon); };
    sleepers.push_back(attempt(suite.name, "idle", make).value_or(nullptr));
  }
  rest(3000);
  for (const auto& one : sleepers)
    if (one) one->before = effort_of(one->tree->members());
  rest(seconds * 1000);
  std::vector<double> switches, milliseconds;
  for (const auto& one : sleepers) {
    const Effort after = one ? effort_of(one->tree->members()) : Effort{-1, -1};
    switches.push_back(one ? after.switches - one->before.switches : -1);
    milliseconds.push_back(one ? after.milliseconds - one->before.milliseconds : -1);
  }
  const std::string what = "200 idle for " + std::to_string(seconds) + " s: ";
  print_row(what + "context switches", "count", switches);
  print_row(what + "CPU", "ms", milliseconds);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) die("usage: core BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  print_heading();
  const auto measured = [&beacon](auto measure, auto... words) {
    return [=](const Suite& suite) { return measure(suite, beacon, words...); };
  };
  death_rows(beacon);
  row("restart command, until it runs", "ms", measured(restart_command_of));
  row("up command, until ready", "ms", measured(up_command_of));
  row("status of one", "ms", measured(status_of, Verb::status));
  row("status of one as JSON", "ms", measured(status_of, Verb::json));
  row("link made to service started", "ms", measured(appear_of));
  row("link removed to service gone", "ms", measured(vanish_of));
  row("restarts without a pause", "1/s", measured(restarts_per_second_of));
  idle_rows(beacon);
}
