// SPDX-License-Identifier: ISC
// What a service says of itself in the protocol of sd_notify(3), one datagram at a time: lines
// of the form WORD=VALUE. Pure.
#pragma once
#include <sys/types.h>

#include <optional>
#include <string_view>

#include "base/clock.hh"
#include "base/text.hh"

namespace stoker {

// A longer datagram is no message, as in systemd.
constexpr size_t longest_notify_message = 4096;

// As much of a STATUS as is shown.
constexpr size_t longest_notify_text = 120;
using NotifyText = Text<longest_notify_text>;

struct NotifyMessage {
  bool ready = false, reloading = false, stopping = false;
  bool alive = false;                    // WATCHDOG=1
  bool hangs = false;                    // WATCHDOG=trigger
  bool barrier = false;                  // the sender waits until its descriptor is closed
  bool stores = false, removes = false;  // FDSTORE, FDSTOREREMOVE
  bool watches_stored = true;            // no FDPOLL=0
  bool has_status = false;
  std::string_view status;            // as it was sent; see notify_text()
  std::string_view name = "stored";   // of the descriptors; empty: invalid
  std::optional<int> error;           // ERRNO
  std::optional<pid_t> main_pid;      // above 1
  std::optional<Moment> reload_time;  // MONOTONIC_USEC
  std::optional<Moment> watchdog;     // WATCHDOG_USEC; never: none
  std::optional<Moment> extension;    // EXTEND_TIMEOUT_USEC
};

// Texts point into the datagram. Words that are unknown, or whose value is invalid, are ignored;
// of a word that comes twice, the first counts. Empty where the datagram has a NUL that is not its
// last byte.
std::optional<NotifyMessage> parse_notify_message(std::string_view datagram);

// The text with `?` in place of control characters and of what is not UTF-8, cut after a
// character.
NotifyText notify_text(std::string_view status);

}  // namespace stoker
