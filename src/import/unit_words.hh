// SPDX-License-Identifier: ISC
// Words of a value in a unit file: separated by blanks, with quotes and the escapes of C. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoker::importer {

// Cuts words off a text.
class WordReader {
 public:
  explicit WordReader(std::string_view text) : rest_(text) {}

  // False at the end, and at what is no word: see good().
  bool next(std::string& word);
  // No quote was left open, and no escape was unknown.
  bool good() const { return good_; }
  std::string_view rest() const { return rest_; }

 private:
  bool take_escape(std::string& word);
  std::string_view rest_;
  bool good_ = true;
};

// All of them; empty if one is malformed.
std::optional<std::vector<std::string>> split_words(std::string_view text);

// yes, true, on, 1 and so on, in the words that systemd knows; empty for others.
std::optional<bool> parse_switch(std::string_view text);

}  // namespace stoker::importer
