// SPDX-License-Identifier: ISC
// A jail: what is hidden from a program or forbidden to it.
#pragma once
#include <optional>

#include "chain/capabilities.hh"
#include "jail/call_filter.hh"
#include "jail/rules.hh"
#include "jail/walls.hh"

namespace stoker {

// What Landlock permits below a path; everything else is forbidden.
struct Allowance {
  enum class Kind { read, write, execute };
  Kind kind = Kind::read;
  const char* path = nullptr;
};

enum class SystemProtection { none, usual, full, strict };
enum class HomeProtection { none, hidden, read_only, temporary };
// Which processes of other users /proc shows, in the kernel's words for it.
enum class ProcVisibility { usual, noaccess, invisible, ptraceable };
// Which users there are in a user namespace of the jail's own.
enum class PrivateUsers { none, self, identity };

struct Jail {
  PathRules rules = {};
  const char* root = nullptr;
  bool private_network = false, private_pids = false, private_ipc = false;
  bool private_mounts = false;
  PrivateUsers users = PrivateUsers::none;
  ProcVisibility proc = ProcVisibility::usual;
  bool only_pids_in_proc = false;
  List<Allowance, 64> allowances = {};
  CallFilter filter = {};
  int filter_error = 0;  // errno of a refused call; 0: the program is killed
  Walls walls = {};
  bool keep_capabilities = false;
  bool try_only = false;  // unsupported parts are skipped, with a warning
  bool explain = false;

  // What stands for rules that are added when all options have been read.
  bool private_tmp = false, private_devices = false;
  bool protect_kernel_tunables = false, protect_control_groups = false;
  SystemProtection system = SystemProtection::none;
  HomeProtection home = HomeProtection::none;

  bool needs_proc() const {
    return private_pids || proc != ProcVisibility::usual || only_pids_in_proc;
  }
  bool needs_mounts() const { return !rules.empty() || root != nullptr || needs_proc(); }
  // Is there something that root could undo?
  bool is_undoable() const { return needs_mounts() || private_network || private_ipc; }
  bool needs_namespaces() const {
    return is_undoable() || private_mounts || users != PrivateUsers::none;
  }
  // Through a process outside, what the mounts hide could be reached. Landlock prevents that too.
  bool needs_isolation() const {
    return needs_mounts() && !private_pids && !keep_capabilities && allowances.empty();
  }
};

// Capabilities with which root could undo or bypass a jail's mounts.
constexpr std::string_view jail_breakers =
    "sys_admin sys_module sys_rawio sys_ptrace mknod dac_read_search";

// Puts this process into the jail. With a PID namespace it returns in a new process, and the old
// one relays signals and the exit code.
void enter_jail(const Jail& jail);

// Prints line by line what entering it would do.
void explain_jail(const Jail& jail);

}  // namespace stoker
