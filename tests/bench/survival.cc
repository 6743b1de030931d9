// SPDX-License-Identifier: ISC
// The effects of killing and of replacing a supervisor: ours and the peers'.
#include "ground.hh"

namespace {

using namespace stoker::bench;

pid_t parent_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; file >> word;)
    if (pid_t parent = 0; word == "PPid:" && file >> parent) return parent;
  fail("a process has no parent");
}

// Programs of a service that run: the directory is theirs, and so is the name.
double copies_in(const fs::path& service) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code error;
    std::string name;
    std::ifstream(entry.path() / "comm") >> name;
    count += name == "run" && fs::read_symlink(entry.path() / "cwd", error) == service;
  }
  return count;
}

// Some scanners look every five seconds only.
constexpr int long_enough = 7000;

double copies_after_kill_of(const Suite& suite, const std::string& beacon) {
  if (suite.is("supervisor")) return -1;  // nothing starts it again
  Ground ground(beacon);
  const fs::path service = ground.make("one");
  const Tree tree(suite, ground, 0);
  const auto first = ground.must_come();
  rest(1500);
  kill(parent_of(first.pid), SIGKILL);
  rest(long_enough);
  return copies_in(service);
}

// How each suite gets its supervisors replaced by new ones.
Command upgrade_of(const Suite& suite, const Tree& tree, const std::vector<std::string>& names) {
  if (suite.is("stoker")) return {suite.program("sv"), "-w", "60", "upgrade"};
  Command words = tree.about(Verb::down, names);
  if (suite.is("daemontools")) words[1] = "-dx";
  if (suite.is("runit")) words[3] = "exit";
  if (suite.is("s6"))
    return {"/bin/sh", "-c", "for one in *; do " + suite.program("s6-svc") + " -xd $one; done"};
  return words;
}

double restarted_by_upgrade_of(const Suite& suite, const std::string& beacon, int services) {
  if (suite.is("supervisor")) return -1;  // it cannot
  Ground ground(beacon);
  ground.make(services);
  const Tree tree(suite, ground, services);
  rest(1500);
  setenv("SVDIR", ground.scan().c_str(), 1);
  time_of(upgrade_of(suite, tree, ground.names()), ground.scan());
  int restarted = 0;
  for (const Nanoseconds end = now() + long_enough * 1'000'000LL; now() < end;)
    restarted += ground.next(500).has_value();
  return restarted;
}

// To files that are new, as a package manager brings them.
double upgrade_time_of(const Suite& suite, const std::string& beacon, int services) {
  if (!suite.is("stoker")) return -1;  // they cannot
  Ground ground(beacon);
  const fs::path programs = ground.root() / "bin";
  fs::create_directories(programs);
  const auto bring = [&](const std::string& name) {
    fs::copy_file(suite.program(name), programs / (name + ".new"));
    fs::rename(programs / (name + ".new"), programs / name);
  };
  for (const char* const name : {"svscan", "supervise"}) bring(name);
  ground.make(services);
  Suite copied = suite;
  copied.directory = programs;
  const Tree tree(copied, ground, services);
  rest(1500);
  std::vector<double> times;
  for (int round = 0; round < 5; ++round) {
    for (const char* const name : {"svscan", "supervise"}) bring(name);
    setenv("SVDIR", ground.scan().c_str(), 1);
    times.push_back(milliseconds(time_of(upgrade_of(suite, tree, {}), "/")));
  }
  if (ground.next(200)) fail("an upgrade has restarted a service");
  return median(times);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) die("usage: survival BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  const int services = std::min(number_from("BENCH_SERVICES", 1000), 1000);
  print_heading();
  row(
      "copies after kill -9 of the supervisor", "count",
      [&](const Suite& suite) { return copies_after_kill_of(suite, beacon); }, 1);
  row(
      "restarted by an upgrade of 20", "count",
      [&](const Suite& suite) { return restarted_by_upgrade_of(suite, beacon, 20); }, 1);
  row("upgrade of " + std::to_string(services), "ms",
      [&](const Suite& suite) { return upgrade_time_of(suite, beacon, services); });
}
