// SPDX-License-Identifier: ISC
// How it grows: trees of more and more services start, are asked, and stop; beside the
// peers, and beside a program that does nothing but start as many processes.
#include <sys/prctl.h>

#include "ground.hh"

namespace {

using namespace stoker::bench;

struct Times {
  double boot = -1, status = -1, restart = -1, stop = -1;
};

Command with_all(Command command, const Ground& ground) {
  for (const auto& entry : fs::directory_iterator(ground.scan()))
    if (entry.path().filename().string()[0] != '.') command.push_back(entry.path());
  return command;
}

// As each suite wants it: runsvdir on HUP, daemontools by a command.
void stop(const Suite& suite, const Ground& ground, pid_t root) {
  kill(root, suite.is("runit") ? SIGHUP : SIGTERM);
  if (!suite.is("daemontools")) return;
  Command command = with_all({suite.program("svc"), "-dx"}, ground);
  for (size_t at = command.size() - 1; at > 1; --at)
    if (fs::exists(command[at] + "/log")) command.push_back(command[at] + "/log");
  time_of(command, "/");
}

// Orphans come to us.
void await_the_last_process() {
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

Command status_of_all(const Suite& suite, const Ground& ground) {
  if (suite.is("s6"))  // it takes one at a time
    return {"/bin/sh", "-c", "for one in *; do " + suite.program("s6-svstat") + " $one; done"};
  return with_all(status_command(suite), ground);
}

Times times_of(const Suite& suite, const std::string& beacon, int services, bool logged) {
  Times times;
  Ground ground(beacon);
  for (int i = 0; i < services; ++i) {
    const fs::path service = ground.make("s" + std::to_string(i));
    if (!logged) continue;
    fs::create_directories(service / "log");
    fs::create_symlink(beacon, service / "log" / "run");
    // daemontools wants it so.
    fs::permissions(service, fs::perms::sticky_bit, fs::perm_options::add);
  }
  const int signs = logged ? 2 * services : services;
  const Nanoseconds began = now();
  Tree tree(suite, ground, 0);
  for (int i = 0; i < signs; ++i)
    if (!ground.next(60000)) fail(suite.name + ": a service did not start");
  times.boot = since(began);
  usleep(1'500'000);
  times.status = milliseconds_of(status_of_all(suite, ground), ground.scan());
  const Nanoseconds told = now();
  stop(suite, ground, tree.root());
  await_the_last_process();
  times.stop = since(told);
  return times;
}

// The same processes, without anybody who looks after them.
double floor_of(const std::string& floor, const std::string& beacon, int processes) {
  Ground ground(beacon);
  const Nanoseconds began = now();
  const pid_t root = start({floor, std::to_string(processes), beacon}, "/");
  for (int i = 0; i < processes; ++i) ground.must_come();
  const double time = since(began);
  kill(-root, SIGKILL);
  await_the_last_process();
  return time;
}

void rows_for(int services, bool logged, const std::string& beacon, const std::string& floor) {
  const std::string of = std::to_string(services) + (logged ? " with loggers" : "");
  std::vector<std::vector<Times>> rounds(suites().size());
  std::vector<double> floors;
  for (int round = 0; round < number_from("BENCH_ROUNDS", 3); ++round) {
    // A supervisor and a service, and the logger.
    floors.push_back(floor_of(floor, beacon, services * (logged ? 3 : 2)));
    for (size_t at = 0; at < suites().size(); ++at)
      rounds[at].push_back(times_of(suites()[at], beacon, services, logged));
  }
  const auto tell = [&](const std::string& what, double Times::*field) {
    row(what + of, "ms", [&](const Suite& suite) {
      std::vector<double> values;
      for (const Times& times : rounds[static_cast<size_t>(&suite - suites().data())])
        values.push_back(times.*field);
      return median(values);
    });
  };
  tell("start of ", &Times::boot);
  std::printf("%-44s%12.2f\n", ("  only the processes of " + of + ", ms").c_str(), median(floors));
  note("start of " + of, "ms", "floor", median(floors));
  tell("status of ", &Times::status);
  tell("stop of ", &Times::stop);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: scale BEACON FLOOR");
  const std::string beacon = fs::absolute(argv[1]), floor = fs::absolute(argv[2]);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  print_heading();
  const int most = number_from("BENCH_SERVICES", 1000);
  for (int services = 10; services <= most; services *= 10) {
    rows_for(services, false, beacon, floor);
    rows_for(services, true, beacon, floor);
  }
}
