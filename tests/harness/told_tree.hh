// SPDX-License-Identifier: ISC
// A World of which each step is noted in words, for tests that expect certain ones.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "catch.hh"
#include "order_world.hh"

namespace stoker::test {

using Steps = std::vector<std::string>;

inline const char* word(OrderAction action) {
  switch (action) {
  case OrderAction::nothing: return "nothing";
  case OrderAction::release: return "release";
  case OrderAction::hold: return "hold";
  case OrderAction::revoke: return "revoke";
  case OrderAction::cycle: return "cycle";
  case OrderAction::block: return "block";
  case OrderAction::unblock: return "unblock";
  case OrderAction::again: return "again";
  case OrderAction::start: return "start";
  case OrderAction::go: return "go";
  case OrderAction::ask_stop: return "ask-stop";
  case OrderAction::ask_restart: return "ask-restart";
  case OrderAction::terminate: return "terminate";
  case OrderAction::forget: return "forget";
  }
  return "";
}

// Services db, web and so on are s0, s1, …; steps are "release 1".
struct ToldTree : World<6> {
  ToldTree() {
    on_step = [this](const OrderStep& step) {
      steps.push_back(word(step.action) + (" " + std::to_string(service(step.node))));
    };
  }
  ~ToldTree() { on_step = {}; }

  // All wanted, as after a boot, and settled.
  void boot(const std::vector<size_t>& down = {}) {
    adopt();
    for (size_t i = 0; i < played.size(); ++i)
      if (std::find(down.begin(), down.end(), i) == down.end()) command(i, "u");
    REQUIRE(settle());
    steps.clear();
  }
  Steps do_and_settle(size_t service, std::string_view bytes) {
    steps.clear();
    command(service, bytes);
    REQUIRE(settle());
    return steps;
  }
  Steps settled() {
    steps.clear();
    REQUIRE(settle());
    return steps;
  }
  State state(size_t service) const { return played[service].state; }

  Steps steps;
};

enum { db, web, worker, cache, mail, last };

}  // namespace stoker::test
