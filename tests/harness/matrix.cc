// SPDX-License-Identifier: ISC
#include "matrix.hh"

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/signals.hh"
#include "control.hh"

namespace stoker::test {

namespace {

constexpr const char* table = "tests/integration/peers/differences.md";

// A pattern with {a,b} stands for several.
std::vector<std::string> expand(const std::string& pattern) {
  const size_t open = pattern.find('{');
  const size_t close = pattern.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {pattern};
  std::vector<std::string> all;
  std::istringstream words(pattern.substr(open + 1, close - open - 1));
  for (std::string word; std::getline(words, word, ',');)
    for (const std::string& rest : expand(pattern.substr(close + 1)))
      all.push_back(pattern.substr(0, open) + word + rest);
  return all;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> columns_of(const std::string& line) {
  std::vector<std::string> columns;
  std::istringstream stream(line);
  for (std::string column; std::getline(stream, column, '|');) columns.push_back(column);
  return columns;
}

bool is_ours(const Suite& suite, const Crew& crew, const std::string& program) {
  if (program == suite.scanner) return crew.our_scanner;
  if (program == suite.supervisor) return crew.our_supervisor;
  return crew.our_clients;
}

// Which table a row is of: trees have three programs each, the others are alone.
bool belongs(const Suite& suite, const Difference& row) {
  const bool of_trees = std::none_of(row.cells.begin(), row.cells.end(), [](const auto& cell) {
    return contains(cell, "/dead/") || contains(cell, "/dir/");
  });
  if (of_trees == suite.scanner.empty()) return false;
  const bool of_starts = contains(row.cells.front(), "-start/");
  if (of_starts || suite.of_starts)
    return of_starts && suite.of_starts && row.programs.front() == suite.control;
  using Programs = std::set<std::string>;
  const Programs families[] = {{"runsv", "runsvdir", "sv"},
                               {"supervise", "svscan", "svc", "svstat", "svok"}};
  Programs own = {suite.control};
  for (const Programs& family : families)
    if (family.contains(suite.control)) own = family;
  // Of those that are alone, supervisors are apart.
  const Programs supervisors = {"runsv", "supervise"};
  if (!of_trees &&
      supervisors.contains(suite.control) != supervisors.contains(row.programs.front()))
    return false;
  return std::any_of(row.programs.begin(), row.programs.end(),
                     [&own](const std::string& program) { return own.contains(program); });
}

class Play {
 public:
  Play(const Suite& suite, const std::vector<Crew>& crews)
      : suite_(suite), rows_(listed_differences(suite)) {
    for (const Crew& crew : crews) stages_.emplace_back(box_, suite_, crew);
  }

  // What differs without a reason.
  std::set<std::string> run();
  void check_rows() const { check_all_are_seen(rows_, seen_); }

 private:
  void wait_until_all_have_begun();
  void wait_until_quiet() const;
  void compare(const std::string& when);
  std::vector<std::string> differences(std::set<size_t>& seen) const;
  std::string fingerprint() const;

  Sandbox box_;
  const Suite& suite_;
  std::vector<Difference> rows_;
  std::vector<Stage> stages_;
  std::set<size_t> seen_;
  std::set<std::string> bad_;
};

std::set<std::string> Play::run() {
  for (Stage& stage : stages_) stage.begin();
  wait_until_all_have_begun();
  for (Stage& stage : stages_) stage.bring_into_states();
  wait_until_quiet();
  compare("before");
  for (Stage& stage : stages_) stage.begin_commands();
  for (Stage& stage : stages_) stage.end_commands();
  wait_until_quiet();
  compare("after");
  for (Stage& stage : stages_) stage.release_finish();
  wait_until_quiet();
  compare("end");
  return bad_;
}

void Play::wait_until_all_have_begun() {
  const Moment deadline = now() + timeout;
  for (const Stage& stage : stages_)
    while (!stage.has_begun()) {
      if (now() > deadline) box_.give_up("not all services begin with " + stage.crew().name);
      wait_until({}, now() + 20ms);
    }
}

std::string Play::fingerprint() const {
  std::string all;
  for (const Stage& stage : stages_) all += stage.fingerprint();
  return all;
}

// The genuine programs tell nobody what they do. What has not changed for longer than
// their own pauses of one second will not change by itself.
void Play::wait_until_quiet() const {
  constexpr Moment quiet = 1200ms, look = 100ms;
  const Moment deadline = now() + timeout;
  std::string last = fingerprint();
  for (Moment since = now(); now() - since < quiet && now() < deadline;) {
    wait_until({}, now() + look);
    std::string next = fingerprint();
    const bool seems_quiet = next == last;
    if (seems_quiet && !(now() - since >= quiet && any_is_busy())) continue;
    last = std::move(next);
    since = now();
  }
}

std::vector<std::string> Play::differences(std::set<size_t>& seen) const {
  std::vector<std::string> bad;
  for (size_t at = 1; at < stages_.size(); ++at)
    for (const std::string& line : unexplained_differences(
             suite_, stages_[at].crew(), stages_[0].cells(), stages_[at].cells(), rows_, seen))
      bad.push_back(stages_[at].crew().name + " " + line);
  return bad;
}

// Again and again, as long as there are differences that time may heal.
void Play::compare(const std::string& when) {
  constexpr Moment pause = 300ms;
  const Moment deadline = now() + timeout;
  std::vector<std::string> bad;
  std::set<size_t> seen;
  for (;;) {
    seen.clear();
    for (Stage& stage : stages_) stage.look_at_files(when);
    bad = differences(seen);
    if (bad.empty()) {
      for (Stage& stage : stages_) stage.ask_clients(when);
      bad = differences(seen);
    }
    if (bad.empty() || now() > deadline) break;
    wait_until({}, now() + pause);
  }
  seen_.merge(seen);
  bad_.insert(bad.begin(), bad.end());
}

}  // namespace

std::vector<std::string> unexplained_differences(const Suite& suite, const Crew& crew,
                                                 const Cells& pattern, const Cells& cells,
                                                 const std::vector<Difference>& rows,
                                                 std::set<size_t>& seen) {
  std::vector<std::string> bad;
  for (const auto& [cell, here] : cells) {
    const auto there = pattern.find(cell);
    const std::string expected = there == pattern.end() ? "(nothing)" : there->second;
    if (here == expected) continue;
    bool explained = false;
    for (size_t at = 0; at < rows.size(); ++at)
      if (rows[at].explains(suite, crew, cell)) {
        seen.insert(at);
        explained = true;
      }
    if (!explained) bad.push_back(cell + ": " + expected + " => " + here);
  }
  return bad;
}

void check_all_are_seen(const std::vector<Difference>& rows, const std::set<size_t>& seen) {
  if (is_portable_twin() || is_sanitized()) return;
  for (size_t at = 0; at < rows.size(); ++at) {
    const std::string& cell = rows[at].cells.front();
    if (seen.contains(at) || (contains(cell, "/nobody/") && !can_play_nobody())) continue;
    FAIL_CHECK("tests/README.md: nothing differs in " << cell);
  }
}

bool Difference::explains(const Suite& suite, const Crew& crew, const std::string& cell) const {
  for (const std::string& program : programs)
    if (!is_ours(suite, crew, program)) return false;
  for (const std::string& pattern : cells)
    if (fnmatch(pattern.c_str(), cell.c_str(), 0) == 0) return true;
  return false;
}

std::vector<Difference> listed_differences(const Suite& suite) {
  std::ifstream file(table);
  REQUIRE(file);
  std::vector<Difference> rows;
  for (std::string line; std::getline(file, line);) {
    const auto columns = columns_of(line);
    if (columns.size() < 6 || columns[1].find('`') == std::string::npos) continue;
    Difference row;
    for (std::string word : words_of(columns[1])) {
      std::erase(word, '`');
      if (word != "+") row.programs.push_back(word);
    }
    for (std::string word : words_of(columns[2])) {
      std::erase(word, '`');
      for (const std::string& pattern : expand(word)) row.cells.push_back(pattern);
    }
    if (belongs(suite, row)) rows.push_back(row);
  }
  return rows;
}

// With sanitizers each process of ours takes many times the memory, so fewer are played.
void play_matrix(const Suite& suite, std::vector<Crew> crews) {
  if (is_sanitized()) {
    crews.resize(2);
    for (Crew& crew : crews) crew.everything = false;
  }
  Play play(suite, crews);
  const std::set<std::string> bad = play.run();
  for (const std::string& line : bad) FAIL_CHECK(line);
  if (bad.empty()) play.check_rows();
}

}  // namespace stoker::test
