// SPDX-License-Identifier: ISC
// What each byte of the control FIFO means: pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "service/order.hh"
#include "service/state.hh"

namespace stoker {

struct Command {
  enum class Kind : uint8_t {
    nothing,  // unknown: ignored
    want,     // `want`; `mark` says what to do with the file `down`
    exit,     // x
    restart,  // down-signal now, and a new process after it
    signal,   // `number`
    reload,   // reload-signal
    at_most_once,
    reset,        // forget how often and how it has failed
    upgrade,      // execute the program file again
    exit_report,  // from svscan: the process `pid` ended with the wait status `number`
    order,        // from svscan: `word`
    echo,         // … it wants all reports once more, and an echo with `number`
  };
  enum class Mark : uint8_t { leave_alone, make_down, remove_down };
  // What becomes of other services that have to do with this one.
  enum class Manner : uint8_t {
    plain,     // svscan finds out
    in_order,  // … and says when
    alone,     // nothing
  };

  Kind kind = Kind::nothing;
  char letter = 0;
  Want want = Want::up;
  Mark mark = Mark::leave_alone;
  int number = 0;
  bool group = false;   // the signal goes to the whole process group
  bool to_log = false;  // meant for the logger
  int pid = 0;
  Manner manner = Manner::plain;
  OrderWord word = OrderWord::waiting;

  bool operator==(const Command&) const = default;
};

// Cuts the next command, with its prefixes, off the bytes read at once. Prefixes
// that nothing follows are dropped.
Command next_command(std::string_view& bytes);

// Are the bytes the beginning of a command, so that more must be read? True for prefixes, and for
// a part of what svscan writes.
bool is_unfinished(std::string_view bytes);

// The letter that sends the signal to a process; 0 if there is none.
char letter_for(int signal);

}  // namespace stoker
