// SPDX-License-Identifier: ISC
// How it grows: trees of more and more services start, get queries and commands, and stop; beside
// the peers, and beside a program that does nothing but start as many processes.
#include "limits.hh"

namespace {

using namespace stoker::bench;

struct Times {
  double start = -1, status = -1, json = -1, restart = -1, up = -1, stop = -1;
};

struct Programs {
  std::string beacon, shared_beacon, floor;
};

// Commands for all at once; s6's take one service each.
void control_all(const Suite& suite, Tree& tree, const std::vector<std::string>& names,
                 Times& times) {
  if (!suite.takes_many()) return;
  std::vector<Ground::Sign> running;
  times.restart = tree.time_until_started(Verb::restart, names, &running);
  rest(1200);
  tree.bring_down(names, running);
  rest(50);
  times.up = tree.time_until_started(Verb::up, names);
  rest(1200);
}

Times times_of(const Suite& suite, const std::string& beacon, int services, bool logged) {
  Times times;
  if (services > suite.most() || (logged && !suite.has_loggers())) return times;
  Ground ground(beacon);
  ground.make(services, logged);
  const auto names = ground.names();
  const Nanoseconds began = now();
  Tree tree(suite, ground, logged ? 2 * services : services);
  times.start = since(began);
  // Some take longer to stop a service that has not been up for a second.
  rest(1500);
  if (!logged && suite.takes_many()) {
    times.status = tree.time(Verb::status, names);
    if (!suite.command(Verb::json).empty()) times.json = tree.time(Verb::json, names);
    if (services >= 100) control_all(suite, tree, names, times);
  }
  times.stop = tree.time_to_stop();
  return times;
}

// The same processes, without a supervisor.
double floor_of(const Programs& programs, int shared, int tiny) {
  Ground ground(programs.beacon);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const Nanoseconds began = now();
  start({programs.floor, std::to_string(shared), programs.shared_beacon, std::to_string(tiny),
         programs.beacon},
        "/");
  const auto came =
      attempt("floor", "start", [&] { return ground.must_come_all(shared + tiny).size(); });
  const double time = since(began);
  kill_all_below_us();
  return came ? time : -1;
}

// All rounds of a suite.
using Rounds = std::vector<Times>;

double median_of(const Rounds& rounds, double Times::*field) {
  std::vector<double> values;
  for (const Times& times : rounds) values.push_back(times.*field);
  return median(values);
}

// Only the processes; the ratio is to those of the same kind as the suite's own programs.
void print_floors(const std::string& of, const std::vector<Rounds>& rounds, double tiny,
                  double shared) {
  print_single("floor of " + of, "ms", "static", tiny);
  print_single("floor of " + of, "ms", "shared", shared);
  std::vector<double> ratios;
  for (size_t at = 0; at < suites().size(); ++at) {
    const double start = median_of(rounds[at], &Times::start);
    const double floor = is_static(suites()[at].scanner()) ? tiny : shared;
    ratios.push_back(start < 0 || floor <= 0 ? -1 : start / floor);
  }
  print_row("start of " + of, "x floor", ratios);
}

void print_times(const std::string& what, const std::vector<Rounds>& rounds, double Times::*field) {
  std::vector<double> values;
  for (const Rounds& each : rounds) values.push_back(median_of(each, field));
  if (std::any_of(values.begin(), values.end(), [](double value) { return value >= 0; }))
    print_row(what, "ms", values);
}

void rows_for(int services, bool logged, const Programs& programs) {
  const std::string of = std::to_string(services) + (logged ? " with loggers" : "");
  // The peers have a supervisor for the logger, too.
  if (const std::string reason = obstacle(services, logged ? 4 : 2); !reason.empty()) {
    std::printf("%s: skipped: %s\n", of.c_str(), reason.c_str());
    return;
  }
  std::vector<Rounds> rounds(suites().size());
  std::vector<double> tiny, shared;
  const int count = services > 1000 ? number_from("BENCH_ROUNDS", 1) : usual_rounds();
  for (int round = 0; round < count; ++round) {
    // A supervisor and a service, and the logger.
    tiny.push_back(floor_of(programs, 0, services * (logged ? 3 : 2)));
    shared.push_back(floor_of(programs, services, services * (logged ? 2 : 1)));
    for (size_t at = 0; at < suites().size(); ++at) {
      const Suite& suite = suites()[at];
      const auto measure = [&] { return times_of(suite, programs.beacon, services, logged); };
      rounds[at].push_back(attempt(suite.name, of, measure).value_or(Times{}));
    }
  }
  print_times("start of " + of, rounds, &Times::start);
  print_floors(of, rounds, median(tiny), median(shared));
  print_times("status of " + of, rounds, &Times::status);
  print_times("status as JSON of " + of, rounds, &Times::json);
  print_times("restart command for " + of, rounds, &Times::restart);
  print_times("up command, until ready, for " + of, rounds, &Times::up);
  print_times("stop of " + of, rounds, &Times::stop);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) die("usage: scale BEACON SHARED-BEACON FLOOR");
  const Programs programs{fs::absolute(argv[1]), fs::absolute(argv[2]), fs::absolute(argv[3])};
  print_heading();
  const int most = number_from("BENCH_SERVICES", 5000);
  for (const int services : {10, 100, 1000, 5000}) {
    if (services > most) break;
    rows_for(services, false, programs);
    rows_for(services, true, programs);
  }
}
