// SPDX-License-Identifier: ISC
// What a new supervisor believes of what it finds: pure. Whoever believes too much takes over a
// process that belongs to another; whoever believes too little starts a second copy.
#pragma once
#include <cstdint>

namespace stoker {

// The saved state in the state directory.
enum class Record : uint8_t {
  missing,
  damaged,    // it says nothing, or others may have written it
  over,       // of another boot, or its supervisor has ended in order
  elsewhere,  // it was written in another directory
  unbound,    // … or anywhere: of a version that did not note it
  bound,      // it was written here
};
constexpr int record_count = 6;

// A process that may be the service's.
struct ProcessSight {
  bool alive = false;
  bool supervised = false;  // by another supervisor
  bool here = false;        // its current directory is the service's

  bool is_free() const { return alive && !supervised; }
};

// What svscan knows of the process of the supervisor that has ended.
enum class Told : uint8_t { unknown, nothing, alive };
constexpr int told_count = 3;

struct Clues {
  Record record = Record::missing;
  ProcessSight recorded;  // the process that the saved state names
  Told told = Told::unknown;
  bool told_recorded = false;  // it is that process
  ProcessSight named;          // the process that the file `pid` names
  bool suspect = false;        // some process looks as if the service's supervisor had left it
};

enum class Belief : uint8_t {
  nothing,  // the service begins afresh
  record,   // the saved state is continued, whatever has become of its process
  told,     // svscan's process is taken over
  named,    // that of the file is
  wait,     // a process may be the service: nothing is started before it ends
};

Belief believe(const Clues& clues);

}  // namespace stoker
