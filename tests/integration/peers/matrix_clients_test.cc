// SPDX-License-Identifier: ISC
// The clients of runit and daemontools and ours, without a supervisor, or without one that
// can be reached: every command, in every kind of broken directory. Nothing may differ.
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "control.hh"
#include "matrix.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A status in which a service of runit rests.
const std::string resting = std::string("\x40\0\0\0\x69\0\0\0\0\0\x01\xf4\0\0\0\0\0d\0\0", 20);

class Ruins {
 public:
  Ruins() {
    for (const char* const name : {"left", "short", "no-status", "odd-status", "daemontools",
                                   "no-control", "deaf", "control-is-file", "locked"})
      furnish(name);
    // This process keeps `ok` open there, as a supervisor does.
    for (const char* const name : {"short", "no-status", "odd-status", "daemontools", "no-control",
                                   "deaf", "control-is-file"})
      alive_.push_back(open_read(AT_FDCWD, box.path(at(name, "ok")).c_str()));
    box.write(at("short", "status"), "short");
    box.write(at("daemontools", "status"), resting.substr(0, 18));
    box.remove(at("no-status", "status"));
    box.remove(at("odd-status", "status"));
    box.directory(at("odd-status", "status"));
    box.remove(at("no-control", "control"));
    box.remove(at("control-is-file", "control"));
    box.mode(at("locked", ""), 0700);
    box.directory("sv/empty/supervise");
    box.directory("sv/never");
    box.write("sv/file", "");
    box.write("sv/state-is-file/supervise", "");
    box.link("nowhere", "sv/dangling");
    box.link("nowhere", "sv/state-dangling/supervise");
    box.directory("sv/with-log/log");
    box.write("sv/with-file-log/log", "");
    box.write("sv/down-file/down", "");
    box.mode("sv", 0755);
  }

  static Argv names() {
    return {"left",       "short",         "no-status",   "odd-status", "daemontools",
            "no-control", "deaf",          "locked",      "empty",      "never",
            "file",       "state-is-file", "dangling",    "missing",    "state-dangling",
            "with-log",   "with-file-log", "down-file",   "left/",      "./left",
            "never/log",  "with-log/log",  "/nonexistent"};
  }

  Sandbox box;

 private:
  static std::string at(const std::string& name, const std::string& file) {
    return "sv/" + name + "/supervise/" + file;
  }
  void furnish(const std::string& name) {
    box.write(at(name, "status"), resting);
    for (const char* const fifo : {"ok", "control"})
      REQUIRE(mkfifo(box.path(at(name, fifo)).c_str(), 0600) == 0);
  }
  std::vector<Fd> alive_;
};

void become_nobody() {
  if (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0) _exit(125);
}

// The line of each service goes into its cell, and output about no service into `all`.
void note(Cells& cells, const std::string& call, const Process& process) {
  cells["all/" + call + "/dead/code"] = std::to_string(process.wait());
  cells["all/" + call + "/dead/err"] = process.err();
  std::istringstream lines(without_additions(steady(process.out())));
  for (std::string line; std::getline(lines, line);) {
    const Argv names = Ruins::names();
    const auto named = std::find_if(names.begin(), names.end(), [&line](const std::string& name) {
      return contains(" " + line, " " + name + ": ");
    });
    std::string name = named == names.end() ? "all" : *named;
    std::replace(name.begin(), name.end(), '/', ':');
    cells[name + "/" + call + "/dead/said"] += line;
  }
}

// Both programs with the same arguments: all are started at once, and then compared.
void compare_all(Sandbox& box, const std::vector<Argv>& calls) {
  const Suite suite = {.control = calls.front().front()};
  const Crew crew = {.name = "ours", .our_clients = true};
  std::vector<std::pair<Process, Process>> pairs;
  Argv names;
  for (const bool as_root : {true, false}) {
    Setup setup = {.directory = "sv", .environment = {{"SVDIR", box.path("sv")}}};
    if (!as_root && !can_play_nobody()) continue;
    if (!as_root) setup.in_child = become_nobody;
    for (const Argv& call : calls) {
      Argv ours = call, theirs = call;
      ours[0] = program_directory() + "/" + call[0];
      theirs[0] = genuine(call[0]);
      pairs.emplace_back(box.start(ours, setup), box.start(theirs, setup));
      const size_t verb = call.size() > 2 && call[1] == "-w1" ? 2 : 1;
      names.push_back(call[0] + (verb == 2 ? "-w" : "") + (as_root ? "-" : "-nobody-") +
                      (call.size() > 1 ? call[verb] : ""));
    }
  }
  Cells here, there;
  for (size_t at = 0; at < pairs.size(); ++at) {
    std::replace(names[at].begin(), names[at].end(), '/', ':');
    note(here, names[at], pairs[at].first);
    note(there, names[at], pairs[at].second);
  }
  std::set<size_t> seen;
  const auto rows = listed_differences(suite);
  for (const auto& line : unexplained_differences(suite, crew, there, here, rows, seen))
    FAIL_CHECK(line);
  for (const auto& [cell, said] : there)
    if (!here.contains(cell)) FAIL_CHECK(cell << ": " << said << " => (nothing)");
  check_all_are_seen(rows, seen);
  if (calls.front().front() == "sv") check_all_are_seen(rows, seen);
}

// Commands that return at once, because there is nothing to wait for.
std::vector<Argv> sv_calls() {
  const Argv verbs = {"status",
                      "start",
                      "stop",
                      "restart",
                      "reload",
                      "shutdown",
                      "check",
                      "try-restart",
                      "force-stop",
                      "force-reload",
                      "force-restart",
                      "force-shutdown",
                      "up",
                      "down",
                      "once",
                      "pause",
                      "cont",
                      "hup",
                      "alarm",
                      "interrupt",
                      "quit",
                      "1",
                      "2",
                      "term",
                      "kill",
                      "exit",
                      "D",
                      "T",
                      "X",
                      "E"};
  std::vector<Argv> calls;
  for (const std::string& verb : verbs)
    for (const bool verbose : {false, true}) {
      Argv call = {"sv", "-w1", verb};
      if (!verbose) call.erase(call.begin() + 1);
      for (const std::string& name : Ruins::names()) call.push_back(name);
      calls.push_back(call);
    }
  return calls;
}

std::vector<Argv> daemontools_calls() {
  std::vector<Argv> calls;
  for (const char letter : std::string("udopchaitkx"))
    calls.push_back({"svc", std::string("-") + letter});
  calls.push_back({"svc", "-dx"});
  calls.push_back({"svc"});
  calls.push_back({"svstat"});
  for (Argv& call : calls)
    for (const std::string& name : Ruins::names()) call.push_back(name);
  for (const std::string& name : Ruins::names()) calls.push_back({"svok", name});
  return calls;
}

}  // namespace

TEST_CASE("sv equals runit's to the byte where no supervisor can be reached") {
  if (genuine("sv").empty()) SKIP("runit is not installed");
  Ruins ruins;
  compare_all(ruins.box, sv_calls());
}

TEST_CASE("svc, svstat and svok equal daemontools' to the byte without a reachable supervisor") {
  if (genuine("svc").empty()) SKIP("daemontools is not installed");
  Ruins ruins;
  compare_all(ruins.box, daemontools_calls());
}
