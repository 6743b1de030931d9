// SPDX-License-Identifier: ISC
// Is it flat? The cost of each service in trees of increasing size, for our own builds:
// the columns are sizes of the tree, and the last one is the last size's share in the first.
#include "limits.hh"

namespace {

using namespace stoker::bench;

enum Figure { starting, appearing, asking, asking_json, restarting, dying, stopping, figures };
constexpr std::array<const char*, figures> names_of_figures{"start, of each",
                                                            "one more link, until it runs",
                                                            "status, of each",
                                                            "status as JSON, of each",
                                                            "restart command, of each",
                                                            "one death, until it runs",
                                                            "stop, of each"};
using Figures = std::array<double, figures>;

// The numbers of deaths, and of links, the last of which makes the tree as large as it is called.
constexpr int samples = 9;

double appear(Ground& ground) {
  std::vector<double> times;
  for (int i = 0; i < samples; ++i) {
    const std::string name = "more" + std::to_string(i);
    ground.make(name, false);
    const Nanoseconds linked = now();
    ground.link(name);
    times.push_back(milliseconds(ground.must_come().moment - linked));
  }
  return median(times);
}

double die_and_start(Ground& ground, const std::vector<Ground::Sign>& running) {
  std::vector<double> times;
  for (size_t i = 0; i < samples; ++i) {
    const Nanoseconds killed = now();
    kill(running[i * running.size() / samples].pid, SIGKILL);
    times.push_back(milliseconds(ground.must_come().moment - killed));
  }
  return median(times);
}

// In milliseconds.
Figures figures_of(const Suite& suite, const std::string& beacon, int services, bool logged) {
  Figures figures;
  figures.fill(-1);
  services -= samples;
  Ground ground(beacon);
  ground.make(services, logged);
  const auto names = ground.names();
  const Nanoseconds began = now();
  const Tree tree(suite, ground, logged ? 2 * services : services);
  figures[starting] = since(began) / services;
  rest(2000);
  if (!logged) {
    std::vector<Ground::Sign> running;
    figures[asking] = tree.time(Verb::status, names) / services;
    figures[asking_json] = tree.time(Verb::json, names) / services;
    figures[restarting] = tree.time_until_started(Verb::restart, names, &running) / services;
    // Only a service that was up for more than a second is started again at once.
    rest(2000);
    figures[dying] = die_and_start(ground, running);
    figures[appearing] = appear(ground);
    rest(1000);
  }
  figures[stopping] = tree.time_to_stop() / services;
  return figures;
}

void rows_of(const Suite& suite, const std::string& beacon, bool logged) {
  const std::vector<int> sizes{100, 300, 1000, 3000, 10000};
  const int most = number_from("BENCH_SERVICES", sizes.back());
  const std::string kind = logged ? " with loggers" : "";
  std::vector<std::pair<int, Figures>> columns;
  for (const int services : sizes) {
    if (services > most) break;
    const std::string of = std::to_string(services) + kind;
    if (const std::string reason = obstacle(services, logged ? 3 : 2); !reason.empty()) {
      std::printf("%s: skipped: %s\n", of.c_str(), reason.c_str());
      continue;
    }
    const auto measure = [&] { return figures_of(suite, beacon, services, logged); };
    if (const auto measured = attempt(suite.name, of, measure))
      columns.emplace_back(services, *measured);
  }
  print_what(suite.name + kind);
  for (const auto& column : columns) std::printf("%12d", column.first);
  std::printf("%12s\n", "last/first");
  for (size_t at = 0; at < figures; ++at) {
    if (columns.empty() || columns.front().second[at] < 0) continue;
    const std::string what = names_of_figures[at];
    print_what(what + kind + ", us");
    for (const auto& [services, column] : columns) {
      print_value(column[at] * 1000);
      note(what + ", in " + std::to_string(services) + kind, "us", suite.name, column[at] * 1000);
    }
    print_value(columns.back().second[at] / columns.front().second[at]);
    end_row();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) die("usage: growth BEACON");
  const std::string beacon = fs::absolute(argv[1]);
  for (const Suite& suite : suites())
    for (const bool logged : {false, true})
      if (suite.is("stoker")) rows_of(suite, beacon, logged);
}
