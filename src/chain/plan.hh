// SPDX-License-Identifier: ISC
// The changes that chpst makes to the process. The command line is read completely first, so that
// an invalid option changes nothing.
#pragma once
#include <sys/types.h>

#include <optional>

#include "base/list.hh"
#include "chain/credentials.hh"
#include "chain/own_directories.hh"
#include "chain/privileges.hh"
#include "chain/scheduling.hh"
#include "chain/soft_limits.hh"
#include "chain/system_limits.hh"

namespace stoker {

// One change of the environment.
struct EnvChange {
  enum class Kind { keep, file, set, unset };
  Kind kind = Kind::keep;
  const char* text = nullptr;
};

struct Plan {
  const char* user = nullptr;           // -u
  const char* env_user = nullptr;       // -U
  const char* name = nullptr;           // -b: argument 0
  const char* env_directory = nullptr;  // -e
  const char* root = nullptr;           // -/
  const char* directory = nullptr;      // -C
  bool directory_may_miss = false;
  const char* lock = nullptr;   // -l, -L
  bool lock_waits = false;      // -l
  bool session = false;         // -P
  bool verbose = false;         // -v
  bool closed[3] = {};          // -0 -1 -2
  int nice = 0;                 // -n: added
  SoftLimits soft_limits = {};  // -m -d -o -p -f -c -r -t

  // The long options.
  bool all_groups = false;
  bool try_only = false;  // priorities and limits are set as far as the system permits
  bool clear_environment = false;
  List<EnvChange, 128> env_changes = {};
  bool expand = false;  // variables in the arguments of the program
  List<OwnDirectory, 16> own_directories = {};
  List<Credential, 64> credentials = {};
  const char* dynamic_user = nullptr;  // becomes the user when it has been claimed
  const char* terminal = nullptr;
  bool terminal_reset = false;
  const char* standard[3] = {};
  List<const char*, 64> input_text = {};
  std::optional<mode_t> umask = {};
  std::optional<int> oom_score = {};
  Scheduling scheduling = {};
  SystemLimits limits = {};
  Privileges privileges = {};
  bool no_new_privileges = false;
  KeyringMode keyring = KeyringMode::inherit;
  std::optional<int> death_signal = {};

  char** program = nullptr;
  const char* path = nullptr;  // where to look it up: the PATH that chpst was started with
};

// Makes all changes in the order of chpst(8), and runs the program. Dies at the first failure.
[[noreturn]] void carry_out(const Plan& plan);

}  // namespace stoker
