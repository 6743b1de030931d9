// SPDX-License-Identifier: ISC
// `sv tree`: what services name, and what names them, as branches. Pure.
#pragma once
#include "client/member.hh"
#include "client/printer.hh"
#include "sv/columns.hh"

namespace stoker {

class TreeView {
 public:
  // All services must have been looked at. `why` gives the reason of a service that is held.
  // `seen` is zeroed, with one for each node. `make_room` is called after each line.
  TreeView(const Members& members, FunctionRef<Text<400>(NodeId)> why, std::span<uint8_t> seen,
           const Screen& screen, bool boxes)
      : members_(members), why_(why), seen_(seen), screen_(screen), boxes_(boxes) {}

  // The service, and below it what it names, and what that names.
  void show_needs(Page& page, NodeId node, FunctionRef<void()> make_room);
  // What names it, and what names that; false, and nothing is printed, if there is none.
  bool show_users(Page& page, NodeId node, FunctionRef<void()> make_room);
  // Every service that is named by none, with all that it names. The number of services that
  // stand in no relation, which are left out.
  size_t show_all(Page& page, FunctionRef<void()> make_room);

 private:
  enum class Way : uint8_t { down, up };
  enum Mark : uint8_t { expanded = 1, printed = 2 };
  static constexpr size_t deepest = 64;

  void show(Page& page, NodeId node, EdgeId id, Way way, FunctionRef<void()> make_room);
  void show_branches(Page& page, NodeId node, Way way, FunctionRef<void()> make_room);
  void append_line(Page& page, NodeId node, EdgeId id, Way way);
  EdgeId first(NodeId node, Way way) const;
  EdgeId next(EdgeId id, Way way) const;

  const Members members_;
  const FunctionRef<Text<400>(NodeId)> why_;
  std::span<uint8_t> seen_;
  const Screen screen_;
  const bool boxes_;
  Text<deepest * 8> indent_;
  size_t depth_ = 0;
};

// "ready", "held, waiting for db (starting)", "failed, exited 1", "group, ready".
Text<500> condition_of(const Member& member, std::string_view hold);

}  // namespace stoker
