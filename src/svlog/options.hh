// SPDX-License-Identifier: ISC
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "svlog/cursor.hh"
#include "svlog/entry.hh"
#include "svlog/format.hh"
#include "svlog/time.hh"
#include "svlog/vacuum.hh"

namespace stoker {

constexpr uint64_t all_lines = UINT64_MAX;

struct ReadOptions {
  static constexpr size_t most_cursors = 64;

  bool follow = false, reverse = false;
  std::optional<uint64_t> lines;
  std::optional<TimeWord> since, until;
  bool this_boot = false;
  bool disk_usage = false;  // in place of lines
  bool vacuums = false;     // the same: old logs are removed
  VacuumLimits limits;
  std::optional<PriorityRange> priorities;
  const char* expression = nullptr;
  LineForm form = LineForm::brief;
  bool utc = false;
  bool terminal = false;  // whatever the output is, a terminal shows it
  enum class Color : uint8_t { if_terminal, none, always } color = Color::if_terminal;
  std::span<char*> names;

  std::span<const Cursor> cursors() const { return {cursor_room.data(), cursor_count}; }
  std::array<Cursor, most_cursors> cursor_room{};
  size_t cursor_count = 0;
};

// Dies if an option is invalid. The names are collected in argv.
ReadOptions read_options(int argc, char** argv);

// "all", or a number, with or without `+`. Pure.
std::optional<uint64_t> parse_lines(std::string_view text);

}  // namespace stoker
