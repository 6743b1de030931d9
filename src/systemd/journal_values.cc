// SPDX-License-Identifier: ISC
#include "systemd/journal_values.hh"

#include "base/parse.hh"

namespace stoker::systemd {

bool JournalValues::has(std::string_view value) const {
  // The last one first: lines of one service often follow each other.
  for (size_t left = values_.size(); left > 0; --left)
    if (values_.line(left - 1) == value) return true;
  return false;
}

void JournalValues::take(const JournalLine& line, const JournalFormatter& formatter) {
  formatter.each_field(line, [&](std::string_view name, std::string_view value) {
    if (name != field_ || has(value)) return;
    values_.append(value);
    values_.end_line();
  });
}

void JournalValues::print(Put put) const {
  for (size_t at = 0; at < values_.size(); ++at) {
    put(values_.line(at));
    put("\n");
  }
}

std::string_view journal_fields() {
  return "_BOOT_ID\n_HOSTNAME\n_TRANSPORT\n_SYSTEMD_UNIT\nSYSLOG_IDENTIFIER\n_PID\nPRIORITY\n"
         "MESSAGE\n";
}

bool is_unique_field(std::string_view field) {
  return field == "MESSAGE" || has_prefix(field, "__");
}

}  // namespace stoker::systemd
