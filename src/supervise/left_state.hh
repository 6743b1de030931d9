// SPDX-License-Identifier: ISC
// What the last supervisor left in a state directory. Files that others may have written do not
// count.
#pragma once
#include <optional>

#include "service/status.hh"
#include "supervise/saved_state.hh"

namespace stoker {

struct LeftState {
  bool exists = false;  // a status: though it may say nothing
  Home home;
  std::optional<SavedState> saved;
};
LeftState read_left_state(int state_directory);

// Could this program read it?
bool can_take_over(const char* state_directory);

// The process that the file `pid` names, if it is as old as the file; 0: none.
pid_t read_named_process(int state_directory);

}  // namespace stoker
