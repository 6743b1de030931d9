// SPDX-License-Identifier: ISC
// A jail: what a program shall see and may do less of.
#pragma once
#include <optional>

#include "chain/capabilities.hh"
#include "jail/call_filter.hh"
#include "jail/rules.hh"

namespace stoker {

// What Landlock lets the program do below a path, when it lets it do little else.
struct Allowance {
  enum class Kind { read, write, execute };
  Kind kind = Kind::read;
  const char* path = nullptr;
};

struct Jail {
  PathRules rules = {};
  const char* root = nullptr;
  bool private_network = false, private_pids = false, private_ipc = false;
  List<Allowance, 64> allowances = {};
  CallFilter filter = {};
  int filter_error = 0;  // what a refused call gives; 0: the program is killed
  bool keep_capabilities = false;
  bool try_only = false;  // what the system lacks is left out, with a warning
  bool explain = false;

  bool needs_mounts() const { return !rules.empty() || root != nullptr || private_pids; }
  bool needs_namespaces() const { return needs_mounts() || private_network || private_ipc; }
};

// Those with which root could undo a jail's mounts, or look past them.
constexpr std::string_view jail_breakers =
    "sys_admin sys_module sys_rawio sys_ptrace mknod dac_read_search";

// Puts this process into the jail. With process ids of its own it comes back in a
// new process, and the old one stays to pass on signals and the exit code.
void enter_jail(const Jail& jail);

// Says line by line what it would do.
void explain_jail(const Jail& jail);

}  // namespace stoker
