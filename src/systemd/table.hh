// SPDX-License-Identifier: ISC
// Tables as systemctl prints them: columns as wide as their widest cell, a blank between them, and
// nothing behind the last.
#pragma once
#include <array>
#include <span>
#include <string_view>

#include "client/printer.hh"

namespace stoker::systemd {

class Table {
 public:
  static constexpr size_t most = 8;
  using Cells = std::span<const std::string_view>;

  explicit Table(Printer& out) : out_(out) {}

  // All rows must be measured before the first is appended.
  void measure(Cells cells);
  // `mark` is in front of the row.
  void append(std::string_view mark, Cells cells);

 private:
  Printer& out_;
  std::array<size_t, most> widths_{};
};

}  // namespace stoker::systemd
