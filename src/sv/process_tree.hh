// SPDX-License-Identifier: ISC
// `sv tree --processes`: the processes of each service, as branches. Pure.
#pragma once
#include "base/function_ref.hh"
#include "client/printer.hh"
#include "sv/branches.hh"
#include "sv/columns.hh"
#include "sv/process_table.hh"

namespace stoker {

// A process below its parent, if that belongs to the same service: otherwise its parent is 0.
struct Twig {
  uint32_t owner = 0;
  pid_t parent = 0, pid = 0;
};

class ProcessTree {
 public:
  using Command = FunctionRef<Text<1000>(pid_t)>;

  // `processes` are sorted by pid and have owners; `room` has a twig for each. `make_room` is
  // called after each line or object.
  ProcessTree(std::span<ProcessRow> processes, std::span<Twig> room, Command command,
              FunctionRef<void()> make_room);

  // The processes of that service, a line for each, below a line that was printed.
  void show(Page& page, uint32_t owner, const Screen& screen, bool boxes);
  // "[…]", an object for each; sv(8) documents its members.
  void show_json(Page& page, uint32_t owner) const;

 private:
  static constexpr size_t deepest = 64;

  std::span<const Twig> below(uint32_t owner, pid_t parent) const;
  void show_branches(Page& page, std::span<const Twig> twigs, const Screen& screen);
  void show_line(Page& page, const Twig& twig, std::string_view branch, const Screen& screen);

  std::span<const Twig> twigs_;
  const Command command_;
  const FunctionRef<void()> make_room_;
  Branches branches_;
  Text<deepest * 8> indent_;
  size_t depth_ = 0;
};

}  // namespace stoker
