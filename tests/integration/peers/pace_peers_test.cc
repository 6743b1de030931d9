// SPDX-License-Identifier: ISC
// When things happen that scripts can see: the time between two starts of a service, and how
// long sv waits. Ours and the genuine programs are watched at the same time.
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// The times between the starts that a run script has written down, in seconds. It writes what the
// kernel says: when it was made, not when it came to run.
std::vector<double> spaces(const std::string& starts) {
  std::istringstream text(starts);
  std::vector<double> all;
  double last = 0;
  for (double ticks; text >> ticks; last = ticks)
    if (last != 0) all.push_back((ticks - last) / static_cast<double>(sysconf(_SC_CLK_TCK)));
  return all;
}

constexpr size_t wanted_spaces = 3;
constexpr double tick = 0.02;  // two of the kernel's

struct Pace {
  const char* name;
  const char* lives;  // how long a run takes, as sleep(1) wants it
  double least, most;
};
// runit's rule: not twice in a second, and at once after a longer life.
constexpr Pace paces[] = {
    {"brief", "0", 1.0, 1.35}, {"shorter", "0.4", 1.4, 1.75}, {"longer", "1.2", 1.2, 1.5}};

}  // namespace

TEST_CASE("runsv starts a service again when runit's does") {
  if (genuine("runsv").empty()) SKIP("runit is not installed");
  Sandbox box;
  const std::map<std::string, std::string> programs = {{"ours", program_directory() + "/runsv"},
                                                       {"theirs", genuine("runsv")}};
  for (const auto& [whose, program] : programs)
    for (const Pace& pace : paces) {
      const std::string service = whose + "/" + pace.name;
      box.script(service + "/run",
                 "cut -d ' ' -f 22 /proc/$$/stat >>starts\nexec sleep " + std::string(pace.lives));
      box.start({program, box.path(service)});
    }
  for (const auto& [whose, program] : programs)
    for (const Pace& pace : paces) {
      const std::string starts = whose + "/" + pace.name + "/starts";
      std::vector<double> seen;
      // On a busy machine some of them come late, and some live longer.
      const auto is_usual = [&](double space) {
        return space >= pace.least - tick && space < pace.most;
      };
      const auto has_come_soon = [&] {
        seen = spaces(box.read(starts));
        return seen.size() >= wanted_spaces && std::any_of(seen.begin(), seen.end(), is_usual);
      };
      box.wait_for(has_come_soon, "too few starts in time of " + starts);
      CAPTURE(starts, seen);
      CHECK(*std::min_element(seen.begin(), seen.end()) >= 1 - tick);
    }
}

TEST_CASE("sv gives up when it has waited as long as it was told") {
  Services box;
  box.script("sv/a/run", "trap '' TERM; echo up >$EVENTS; exec sleep 1000");
  const Process supervisor = box.start({"runsv", box.path("sv/a")});
  box.event();
  for (const char* const whose : {"ours", "theirs"}) {
    const std::string sv = whose == std::string("ours") ? "sv" : genuine("sv");
    if (sv.empty()) continue;
    CAPTURE(whose);
    const auto give_up = [&] {
      const Moment began = now();
      const Result result = box.run({sv, "-w1", "stop", "a"}, box.setup);
      CHECK(result.code == 1);
      CHECK(steady(result.out) == "timeout: run: a: (pid N) Ns, want down, got TERM\n");
      const Moment took = now() - began;
      CHECK(took >= 1s);
      return took;
    };
    CHECK(least_time(3s, give_up) < 3s);
  }
}
