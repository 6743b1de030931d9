// SPDX-License-Identifier: ISC
// What follows the end of a service for good: its on-failure or on-success is executed, or starts
// the services that it names.
#pragma once
#include <string_view>

#include "base/text.hh"
#include "supervise/launcher.hh"
#include "supervise/run_state.hh"
#include "supervise/scripts.hh"
#include "supervise/shared.hh"

namespace stoker {

// How it ended, in the words of systemd's variables SERVICE_RESULT, EXIT_CODE and EXIT_STATUS.
struct EndWords {
  std::string_view result;
  std::string_view code;  // empty: unknown, and so is the status
  Text<16> status;
};
EndWords words_of_end(const RunState& run, bool failed);

class Aftermath {
 public:
  // All of it is lent.
  Aftermath(const Shared& shared, const RunPlace& place, Scripts& scripts, const RunState& run)
      : shared_(shared), place_(place), scripts_(scripts), run_(run) {}

  void follow(bool failed);

 private:
  void execute(bool failed, const char* path);
  void start_others(const char* file);
  void start(std::string_view name, const char* file);

  const Shared& shared_;
  const RunPlace& place_;
  Scripts& scripts_;
  const RunState& run_;
};

}  // namespace stoker
