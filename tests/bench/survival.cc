// SPDX-License-Identifier: ISC
// What comes of killing and of replacing a supervisor: ours beside the peers.
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

void kill_copies_in(const fs::path& service) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code error;
    if (fs::read_symlink(entry.path() / "cwd", error) == service)
      kill(std::stoi(entry.path().filename()), SIGKILL);
  }
}

// Some scanners look every five seconds only.
constexpr useconds_t long_enough = 7'000'000;

double copies_after_kill_of(const Suite& suite, const std::string& beacon) {
  Ground ground(beacon);
  const fs::path service = ground.make("one");
  const Tree tree(suite, ground, 0);
  const auto first = ground.must_come();
  usleep(1'500'000);
  kill(parent_of(static_cast<pid_t>(first.pid)), SIGKILL);
  usleep(long_enough);
  const double copies = copies_in(service);
  // The tree does not know them all.
  for (const pid_t pid : tree.members()) kill(pid, SIGKILL);
  kill_copies_in(service);
  return copies;
}

// How each suite gets its supervisors replaced by new ones.
Command upgrade_of(const Suite& suite, const fs::path& scan) {
  const auto with_all = [&scan](Command command) {
    for (const auto& entry : fs::directory_iterator(scan))
      if (entry.path().filename().string()[0] != '.') command.push_back(entry.path());
    return command;
  };
  if (suite.family == "runit") return with_all({"/usr/bin/sv", "exit"});
  if (suite.family == "daemontools") return with_all({"/usr/bin/svc", "-dx"});
  if (suite.family == "s6")
    return {"/bin/sh", "-c", "for service in *; do /usr/bin/s6-svc -xd \"$service\"; done"};
  return {"sv", "-w", "60", "upgrade"};
}

double restarted_by_upgrade_of(const Suite& suite, const std::string& beacon, int services) {
  Ground ground(beacon);
  for (int i = 0; i < services; ++i) ground.make("s" + std::to_string(i));
  const Tree tree(suite, ground, services);
  usleep(1'500'000);
  setenv("SVDIR", ground.scan().c_str(), 1);
  time_of(upgrade_of(suite, ground.scan()), ground.scan());
  int restarted = 0;
  for (const Nanoseconds end = now() + long_enough * 1000LL; now() < end;)
    restarted += ground.next(500).has_value();
  return restarted;
}

// To files that are new, as a package manager brings them.
double upgrade_time_of(const Suite& suite, const std::string& beacon, int services) {
  if (suite.family != "stoker") return -1;  // they cannot
  Ground ground(beacon);
  const fs::path programs = ground.scan().parent_path() / "bin";
  fs::create_directories(programs);
  const auto bring = [&](const std::string& name) {
    fs::copy_file(suite.program(name), programs / (name + ".new"));
    fs::rename(programs / (name + ".new"), programs / name);
  };
  for (const char* const name : {"svscan", "supervise"}) bring(name);
  for (int i = 0; i < services; ++i) ground.make("s" + std::to_string(i));
  Suite copied = suite;
  copied.directory = programs;
  const Tree tree(copied, ground, services);
  usleep(1'500'000);
  std::vector<double> times;
  for (int round = 0; round < 5; ++round) {
    for (const char* const name : {"svscan", "supervise"}) bring(name);
    setenv("SVDIR", ground.scan().c_str(), 1);
    times.push_back(static_cast<double>(time_of(upgrade_of(suite, {}), "/")) / 1e6);
  }
  if (ground.next(200)) fail("an upgrade has restarted a service");
  return median(times);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("usage: survival BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  const int services = number_from("BENCH_SERVICES", 1000);
  print_heading();
  row("copies after kill -9 of the supervisor", "count",
      [&](const Suite& suite) { return copies_after_kill_of(suite, beacon); });
  row("restarted by an upgrade of 20", "count",
      [&](const Suite& suite) { return restarted_by_upgrade_of(suite, beacon, 20); });
  row("upgrade of " + std::to_string(services), "ms",
      [&](const Suite& suite) { return upgrade_time_of(suite, beacon, services); });
}
