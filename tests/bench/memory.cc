// SPDX-License-Identifier: ISC
// What an idle tree keeps of the machine, ours beside the peers': memory that nobody else
// shares, page tables, descriptors. The floor is a program that does nothing.
#include <map>
#include <set>

#include "ground.hh"

namespace {

using namespace stoker::bench;

struct Cost {
  double own = 0, share = 0, tables = 0, descriptors = 0, pipes = 0;
  void add(const Cost& other) {
    own += other.own;
    share += other.share;
    tables += other.tables;
    descriptors += other.descriptors;
    pipes += other.pipes;
  }
};

// The number behind a word in a file of /proc.
double number_of(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  double number = 0;
  for (std::string word; file >> word;)
    if (word == name) {
      file >> number;
      return number;
    }
  return 0;
}

Cost cost_of(pid_t pid, std::set<std::string>& pipes) {
  const std::string process = "/proc/" + std::to_string(pid);
  Cost cost;
  cost.own = number_of(process + "/smaps_rollup", "Anonymous:");
  cost.share = number_of(process + "/smaps_rollup", "Pss:");
  cost.tables = number_of(process + "/status", "VmPTE:");
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(process + "/fd", trouble)) {
    ++cost.descriptors;
    const std::string target = fs::read_symlink(entry.path(), trouble).string();
    if (target.starts_with("pipe:") && pipes.insert(target).second) ++cost.pipes;
  }
  return cost;
}

std::string name_of(pid_t pid) {
  std::string name;
  std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> std::ws, name);
  return name;
}

// By kilobytes and counts for each service: all supervisors together, and the scanner.
std::pair<Cost, Cost> cost_of_tree(const Suite& suite, const std::string& beacon, int services,
                                   bool logged) {
  Ground ground(beacon);
  for (int i = 0; i < services; ++i) {
    const fs::path service = ground.make("s" + std::to_string(i), false);
    if (logged) fs::create_directories(service / "log");
    if (logged) fs::create_symlink(beacon, service / "log" / "run");
    ground.link("s" + std::to_string(i));
  }
  Tree tree(suite, ground, logged ? 2 * services : services);
  // Some take a while to settle after the last service has started.
  usleep(1'500'000);
  std::pair<Cost, Cost> costs;
  std::set<std::string> pipes;
  const std::string supervisor = suite.is("runit") ? "runsv"
                                 : suite.is("s6")  ? "s6-supervise"
                                                   : "supervise";
  for (const pid_t pid : tree.members()) {
    if (pid == tree.root()) costs.second.add(cost_of(pid, pipes));
    if (name_of(pid) == supervisor) costs.first.add(cost_of(pid, pipes));
  }
  return costs;
}

// `idle` starts no process and waits.
void print_floor(const char* kind, const std::string& idle) {
  std::set<std::string> pipes;
  std::vector<double> own, tables;
  for (int i = 0; i < 11; ++i) {
    const pid_t pid = start({idle, "0", "-"}, "/");
    usleep(20'000);
    own.push_back(cost_of(pid, pipes).own);
    tables.push_back(cost_of(pid, pipes).tables);
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  std::printf("%-44s%12.2f\n", (std::string("nothing at all, ") + kind + ", own, kB").c_str(),
              median(own));
  std::printf("%-44s%12.2f\n",
              (std::string("nothing at all, ") + kind + ", page tables, kB").c_str(),
              median(tables));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) fail("usage: memory BEACON IDLE STATIC-IDLE");
  const std::string beacon = fs::absolute(argv[1]);
  const int services = number_from("BENCH_SERVICES", 1000);
  print_heading();
  for (const bool logged : {false, true}) {
    std::map<std::string, std::pair<Cost, Cost>> costs;
    const std::string kind = logged ? "with logger, " : "";
    const auto print = [&](const std::string& what, const char* unit, auto pick) {
      row(kind + what, unit, [&](const Suite& suite) {
        if (!costs.contains(suite.name))
          costs[suite.name] = cost_of_tree(suite, beacon, services, logged);
        return pick(costs[suite.name]) / services;
      });
    };
    using Costs = const std::pair<Cost, Cost>&;
    print("supervisor, own", "kB", [](Costs costs) { return costs.first.own; });
    print("supervisor, proportional (PSS)", "kB", [](Costs costs) { return costs.first.share; });
    print("supervisor, page tables", "kB", [](Costs costs) { return costs.first.tables; });
    print("supervisor, descriptors", "", [](Costs costs) { return costs.first.descriptors; });
    print("scanner per service, own", "kB", [](Costs costs) { return costs.second.own; });
    print("scanner per service, descriptors", "",
          [](Costs costs) { return costs.second.descriptors; });
    print("pipes", "", [](Costs costs) { return costs.first.pipes + costs.second.pipes; });
  }
  print_floor("shared libc", fs::absolute(argv[2]));
  print_floor("static", fs::absolute(argv[3]));
}
