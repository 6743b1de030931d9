// SPDX-License-Identifier: ISC
// The table, and as TSV where BENCH_TSV names a file: what, unit, who, value.
#pragma once
#include <algorithm>
#include <functional>
#include <optional>

#include "suite.hh"

namespace stoker::bench {

inline double median(std::vector<double> values) {
  if (values.empty()) return -1;
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// Trouble with one suite is reported; the others are measured all the same.
template <class Measure>
auto attempt(const std::string& who, const std::string& what, Measure measure)
    -> std::optional<decltype(measure())> {
  try {
    return measure();
  } catch (const std::exception& trouble) {
    std::fprintf(stderr, "bench: %s: %s: %s\n", who.c_str(), what.c_str(), trouble.what());
    return {};
  }
}

inline void note(const std::string& what, const std::string& unit, const std::string& who,
                 double value) {
  static FILE* const tsv =
      std::getenv("BENCH_TSV") ? std::fopen(std::getenv("BENCH_TSV"), "a") : nullptr;
  if (tsv == nullptr) return;
  std::fprintf(tsv, "%s\t%s\t%s\t", what.c_str(), unit.c_str(), who.c_str());
  std::fprintf(tsv, value < 0 ? "-\n" : "%g\n", value);
  std::fflush(tsv);
}

inline void print_what(const std::string& what) { std::printf("%-44s", what.c_str()); }
inline void print_value(double value) {
  if (value < 0)
    std::printf("%12s", "-");
  else
    std::printf("%12.2f", value);
}
inline void end_row() {
  std::printf("\n");
  std::fflush(stdout);
}

inline void print_heading() {
  print_what("");
  for (const Suite& suite : suites()) std::printf("%12s", suite.name.c_str());
  end_row();
}

// One value for each suite; -1 if it cannot do that.
inline void print_row(const std::string& what, const std::string& unit,
                      const std::vector<double>& values) {
  print_what(what + ", " + unit);
  for (size_t at = 0; at < suites().size(); ++at) {
    print_value(values[at]);
    note(what, unit, suites()[at].name, values[at]);
  }
  end_row();
}

// A row that is about no suite.
inline void print_single(const std::string& what, const std::string& unit, const std::string& who,
                         double value) {
  print_what("  " + what + ", " + who + ", " + unit);
  print_value(value);
  note(what, unit, who, value);
  end_row();
}

inline int usual_rounds() { return number_from("BENCH_ROUNDS", 3); }

// The median of some rounds, all suites in each, so that a slow moment of the machine hits
// them all.
inline void row(const std::string& what, const std::string& unit,
                const std::function<double(const Suite&)>& measure, int rounds = usual_rounds()) {
  std::vector<std::vector<double>> values(suites().size());
  for (int round = 0; round < rounds; ++round)
    for (size_t at = 0; at < suites().size(); ++at) {
      const Suite& suite = suites()[at];
      if (round > 0 && values[at].front() < 0) continue;
      values[at].push_back(attempt(suite.name, what, [&] { return measure(suite); }).value_or(-1));
    }
  std::vector<double> medians;
  for (const auto& each : values) medians.push_back(median(each));
  print_row(what, unit, medians);
}

}  // namespace stoker::bench
