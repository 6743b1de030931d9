// SPDX-License-Identifier: ISC
// Why a service waits for others, in words. Pure: svscan decides, this says what it sees.
#pragma once
#include <array>

#include "client/member.hh"

namespace stoker {

struct Hold {
  enum class Kind : uint8_t {
    none,     // it does not wait
    start,    // to be started
    stop,     // to be stopped, or restarted
    blocked,  // what it needs is not going to be ready by itself …
    rests,    // … since it is down, and not wanted up
    cycle,    // it has failed, since it waits for itself: the reason is the way
  };
  static constexpr size_t most = 8;

  Kind kind = Kind::none;
  // "waiting for db (starting)", "waiting for web to stop", "needs db, which has failed: exited 1"
  Text<400> reason;
  // Whom it waits for; if there are more, the first of them. Or what it lacks, with the reason of
  // that, down to the root.
  std::array<NodeId, most> names{};
  size_t count = 0;
};

// `has_scanner`: svscan runs, without which nothing is ever released.
Hold hold_of(const Members& members, NodeId node, bool has_scanner);

// Whether the start of a service that names this one goes on without it: `settled` as svscan
// sees it.
bool is_settled(const Member& member);
// Is it not going to be ready, unless somebody does something?
bool is_hopeless(const Member& member);

// The state, for a reader: "not ready", "no supervisor", "does not exist", "starting".
std::string_view state_text(const Member& member);

}  // namespace stoker
