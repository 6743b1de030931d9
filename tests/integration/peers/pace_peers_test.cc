// SPDX-License-Identifier: ISC
// When things happen that scripts can see: the time between two starts of a service, and how
// long sv waits. Ours and the genuine programs are watched at the same time.
#include <algorithm>
#include <chrono>
#include <sstream>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// The times between the starts that a run script has written down, in seconds.
std::vector<double> spaces(const std::string& starts) {
  std::istringstream text(starts);
  std::vector<double> all;
  double last = 0;
  for (double time; text >> time; last = time)
    if (last != 0) all.push_back(time - last);
  return all;
}

constexpr size_t wanted_spaces = 3;

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
      box.script(service + "/run", "date +%s.%N >>starts\nexec sleep " + std::string(pace.lives));
      box.start({program, box.path(service)});
    }
  for (const auto& [whose, program] : programs)
    for (const Pace& pace : paces) {
      const std::string starts = whose + "/" + pace.name + "/starts";
      box.wait_for([&] { return spaces(box.read(starts)).size() >= wanted_spaces; },
                   "too few starts of " + starts);
      std::vector<double> seen = spaces(box.read(starts));
      // On a busy machine one of them may come late.
      std::sort(seen.begin(), seen.end());
      CAPTURE(starts, seen);
      CHECK(seen.front() >= pace.least - 0.02);
      CHECK(seen.front() < pace.most);
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
    const Moment began = now();
    const Result result = box.run({sv, "-w1", "stop", "a"}, box.setup);
    const Moment took = now() - began;
    CHECK(result.code == 1);
    CHECK(steady(result.out) == "timeout: run: a: (pid N) Ns, want down, got TERM\n");
    CHECK(took >= 1s);
    CHECK(took < 3s);
  }
}
