// SPDX-License-Identifier: ISC
// What systemctl says of the tree as a whole.
#pragma once
#include "systemd/site.hh"

namespace stoker::systemd {

struct ManagerFacts {
  size_t services = 0, failed = 0;
  Text<4096> unit_path;  // the directories of unit files
};
ManagerFacts manager_facts(const Site& site);

// Of the machine, in systemd's words: "x86-64", "arm64"; others as uname(2) has them.
Text<80> architecture();

// The process that is svscan; 0 if it is not known.
pid_t scanner_pid(const Site& site);

}  // namespace stoker::systemd
