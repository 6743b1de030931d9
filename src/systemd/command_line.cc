// SPDX-License-Identifier: ISC
#include "systemd/command_line.hh"

#include <algorithm>

#include "base/parse.hh"
#include "base/text.hh"
#include "systemd/message.hh"

namespace stoker::systemd {

int CommandLine::next() {
  value_ = nullptr;
  if (letters_ != nullptr && *letters_ != '\0') return take_letter();
  while (at_ < argv_.size()) {
    char* const word = argv_[at_++];
    const std::string_view text(word);
    if (only_words_ || text.size() < 2 || text.front() != '-') {
      argv_[kept_++] = word;
    } else if (text == "--") {
      only_words_ = true;
    } else if (text[1] == '-') {
      return take_long(word);
    } else {
      letters_ = word + 1;
      return take_letter();
    }
  }
  return end;
}

// An exact name counts more than beginnings of others. Two names of one option are not ambiguous.
const OptionRow* CommandLine::find_long(std::string_view name, bool& ambiguous) const {
  const OptionRow* found = nullptr;
  ambiguous = false;
  for (const OptionRow& row : rows_) {
    if (row.name.empty() || !has_prefix(row.name, name)) continue;
    if (row.name == name) {
      ambiguous = false;
      return &row;
    }
    ambiguous |= found != nullptr && found->id != row.id;
    if (found == nullptr) found = &row;
  }
  return found;
}

int CommandLine::take_long(char* word) {
  const std::string_view text(word + 2);
  const std::string_view name(text.data(), std::min(text.find('='), text.size()));
  const char* const joined = name.size() < text.size() ? word + 2 + name.size() + 1 : nullptr;
  bool ambiguous = false;
  const OptionRow* const row = find_long(name, ambiguous);
  if (row == nullptr || ambiguous) {
    complain({program_, ambiguous ? ": option '--" : ": unrecognized option '--", name, "'",
              ambiguous ? " is ambiguous" : ""});
    return mistake;
  }
  if (joined != nullptr && row->takes == Takes::nothing) {
    complain({program_, ": option '--", row->name, "' doesn't allow an argument"});
    return mistake;
  }
  return finish(*row, joined, Text<80>("option '--", row->name, "'"));
}

int CommandLine::take_letter() {
  const char letter = *letters_++;
  for (const OptionRow& row : rows_) {
    if (row.letter != letter) continue;
    const char* joined = nullptr;
    if (row.takes != Takes::nothing && *letters_ != '\0') joined = letters_;
    if (row.takes != Takes::nothing) letters_ = nullptr;
    return finish(row, joined, "option");
  }
  complain({program_, ": invalid option -- '", std::string_view(&letter, 1), "'"});
  return mistake;
}

int CommandLine::finish(const OptionRow& row, const char* joined, std::string_view shown) {
  value_ = joined;
  if (row.takes != Takes::value || joined != nullptr) return row.id;
  if (at_ < argv_.size()) {
    value_ = argv_[at_++];
    return row.id;
  }
  if (shown == "option")
    complain(
        {program_, ": option requires an argument -- '", std::string_view(&row.letter, 1), "'"});
  else
    complain({program_, ": ", shown, " requires an argument"});
  return mistake;
}

}  // namespace stoker::systemd
