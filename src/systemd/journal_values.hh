// SPDX-License-Identifier: ISC
// What journalctl -F prints: the values of a field.
#pragma once
#include "svlog/line_store.hh"
#include "systemd/journal_format.hh"

namespace stoker::systemd {

// Each of them once, in the order in which they were seen first. Meant for fields with few values:
// each line takes time in proportion to them.
class JournalValues {
 public:
  explicit JournalValues(const char* field) : field_(field) {}

  void take(const JournalLine& line, const JournalFormatter& formatter);
  // All of them, each on a line.
  void print(Put put) const;

 private:
  bool has(std::string_view value) const;

  const char* field_;
  LineStore values_;
};

// All fields that lines have, one a line.
std::string_view journal_fields();
// Does each line have its own value, so that nobody wants a list?
bool is_unique_field(std::string_view field);

}  // namespace stoker::systemd
