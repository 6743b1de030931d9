// SPDX-License-Identifier: ISC
// What the tests of the control programs share.
#pragma once
#include <regex>

#include "sandbox.hh"

namespace stoker::test {

// Numbers that differ from run to run made equal: "(pid N) Ns".
inline std::string steady(const std::string& text) {
  static const std::regex pid("\\(pid [0-9]+\\)"), age(" [0-9]+s\\b"), seconds(" [0-9]+ seconds");
  const std::string pids = std::regex_replace(text, pid, "(pid N)");
  const std::string ages = std::regex_replace(pids, age, " Ns");
  return std::regex_replace(ages, seconds, " N seconds");
}

// Without what sv and svstat put into lines of other suites, where those are compared to the byte:
// the hint at a svscan that is missing, the path that was tried, the word of encore, and the reason
// of a kill.
inline std::string without_additions(std::string text) {
  // Most texts have none of these, and to search them for expressions takes its time.
  static const std::pair<const char*, std::regex> additions[] = {
      {"no supervisor: ", std::regex("no supervisor: [^\n]*\\? (?=runsv not running)")},
      {"(no supervisor: ", std::regex(" \\(no supervisor: [^\n]*\\)(?=\n|$)")},
      {" (/", std::regex(" \\(/[^\n]*\\)(?=\n|$)")},
      {", killed after ", std::regex(", killed after [0-9.]+ s: did not stop on [A-Z]+")},
      {", ", std::regex("(, once)?, (stopped|starting|started|running|stopping|failed)(?=\n|$)")},
  };
  for (const auto& [mark, addition] : additions)
    if (text.find(mark) != std::string::npos) text = std::regex_replace(text, addition, "");
  return text;
}

inline pid_t pid_in(const std::string& line) {
  std::smatch found;
  REQUIRE(std::regex_search(line, found, std::regex("pid ([0-9]+)")));
  return std::stoi(found[1]);
}

// A directory of services, and sv called with $SVDIR there.
struct Services : Sandbox {
  Setup setup;

  Services() {
    directory("sv");
    setup.environment["SVDIR"] = path("sv");
    setup.environment["SVWAIT"] = "300";  // only for programs that hang
  }

  // A service that runs until it is asked to stop.
  void plain(const std::string& name) { script("sv/" + name + "/run", "exec sleep 1000"); }
  void at_rest(const std::string& name) {
    plain(name);
    write("sv/" + name + "/down", "");
  }

  Result sv(Argv words) {
    words.insert(words.begin(), "sv");
    return run(words, setup);
  }
  // The same in the background.
  Process begin_sv(Argv words) {
    words.insert(words.begin(), "sv");
    return start(words, setup);
  }
};

// The same under svscan.
struct Tree : Services {
  std::optional<Process> scanner;

  void begin() {
    scanner = start({"svscan", "sv"}, setup);
    wait_for([this] { return exists("sv/.svscan/control"); }, "svscan does not begin");
  }
  void begin_and_await(const Argv& names) {
    begin();
    for (const std::string& name : names) await_supervisor("sv/" + name);
  }
};

}  // namespace stoker::test
