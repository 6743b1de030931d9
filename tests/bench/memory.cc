// SPDX-License-Identifier: ISC
// The resources that an idle tree needs for each service, ours and the peers': private
// memory, page tables, descriptors, of all processes but the services and loggers
// themselves. The floor is a program that does nothing.
#include <set>

#include "limits.hh"

namespace {

using namespace stoker::bench;

struct Cost {
  double own = 0, share = 0, tables = 0, descriptors = 0, pipes = 0, watches = 0, instances = 0;
  double scanner = 0, processes = 0;
};

// Its descriptors; a shared pipe counts once.
void add_descriptors(const std::string& process, Cost& cost, std::set<std::string>& pipes) {
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(process + "/fd", trouble)) {
    ++cost.descriptors;
    const std::string target = fs::read_symlink(entry.path(), trouble).string();
    if (target.starts_with("pipe:") && pipes.insert(target).second) ++cost.pipes;
    if (target != "anon_inode:inotify") continue;
    ++cost.instances;
    std::ifstream info(process + "/fdinfo/" + entry.path().filename().string());
    for (std::string line; std::getline(info, line);) cost.watches += line.starts_with("inotify");
  }
}

void add(pid_t pid, Cost& cost, std::set<std::string>& pipes) {
  const std::string process = "/proc/" + std::to_string(pid);
  const auto kilobytes = [&](const char* file, const char* name) {
    return std::max(0.0, number_in(process + file, name));
  };
  ++cost.processes;
  cost.own += kilobytes("/smaps_rollup", "Private_Dirty:");
  cost.share += kilobytes("/smaps_rollup", "Pss:");
  cost.tables += kilobytes("/status", "VmPTE:");
  add_descriptors(process, cost, pipes);
}

// Services and loggers are beacons.
bool is_service(pid_t pid) {
  std::string name;
  std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm") >> std::ws, name);
  return name == "run";
}

Cost cost_of_tree(const Suite& suite, const std::string& beacon, int services, bool logged) {
  Ground ground(beacon);
  ground.make(services, logged);
  const Tree tree(suite, ground, logged ? 2 * services : services);
  // Some take a while to settle after the last service has started.
  rest(1500);
  Cost cost;
  std::set<std::string> pipes;
  add(tree.root(), cost, pipes);
  cost.scanner = cost.own;
  for (const pid_t pid : all_below(tree.root()))
    if (!is_service(pid)) add(pid, cost, pipes);
  return cost;
}

void rows_for(const std::string& beacon, int services, bool logged) {
  const std::string kind = logged ? "with logger, " : "";
  if (const std::string reason = obstacle(services, logged ? 4 : 2); !reason.empty()) {
    std::printf("%d %sskipped: %s\n", services, kind.c_str(), reason.c_str());
    return;
  }
  std::vector<std::optional<Cost>> costs;
  for (const Suite& suite : suites()) {
    const int most = std::min(services, suite.most());
    costs.push_back({});
    if (logged && !suite.has_loggers()) continue;
    const auto measure = [&] { return cost_of_tree(suite, beacon, most, logged); };
    costs.back() = attempt(suite.name, kind + "memory", measure);
  }
  const auto print = [&](const std::string& what, const char* unit, double Cost::*field,
                         bool each = true) {
    std::vector<double> values;
    for (size_t at = 0; at < costs.size(); ++at) {
      const int parts = each ? std::min(services, suites()[at].most()) : 1;
      values.push_back(costs[at] ? (*costs[at]).*field / parts : -1);
    }
    print_row(kind + what, unit, values);
  };
  print("private dirty", "kB", &Cost::own);
  print("of it the scanner", "kB", &Cost::scanner);
  print("proportional (PSS)", "kB", &Cost::share);
  print("page tables", "kB", &Cost::tables);
  print("processes", "count", &Cost::processes);
  print("descriptors", "count", &Cost::descriptors);
  print("pipes", "count", &Cost::pipes);
  print("inotify watches of all", "count", &Cost::watches, false);
  print("inotify instances of all", "count", &Cost::instances, false);
}

// `idle` starts no process and waits.
void print_floor(const char* kind, const std::string& idle) {
  std::vector<double> own, tables;
  for (int i = 0; i < 11; ++i) {
    const pid_t pid = start({idle}, "/");
    rest(20);
    Cost cost;
    std::set<std::string> pipes;
    add(pid, cost, pipes);
    own.push_back(cost.own);
    tables.push_back(cost.tables);
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  print_single("nothing at all, private dirty", "kB", kind, median(own));
  print_single("nothing at all, page tables", "kB", kind, median(tables));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) die("usage: memory BEACON SHARED-IDLE STATIC-IDLE");
  const std::string beacon = fs::absolute(argv[1]);
  const int services = std::min(number_from("BENCH_SERVICES", 1000), 1000);
  print_heading();
  std::printf("for each of %d services:\n", services);
  for (const bool logged : {false, true}) rows_for(beacon, services, logged);
  print_floor("shared", fs::absolute(argv[2]));
  print_floor("static", fs::absolute(argv[3]));
}
