// SPDX-License-Identifier: ISC
#include "supervise/recovery.hh"

namespace stoker {

namespace {

// Does the saved state name a process that is the service's?
bool names_ours(const Clues& clues) {
  switch (clues.record) {
  case Record::missing:
  case Record::damaged:
  case Record::over: return false;
  // The state directory may have been moved to another file system.
  case Record::elsewhere: return clues.recorded.is_free() && clues.recorded.here;
  case Record::unbound:
  case Record::bound: return clues.recorded.is_free();
  }
  return false;
}

}  // namespace

Belief believe(const Clues& clues) {
  const Record record = clues.record;
  const bool ours = record >= Record::unbound, readable = ours || record == Record::elsewhere;
  const bool running = names_ours(clues);
  if (readable && clues.told == Told::alive && clues.told_recorded) return Belief::record;
  if (record == Record::bound && running) return Belief::record;
  if (clues.told == Told::alive) return Belief::told;
  if (running) return Belief::record;
  if (clues.told == Told::nothing)
    return ours && !clues.recorded.alive ? Belief::record : Belief::nothing;
  // What the record names is gone. If it is older than what runs, the other file tells.
  const bool may_be_named = record != Record::elsewhere && clues.named.is_free();
  if (may_be_named && clues.named.here) return Belief::named;
  if (ours) return clues.recorded.alive ? Belief::nothing : Belief::record;
  if (record == Record::over) return Belief::nothing;
  return may_be_named || clues.suspect ? Belief::wait : Belief::nothing;
}

}  // namespace stoker
