// SPDX-License-Identifier: ISC
// Which service each process belongs to, where no control group says so. Pure.
#pragma once
#include <span>

#include "sv/process_table.hh"

namespace stoker {

// A process that is known from the status of a service.
struct ServiceRoot {
  enum class Kind : uint8_t {
    main,        // all in its process group and session, and all that descend from it
    supervisor,  // what descends from it: scripts, and orphans, which it adopts
    logger,      // neither it nor its descendants
  };
  pid_t pid = 0;
  Kind kind = Kind::main;
  uint32_t service = 0;
};

// Sorts the roots, then sets the owner of each unclaimed process; nobody is one, too. Processes are
// sorted by pid.
void claim_processes(std::span<ProcessRow> processes, std::span<ServiceRoot> roots);

}  // namespace stoker
