// SPDX-License-Identifier: ISC
// All that one await waits for.
#pragma once
#include <poll.h>

#include <array>
#include <span>

#include "await/condition.hh"
#include "await/event_inbox.hh"
#include "await/path_watch.hh"
#include "await/service_watch.hh"
#include "base/text.hh"

namespace stoker {

// What has come, for the program's environment.
struct Came {
  const Condition* condition = nullptr;  // null: nothing yet
  PathText subject;                      // the path that matches a pattern, or its own words
  EmittedRecord variables;               // of an event, see service/emitted.hh
};

class AwaitedConditions {
 public:
  // `stamp` may be null. Dies if what it needs cannot be had.
  AwaitedConditions(const Conditions& conditions, const Places& places, const char* stamp);

  // Does one of the conditions hold now, or with `all` each? Sees to it that sleep() ends when the
  // answer may have changed.
  bool look(bool all, Came& came);
  // Until something has happened, a signal arrives, or the deadline.
  void sleep(Moment deadline);
  // Nobody writes to it any more, and the stamp is as things are now.
  void end();

 private:
  bool look_at(size_t number, Came& came);
  bool look_at_path(size_t number, Came& came);
  void take_events();

  std::span<const Condition> conditions_;
  const Places& places_;
  const char* stamp_;
  PathWatch paths_;
  Fd network_;
  EventInbox inbox_;
  std::array<ServiceWatch, Conditions::most> services_;
  std::array<int, Conditions::most> watches_ = {};
  std::array<uint64_t, Conditions::most> looks_ = {};
  std::array<bool, Conditions::most> happened_ = {};  // of events
  EmittedRecord variables_;                           // of the first that happened
};

}  // namespace stoker
