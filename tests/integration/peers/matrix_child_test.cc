// SPDX-License-Identifier: ISC
// What run, finish, the logger and the scripts beside them find when they are started: by
// runit's and daemontools' own programs, and by ours. See matrix.hh for the table of what may
// differ.
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "control.hh"
#include "matrix.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Writes all that a process has been given into a file of the service's, a line for each.
constexpr char look[] = R"sh(#!/bin/sh
name=$(basename "$0")
case $PWD in */log) name=log-$name; out=.. ;; *) out=. ;; esac
{
  echo "words $0 $*"
  echo "directory $(pwd -P)"
  env | grep -v '^_=' | sort | sed 's/^/variable /'
  echo "umask $(umask)"
  sed -n 's/^SigBlk:\t*/blocked /p; s/^SigIgn:\t*/ignored /p' /proc/self/status
  set -- $(sed 's/.*) //' /proc/$$/stat)
  [ "$4" = $$ ] && echo "session own" || echo "session inherited"
  [ "$3" = $$ ] && echo "group own" || echo "group inherited"
  for fd in /proc/$$/fd/*; do
    target=$(readlink "$fd" | sed 's/[0-9][0-9]*]/N]/')
    [ "${fd##*/}" -lt 10 ] && echo "descriptor ${fd##*/} $target"
  done
} >"$out/seen-$name.new" 2>&1
mv "$out/seen-$name.new" "$out/seen-$name"
)sh";

// A tree of one service that has every possible file.
class Household {
 public:
  Household(Sandbox& box, const Suite& suite, const Crew& crew)
      : box_(box), name_(crew.name), runit_(suite.scanner == "runsvdir") {
    const auto whose = [](bool ours, const std::string& program) {
      return ours ? program_directory() + "/" + program : genuine(program);
    };
    box_.link(whose(crew.our_scanner, suite.scanner), name_ + "/bin/" + suite.scanner);
    box_.link(whose(crew.our_supervisor, suite.supervisor), name_ + "/bin/" + suite.supervisor);
    const std::string stay = "trap 'exit 3' TERM; while :; do sleep 1000 & wait; done\n";
    box_.script(service("run"), look + stay);
    box_.script(service("log/run"), look + std::string("exec cat >/dev/null\n"));
    if (!runit_) return;
    box_.script(service("finish"), look);
    for (const char* const letter : {"u", "t", "d"})
      box_.script(service("control/" + std::string(letter)), look + std::string("exit 1\n"));
  }

  void begin(const Argv& words) {
    box_.start(words, {.directory = name_,
                       .environment = {{"PATH", box_.path(name_ + "/bin") + ":/usr/bin:/bin"},
                                       {"HANDED", "down"}},
                       .in_child = [] {
                         umask(027);
                         signal(SIGUSR1, SIG_IGN);
                       }});
  }
  void await(const std::string& script) {
    box_.wait_for([&] { return box_.exists(service("seen-" + script)); }, script + " is not run");
  }
  void stop() {
    box_.await_supervisor(name_ + "/sv/a");
    box_.control("d", name_ + "/sv/a");
  }
  // Each line in a cell of its own, since each may differ for a reason of its own.
  Cells seen(const Argv& scripts, const std::string& how) {
    Cells cells;
    for (const std::string& script : scripts) {
      std::istringstream lines(box_.read(service("seen-" + script)));
      for (std::string line; std::getline(lines, line);) {
        size_t end = line.find(' ');
        if (line.starts_with("variable ")) end = line.find('=');
        if (line.starts_with("descriptor ")) end = line.find(' ', end + 1);
        std::string what = line.substr(0, end), value = line.substr(std::min(end, line.size()));
        std::replace(what.begin(), what.end(), ' ', '-');
        value = std::regex_replace(value, std::regex(box_.path(name_)), "BOX");
        value = std::regex_replace(value, std::regex("/said/[0-9]+-"), "/said/N-");
        if (what == "words" || what == "variable-SVPID")
          value = std::regex_replace(value, std::regex("[0-9]{2,}$"), "N");
        cells[script + "/" + what + "/dir/" + how] = value;
      }
    }
    return cells;
  }

 private:
  std::string service(const std::string& file) const { return name_ + "/sv/a/" + file; }
  Sandbox& box_;
  std::string name_;
  bool runit_;
};

// Gives the numbers of the table's rows that were needed.
std::set<size_t> compare(const Suite& suite, const Argv& words, const std::vector<Crew>& crews,
                         const Argv& scripts, const std::vector<Difference>& rows) {
  const std::string how = suite.supervisor + (words[1] == "-P" ? "-P" : "");
  Sandbox box;
  std::vector<Household> all;
  for (const Crew& crew : crews) all.emplace_back(box, suite, crew);
  for (Household& one : all) one.begin(words);
  for (Household& one : all)
    for (const char* const script : {"run", "log-run"}) one.await(script);
  for (Household& one : all) one.stop();
  for (Household& one : all)
    for (const std::string& script : scripts) one.await(script);
  std::set<size_t> seen;
  const Cells pattern = all[0].seen(scripts, how);
  for (size_t at = 1; at < all.size(); ++at) {
    const Cells here = all[at].seen(scripts, how);
    for (const std::string& line :
         unexplained_differences(suite, crews[at], pattern, here, rows, seen))
      FAIL_CHECK(crews[at].name + " " + line);
    for (const auto& [cell, value] : pattern)
      if (!here.contains(cell))
        FAIL_CHECK(crews[at].name << " " << cell << value << " => (nothing)");
  }
  return seen;
}

}  // namespace

TEST_CASE("a program that runsv starts finds the same as with runit's") {
  if (genuine("runsvdir").empty()) SKIP("runit is not installed");
  const Suite suite = {"runsvdir", "runsv", "sv"};
  const std::vector<Crew> crews = {{.name = "genuine"},
                                   {.name = "ours", .our_scanner = true, .our_supervisor = true},
                                   {.name = "our-runsv", .our_supervisor = true}};
  const auto rows = listed_differences({.control = "runsv"});
  std::set<size_t> seen;
  for (const Argv& words : {Argv{"runsvdir", "sv"}, Argv{"runsvdir", "-P", "sv"}})
    seen.merge(compare(suite, words, crews, {"run", "log-run", "finish", "u", "t", "d"}, rows));
  check_all_are_seen(rows, seen);
}

TEST_CASE("a program that supervise starts finds the same as with daemontools'") {
  if (genuine("svscan").empty()) SKIP("daemontools is not installed");
  const Suite suite = {"svscan", "supervise", "svc"};
  const auto rows = listed_differences({.control = "supervise"});
  const std::vector<Crew> crews = {{.name = "genuine"},
                                   {.name = "ours", .our_scanner = true, .our_supervisor = true}};
  check_all_are_seen(rows, compare(suite, {"svscan", "sv"}, crews, {"run", "log-run"}, rows));
}
