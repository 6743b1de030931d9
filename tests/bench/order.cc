// SPDX-License-Identifier: ISC
// What order costs: a tree whose services need each other beside the same services without order.
// The columns are graphs. A graph cannot be faster than its longest path, each service of which
// starts when the one before is ready; that is measured, too, and taken off before the ratio.
#include "limits.hh"

namespace {

using namespace stoker::bench;

struct Shape {
  const char* name;
  int path;  // how many services are one behind the other
  // The services that the service with that number needs.
  std::vector<int> (*needs)(int number, int services);
};

std::vector<int> nothing(int /*number*/, int /*services*/) { return {}; }
std::vector<int> one_before(int number, int /*services*/) {
  return number > 0 && number < 100 ? std::vector{number - 1} : std::vector<int>{};
}
// Ten of the layer before.
std::vector<int> layer_before(int number, int services) {
  const int layer = services / 10;
  std::vector<int> needed;
  for (int i = 0; number >= layer && i < 10; ++i)
    needed.push_back((number / layer - 1) * layer + (number + i) % layer);
  return needed;
}
std::vector<int> the_first(int number, int /*services*/) {
  return number > 0 ? std::vector{0} : std::vector<int>{};
}
std::vector<int> three_before(int number, int /*services*/) {
  return number % 4 == 3 ? std::vector{number - 3, number - 2, number - 1} : std::vector<int>{};
}
const std::vector<Shape> shapes{{"flat", 1, nothing},
                                {"chain of 100", 100, one_before},
                                {"ten layers", 10, layer_before},
                                {"fan", 2, the_first},
                                {"three needs", 2, three_before}};

void make(Ground& ground, const Shape& shape, int services) {
  ground.make(services);
  for (int i = 0; i < services; ++i) {
    const std::vector<int> needed = shape.needs(i, services);
    if (needed.empty()) continue;
    std::ofstream file(ground.root() / "sv" / ("s" + std::to_string(i)) / "needs");
    for (const int other : needed) file << "s" << other << "\n";
  }
}

// In kilobytes, of all processes of the tree but the services themselves.
double memory_of(const Tree& tree, const std::vector<Ground::Sign>& running) {
  double all = 0;
  for (const pid_t pid : tree.members()) {
    const auto is_it = [pid](const Ground::Sign& sign) { return sign.pid == pid; };
    if (std::any_of(running.begin(), running.end(), is_it)) continue;
    all += number_in("/proc/" + std::to_string(pid) + "/smaps_rollup", "Private_Dirty:");
  }
  return all;
}

double die_and_start(Ground& ground, pid_t pid) {
  const Nanoseconds killed = now();
  kill(pid, SIGKILL);
  return milliseconds(ground.must_come().moment - killed);
}

enum Figure { starting, stopping, dying, memory, figures };
using Figures = std::array<double, figures>;

Figures figures_of(const Suite& suite, const std::string& beacon, const Shape& shape,
                   int services) {
  Ground ground(beacon);
  make(ground, shape, services);
  Figures figures{};
  const Nanoseconds began = now();
  const Tree tree(suite, ground, 0);
  std::vector<Ground::Sign> running = ground.must_come_all(services);
  figures[starting] = since(began);
  // Only a service that was up for more than a second is started again at once.
  rest(2000);
  figures[memory] = memory_of(tree, running) / services;
  std::vector<double> deaths;
  for (size_t i = 0; i < 9; ++i)
    deaths.push_back(die_and_start(ground, running[i * running.size() / 9].pid));
  figures[dying] = median(deaths) * 1000;
  rest(1000);
  figures[stopping] = tree.time_to_stop();
  return figures;
}

// Until the next of a chain runs when the one before does.
double step_of(const Suite& suite, const std::string& beacon) {
  Ground ground(beacon);
  make(ground, shapes[1], 100);
  const Tree tree(suite, ground, 0);
  const auto signs = ground.must_come_all(100);
  return milliseconds(signs.back().moment - signs.front().moment) / 99;
}

void rows_of(const Suite& suite, const std::string& beacon, int services) {
  const std::string of = std::to_string(services);
  if (const std::string reason = obstacle(services, 2); !reason.empty()) {
    std::printf("%s: skipped: %s\n", of.c_str(), reason.c_str());
    return;
  }
  const double step =
      attempt(suite.name, "chain", [&] { return step_of(suite, beacon); }).value_or(0);
  std::vector<std::vector<double>> values(figures, std::vector<double>(shapes.size(), -1));
  print_what(suite.name + ", " + of + " services");
  for (size_t at = 0; at < shapes.size(); ++at) {
    std::printf("%14s", shapes[at].name);
    std::vector<std::vector<double>> rounds(figures);
    for (int round = 0; round < (services > 1000 ? 1 : usual_rounds()); ++round)
      if (const auto measured = attempt(suite.name, shapes[at].name, [&] {
            return figures_of(suite, beacon, shapes[at], services);
          }))
        for (size_t i = 0; i < figures; ++i) rounds[i].push_back((*measured)[i]);
    for (size_t i = 0; i < figures; ++i) values[i][at] = median(rounds[i]);
  }
  end_row();
  const auto print = [&](const std::string& what, const std::vector<double>& row) {
    print_what(what);
    for (size_t at = 0; at < row.size(); ++at) {
      std::printf("%14.2f", row[at]);
      note(what + " of " + of + ", " + shapes[at].name, "", suite.name, row[at]);
    }
    end_row();
  };
  print("start, ms", values[starting]);
  print("stop, ms", values[stopping]);
  print("one death, until it runs, us", values[dying]);
  print("private memory of each, kB", values[memory]);
  for (const Figure figure : {starting, stopping}) {
    std::vector<double> ratios;
    for (size_t at = 0; at < shapes.size(); ++at)
      ratios.push_back((values[figure][at] - (shapes[at].path - 1) * step) / values[figure][0]);
    print(figure == starting ? "start without the path, x flat" : "stop without the path, x flat",
          ratios);
  }
  print_single("a step of a chain", "ms", suite.name, step);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) die("usage: order BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  const int most = number_from("BENCH_SERVICES", 10000);
  for (const Suite& suite : suites())
    for (const int services : {1000, 10000})
      if (suite.is("stoker") && services <= most) rows_of(suite, beacon, services);
}
