// SPDX-License-Identifier: ISC
// How runsv, supervise, runsvdir and svscan begin, or do not: in directories as they should
// not be, beside the genuine programs. See matrix.hh for the table of what may differ.
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "base/signals.hh"
#include "control.hh"
#include "matrix.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using Spoil = std::function<void(Sandbox& box, const std::string& service)>;

Spoil file(const std::string& name) {
  return [=](Sandbox& box, const std::string& service) { box.write(service + "/" + name, ""); };
}
Spoil directory(const std::string& name) {
  return [=](Sandbox& box, const std::string& service) { box.directory(service + "/" + name); };
}
Spoil link(const std::string& to, const std::string& name) {
  return [=](Sandbox& box, const std::string& service) { box.link(to, service + "/" + name); };
}
Spoil mode(const std::string& name, unsigned bits) {
  return [=](Sandbox& box, const std::string& service) {
    box.directory(service + "/" + name);
    box.mode(service + "/" + name, bits);
  };
}
void nothing(Sandbox&, const std::string&) {}

const std::map<std::string, Spoil> ruins = {
    {"sound", nothing},
    {"log-is-file", file("log")},
    {"log-empty", directory("log")},
    {"log-dangling", link("nowhere", "log")},
    {"state-is-file", file("supervise")},
    {"state-dangling", link("../made", "supervise")},
    {"state-dangling-deep", link("../not/made", "supervise")},
    {"state-loop", link("supervise", "supervise")},
    {"state-closed", mode("supervise", 0555)},
    {"lock-is-directory", directory("supervise/lock")},
    {"control-is-file", file("supervise/control")},
    {"control-is-directory", directory("supervise/control")},
    {"ok-is-directory", directory("supervise/ok")},
    {"status-is-directory", directory("supervise/status")},
    {"status-new-is-directory", directory("supervise/status.new")},
    {"closed", mode("", 0000)},
};

// Without what is only said again, and the path in the usage.
std::string said(const Process& process) {
  std::istringstream lines(process.err());
  std::string all, last;
  for (std::string line; std::getline(lines, line); last = line)
    if (line != last) all += line + "\n";
  return std::regex_replace(all, std::regex("usage: /[^ ]*/"), "usage: ");
}

struct Start {
  std::string cell;
  Process process;
};

class Starts {
 public:
  explicit Starts(const std::string& program) : program_(program) {}

  // All at once, by both, as root and as nobody.
  void begin(const std::vector<std::pair<std::string, Argv>>& calls, const Spoil& furnish) {
    for (const bool as_root : {true, false})
      for (const auto& [name, words] : calls)
        for (const int whose : {0, 1}) begin_one(name, words, furnish, as_root, whose);
  }

  // Those that have not ended have begun.
  void check() {
    Cells cells[2];
    for (const int whose : {0, 1})
      for (const Start& start : starts_[whose]) {
        const auto code = start.process.ended();
        cells[whose][start.cell + "/code"] = code ? std::to_string(*code) : "runs";
        cells[whose][start.cell + "/err"] = said(start.process);
      }
    const auto rows = listed_differences({.control = program_, .of_starts = true});
    std::set<size_t> seen;
    const Crew crew = {.name = "ours", .our_clients = true};
    for (const std::string& line :
         unexplained_differences({}, crew, cells[1], cells[0], rows, seen))
      FAIL_CHECK(line);
    check_all_are_seen(rows, seen);
  }

  // Until all that will end have ended, and all have said what they have to say.
  void settle() {
    const auto picture = [this] {
      std::string all;
      for (const auto& each : starts_)
        for (const Start& start : each)
          all += start.process.err() + (start.process.ended() ? "." : "");
      return all;
    };
    constexpr Moment quiet = 800ms;
    const Moment deadline = now() + timeout;
    std::string last = picture();
    for (Moment since = now(); now() - since < quiet && now() < deadline;) {
      wait_until({}, now() + 50ms);
      std::string next = picture();
      const bool seems_quiet = next == last;
      if (seems_quiet && !(now() - since >= quiet && any_is_busy())) continue;
      last = std::move(next);
      since = now();
    }
  }

  Sandbox box;

 private:
  void begin_one(const std::string& name, const Argv& words, const Spoil& furnish, bool as_root,
                 int whose) {
    // What is nobody's is not written to.
    if (as_root ? name == "of-root" : !can_play_nobody()) return;
    const std::string place = std::string(whose == 0 ? "ours" : "them") + (as_root ? "-r-" : "-n-");
    box.directory(place + name);
    if (furnish) furnish(box, place + name);
    Setup setup = {.directory = place + name};
    if (!as_root) {
      REQUIRE(chown(box.path(place + name).c_str(), 65534, 65534) == 0);
      setup.in_child = [] {
        if (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0) _exit(125);
      };
    }
    Argv argv = words;
    argv.insert(argv.begin(),
                whose == 0 ? program_directory() + "/" + program_ : genuine(program_));
    starts_[whose].push_back(
        {name + (as_root ? "/root/dir/" : "/nobody/dir/") + program_ + "-start",
         box.start(argv, setup)});
  }

  std::string program_;
  std::vector<Start> starts_[2];
};

void compare(const std::string& program, const std::string& service,
             const std::vector<std::pair<std::string, Argv>>& calls) {
  Starts starts(program);
  starts.begin(calls, {});
  for (const auto& [name, spoil] : ruins) {
    const Spoil furnish = [&, &spoil = spoil](Sandbox& box, const std::string& place) {
      box.script(place + "/" + service + "/run", "exec sleep 1000");
      spoil(box, place + "/" + service);
    };
    starts.begin({{name, {service.substr(0, service.find('/'))}}}, furnish);
  }
  starts.settle();
  starts.check();
}

}  // namespace

TEST_CASE("runsv begins where runit's does, and says the same where it does not") {
  if (genuine("runsv").empty()) SKIP("runit is not installed");
  compare("runsv", "a",
          {{"no-word", {}},
           {"two-words", {"a", "b"}},
           {"missing", {"missing"}},
           {"empty", {""}},
           {"of-root", {"/root"}},
           {"device", {"/dev/null"}}});
}

TEST_CASE("supervise begins where daemontools' does, and says the same where it does not") {
  if (genuine("supervise").empty()) SKIP("daemontools is not installed");
  compare("supervise", "a",
          {{"no-word", {}},
           {"two-words", {"a", "b"}},
           {"missing", {"missing"}},
           {"of-root", {"/root"}},
           {"device", {"/dev/null"}}});
}

TEST_CASE("runsvdir begins where runit's does, and says the same where it does not") {
  if (genuine("runsvdir").empty()) SKIP("runit is not installed");
  Starts starts("runsvdir");
  starts.begin({{"no-word", {}},
                {"session-alone", {"-P"}},
                {"missing", {"missing"}},
                {"of-root", {"/root"}},
                {"device", {"/dev/null"}},
                {"option", {"-x"}}},
               {});
  starts.settle();
  starts.check();
}

TEST_CASE("svscan begins where daemontools' does, and says the same where it does not") {
  if (genuine("svscan").empty()) SKIP("daemontools is not installed");
  Starts starts("svscan");
  starts.begin({{"missing", {"missing"}}, {"of-root", {"/root"}}, {"device", {"/dev/null"}}}, {});
  starts.settle();
  starts.check();
}
