// SPDX-License-Identifier: ISC
// What the tests of the chain loaders share.
#pragma once
#include <fcntl.h>
#include <grp.h>
#include <unistd.h>

#include <string>

#include "sandbox.hh"

namespace stoker::test {

constexpr uid_t nobody = 65534;

// Makes the child an ordinary user, if it is not one already.
inline void become_nobody() {
  if (geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0) _exit(125);
}

// Run as an ordinary user, wherever the tests run as root.
inline Setup as_nobody(Setup setup = {}) {
  setup.in_child = become_nobody;
  return setup;
}

// Has this process the capability of that number? Machines leave some out even for root.
inline bool has_capability(int number) {
  return (std::stoull(proc_status(getpid(), "CapEff"), nullptr, 16) >> number & 1) != 0;
}

// Were the programs under test built with the features of Linux?
inline bool has_linux_parts() { return !is_portable_twin(); }

inline Argv chpst(const Argv& options, const Argv& program) {
  Argv words = {"chpst"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), program.begin(), program.end());
  return words;
}

// The program is not run, for this reason.
inline void check_refused(Sandbox& box, const Argv& options, int code, const std::string& message) {
  const Result result = box.run(chpst(options, {"echo", "ran"}));
  CAPTURE(options);
  CHECK(result.code == code);
  CHECK(result.out == "");
  CHECK(result.err == "chpst: fatal: " + message + "\n");
}

// Does the system let an ordinary user make namespaces?
inline bool nobody_can_unshare() {
  static const bool can = [] {
    const std::string unshare = "unshare -Urmn true 2>/dev/null";
    if (geteuid() != 0) return system(unshare.c_str()) == 0;
    return system(("setpriv --reuid 65534 --regid 65534 --clear-groups " + unshare).c_str()) == 0;
  }();
  return can;
}

// Does this machine permit jails made of namespaces?
inline bool can_jail() {
  return has_linux_parts() && (can_be_root() ? can_unshare() : nobody_can_unshare());
}

}  // namespace stoker::test
