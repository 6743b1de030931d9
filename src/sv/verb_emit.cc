// SPDX-License-Identifier: ISC
// sv emit: see sv(8).
#include <fcntl.h>

#include "base/report.hh"
#include "service/emitted.hh"
#include "service/event.hh"
#include "sv/sv.hh"

namespace stoker {

// The event is for all of the tree, so its words are no services.
int emit(const Places& places, std::span<char* const> words) {
  const char* const name = words.front();
  if (!is_event_name(name)) die({"not the name of an event: ", name}, exit_fatal);
  const auto variables = words.subspan(1);
  for (const char* const variable : variables)
    if (!is_event_variable(variable)) die({"not NAME=VALUE: ", variable}, exit_fatal);
  if (variables.size() > most_emitted_variables) die({"too many variables"}, exit_fatal);
  const EmittedRecord record = compose_event(name, variables);
  if (record.truncated()) die({"the event is too long"}, exit_fatal);
  const PathText place = scan_state_of(places, places.services);
  const Fd state = open_directory(AT_FDCWD, place.c_str());
  if (!state) die_errno({"unable to reach the svscan of ", places.services}, exit_fatal);
  announce(state.get(), record);
  return 0;
}

}  // namespace stoker
