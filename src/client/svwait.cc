// SPDX-License-Identifier: ISC
// svwait: wait until services are up or down. See svwait(8).
#include <cerrno>

#include "base/duration.hh"
#include "base/options.hh"
#include "base/report.hh"
#include "client/duration.hh"
#include "client/printer.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "client/waiting.hh"

namespace stoker {

namespace {

constexpr About about{"svwait [-u | -U | -d | -D | -r | -R] [-a | -o] [-t timeout] dir ...",
                      "Wait until services have reached a state.\n"
                      "  -u  up: they run (default)\n"
                      "  -U  up and ready\n"
                      "  -d  down: their processes have exited\n"
                      "  -D  really down: so have their finish scripts\n"
                      "  -r  restarted: they have been down, and are up again\n"
                      "  -R  restarted and ready\n"
                      "  -a  wait for all of them (default)\n"
                      "  -o  wait for one of them\n"
                      "  -t timeout  give up after so many milliseconds\n"};
constexpr int exit_hopeless = 1;
constexpr int exit_timed_out = 99;

bool set_await(WaitOptions& wait_options, char option) {
  switch (option) {
  case 'u': wait_options.await = Await::up; return true;
  case 'U': wait_options.await = Await::ready; return true;
  case 'd': wait_options.await = Await::down; return true;
  case 'D': wait_options.await = Await::really_down; return true;
  case 'r': wait_options.await = Await::restarted; return true;
  case 'R': wait_options.await = Await::restarted_ready; return true;
  default: return false;
  }
}

// Without a unit, milliseconds, as s6 has it; 0: no limit.
Moment deadline_of(const char* text) {
  constexpr Moment longest = std::chrono::milliseconds(UINT32_MAX);
  const auto limit = parse_time_limit(text, 1ms, longest);
  if (!limit) die({"-t: not a time: ", text}, exit_misuse);
  return *limit == never ? never : deadline_after(*limit);
}

WaitOptions read_options(Options& options) {
  WaitOptions wait_options;
  while (const char option = options.next()) {
    if (option == 'a' || option == 'o')
      wait_options.any = option == 'o';
    else if (option == 't')
      wait_options.deadline = deadline_of(options.required_value(option));
    else if (!set_await(wait_options, option))
      options.refuse(option);
  }
  return wait_options;
}

// Prints a warning about one of them. True if it was a system error.
bool complain(const Awaited& awaited, const Places& places) {
  const char* const name = awaited.handle.name;
  switch (awaited.trouble) {
  case Awaited::Trouble::none: return false;
  case Awaited::Trouble::no_service:
    errno = awaited.error;
    warn_errno({"unable to chdir to ", name});
    return true;
  case Awaited::Trouble::failed:
    warn({name, " has failed: ", reason_text(awaited.probe.status.main_status).view()});
    return false;
  case Awaited::Trouble::no_supervisor: break;
  }
  const Probe& probe = awaited.probe;
  const bool absent = is_unsupervised(probe), went = probe.found == Probe::Found::supervised;
  if (went)
    warn({"unable to wait for ", name, ": supervise not running"});
  else if (absent)
    warn({"unable to wait for ", name,
          ": supervise not running: ", reason_for(places, name, probe).view()});
  else
    warn({"unable to wait for ", name, ": ", trouble_text(probe).view()});
  return !absent && !went;
}

std::string_view present_state(const Probe& probe) {
  const StatusFile& status = probe.status;
  if (probe.found != Probe::Found::supervised) return state_word(probe);
  return word(status.native ? status.main_status.state : state_of(status.main));
}

int time_out(std::span<const Awaited> all) {
  for (const Awaited& awaited : all)
    if (!awaited.reached && awaited.trouble == Awaited::Trouble::none)
      warn({"timed out: ", awaited.handle.name, " is ", present_state(awaited.probe)});
  return exit_timed_out;
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svwait"});
  block_standard_descriptors();
  Options options(argc, argv, &about);
  const WaitOptions wait_options = read_options(options);
  if (options.count() == 0) usage(about.synopsis);

  const Places places = Places::of_paths();
  WaitRun waiting(wait_options, places,
                  {options.arguments(), static_cast<size_t>(options.count())});
  switch (waiting.run()) {
  case WaitRun::Result::reached: return 0;
  case WaitRun::Result::timed_out: return time_out(waiting.all());
  case WaitRun::Result::hopeless: break;
  }
  bool trouble = false;
  for (const Awaited& awaited : waiting.all()) trouble = complain(awaited, places) || trouble;
  return trouble ? exit_trouble : exit_hopeless;
}
