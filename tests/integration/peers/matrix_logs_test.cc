// SPDX-License-Identifier: ISC
// svlogd and multilog beside the genuine ones, in log directories as they may be found: what
// another logger, of either suite, has left at its end or when it was killed.
#include <functional>

#include "logs.hh"
#include "matrix.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using Furnish = std::function<void(Sandbox& box, const std::string& directory)>;

Furnish file(const std::string& name, const std::string& text, unsigned mode = 0644) {
  return [=](Sandbox& box, const std::string& directory) {
    box.write(directory + "/" + name, text);
    box.mode(directory + "/" + name, mode);
  };
}

Furnish both(const Furnish& one, const Furnish& other) {
  return [=](Sandbox& box, const std::string& directory) {
    one(box, directory);
    other(box, directory);
  };
}

void nothing(Sandbox&, const std::string&) {}

const std::map<std::string, Furnish> currents = {
    {"none", nothing},
    {"empty", file("current", "")},
    {"empty-clean", file("current", "", 0744)},
    {"unclean", file("current", "old\n")},
    {"clean", file("current", "old\n", 0744)},
    {"half-clean", file("current", "old", 0744)},
    {"half", file("current", "old")},
    {"private", file("current", "old\n", 0600)},
};

const std::string label = "@400000006b000000000000";

const std::map<std::string, Furnish> remains = {
    {"none", nothing},
    {"finished", both(file(label + "00.s", "one\n", 0744), file(label + "01.s", "two\n", 0744))},
    {"unprocessed", file(label + "02.u", "three\n")},
    {"half-processed", file(label + "03.t", "four\n")},
    {"state", both(file("state", "known\n"), file("newstate", "new\n"))},
    {"previous", file("previous", "five\n")},
    {"previous-clean", file("previous", "five\n", 0744)},
    {"processed", both(file("previous", "five\n", 0744), file("processed", "FIVE\n"))},
    {"processed-clean", both(file("previous", "five\n", 0744), file("processed", "FIVE\n", 0744))},
    {"others", both(file("@short", "x\n"), both(file(".hidden", "y\n"), file("notes", "z\n")))},
};

// The logger's command line, and the content of its `config`.
struct Call {
  std::string name;
  Argv words;
  std::string config;
};

std::string flat(std::string text, const std::string& directory) {
  for (size_t at; (at = text.find(directory)) != std::string::npos;)
    text.replace(at, directory.size(), "DIR");
  return text;
}

struct Run {
  std::string cell, directory;
  Process process;
};

void collect(Sandbox& box, Cells& cells, const Run& run) {
  const int code = run.process.wait();
  std::string files;
  for (const std::string& line : picture(box, run.directory)) files += line + "; ";
  cells[run.cell + "/code"] = std::to_string(code);
  cells[run.cell + "/err"] = flat(run.process.err(), run.directory);
  cells[run.cell + "/files"] = files;
}

void compare(const std::string& program, const std::vector<Call>& calls) {
  Sandbox box;
  Cells cells[2];
  for (const Call& call : calls) {
    std::vector<Run> runs[2];
    for (const auto& [current, make_current] : currents)
      for (const auto& [left, make_remains] : remains)
        for (const int whose : {0, 1}) {
          const std::string cell = current + "/" + left + "/dir/" + call.name;
          std::string directory = (whose == 0 ? "ours-" : "them-") + current + "-" + left;
          directory += "-" + call.name;
          box.directory(directory);
          box.mode(directory, 0755);
          box.write(directory + "/config", call.config);
          make_current(box, directory);
          make_remains(box, directory);
          Argv words = {whose == 0 ? program_directory() + "/" + program : genuine(program)};
          words.insert(words.end(), call.words.begin(), call.words.end());
          words.push_back("./" + directory);
          runs[whose].push_back({cell, directory, box.start(words, {.input = "x\nyy\n"})});
        }
    for (const int whose : {0, 1})
      for (const Run& run : runs[whose]) collect(box, cells[whose], run);
  }
  const Suite suite = {.control = program};
  std::set<size_t> seen;
  const auto rows = listed_differences(suite);
  for (const std::string& line : unexplained_differences(
           suite, {.name = "ours", .our_clients = true}, cells[1], cells[0], rows, seen))
    FAIL_CHECK(line);
  check_all_are_seen(rows, seen);
}

}  // namespace

TEST_CASE("svlogd treats every directory as runit's does") {
  if (genuine("svlogd").empty()) SKIP("needs runit");
  compare("svlogd", {{"few", {"-v"}, "n1\n"}, {"processed", {}, "!tr a-z A-Z\n"}});
}

TEST_CASE("multilog treats every directory as daemontools' does") {
  if (genuine("multilog").empty()) SKIP("needs daemontools");
  compare("multilog", {{"few", {"n2"}, ""}, {"processed", {"!tr a-z A-Z"}, ""}});
}
