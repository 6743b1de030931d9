// SPDX-License-Identifier: ISC
// Lines in the forms of journalctl(1).
#pragma once
#include <optional>

#include "base/function_ref.hh"
#include "svlog/cursor.hh"
#include "svlog/entry.hh"

namespace stoker::systemd {

enum class JournalForm : uint8_t {
  brief,
  brief_precise,
  brief_full,
  brief_iso,
  brief_iso_precise,
  brief_unix,
  with_unit,
  verbose,
  exported,
  json,
  json_pretty,
  cat,
};
std::optional<JournalForm> journal_form_from(std::string_view word);
// All of them, one a line.
std::string_view journal_forms();

struct JournalStyle {
  JournalForm form = JournalForm::brief;
  bool utc = false;
  bool shows_all = false;  // control characters as they are
  bool shows_host = true;
};

// A line of a log.
struct JournalLine {
  LogEntry entry;
  std::string_view service;
  Tai64n time;
  std::string_view cursor;
};

// What is printed piece by piece goes to `put`.
using Put = FunctionRef<void(std::string_view)>;

class JournalFormatter {
 public:
  explicit JournalFormatter(const JournalStyle& style);

  // The line with its end.
  void print(const JournalLine& line, Put put) const;
  // The fields of the line, with their values.
  void each_field(const JournalLine& line,
                  FunctionRef<void(std::string_view, std::string_view)> use) const;

 private:
  Text<80> time_text(const Tai64n& time) const;
  void print_brief(const JournalLine& line, Put put) const;
  void print_json(const JournalLine& line, Put put) const;
  void print_fields(const JournalLine& line, Put put) const;
  void put_message(std::string_view message, Put put) const;

  JournalStyle style_;
  Text<256> host_;
  Text<40> boot_;
};

// Of this boot, 32 digits; empty if it is not known.
Text<40> boot_id();

}  // namespace stoker::systemd
