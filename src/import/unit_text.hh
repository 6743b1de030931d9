// SPDX-License-Identifier: ISC
// The syntax of unit files, as systemd.syntax(7) describes it. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace stoker::importer {

// Where something stands, for messages: FILE:LINE.
struct Place {
  std::string file;
  unsigned line = 0;

  std::string text() const;
};

// One `Key=value`. The value is as it stands, but for continuation lines, which are joined.
struct Assignment {
  std::string section, key, value;
  Place place;
};

struct Fault {
  Place place;
  std::string text;
};

struct UnitText {
  std::vector<Assignment> assignments;
  std::vector<Fault> faults;  // lines that systemd ignores with a warning
};

UnitText parse_unit_text(std::string_view text, const std::string& file);

}  // namespace stoker::importer
