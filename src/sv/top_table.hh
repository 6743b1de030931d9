// SPDX-License-Identifier: ISC
// The table of `sv top`: what services use, in some order. Pure.
#pragma once
#include <optional>
#include <span>

#include "base/function_ref.hh"
#include "client/printer.hh"
#include "service/state.hh"
#include "sv/columns.hh"
#include "sv/usage.hh"

namespace stoker {

struct TopRow {
  std::string_view name, state;
  std::optional<State> known;  // empty: it has no status
  pid_t pid = 0;
  bool grouped = false;
  Usage usage;
};

enum class TopKey : uint8_t { cpu, memory, tasks, io, name };

struct TopOrder {
  TopKey key = TopKey::cpu;
  bool reversed = false;
};

std::string_view word(TopKey key);
std::optional<TopKey> parse_top_key(std::string_view word);

// What uses most comes first, what is unknown last; names rise. Equal ones are sorted by name.
void sort_rows(std::span<TopRow> rows, const TopOrder& order);

// Headings, a line for each row and their sum, of which at most `lines` are shown: the sum in any
// case. Names are cut, so that figures fit on the screen. `begin` comes before each line, and
// `make_room` is called after it.
struct TopLook {
  Screen screen;
  size_t lines = SIZE_MAX;
  std::string_view begin{};
};
void append_top(Page& page, std::span<const TopRow> rows, const TopLook& look,
                FunctionRef<void()> make_room);

// "12 services, 10 running, by cpu, every 2 s" in one line, with its end.
void append_top_title(Page& page, std::span<const TopRow> rows, const TopOrder& order,
                      Moment interval, const TopLook& look);

// One object; sv(8) documents each member.
void append_top_json(Page& page, const TopRow& row);

}  // namespace stoker
