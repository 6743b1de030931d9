// SPDX-License-Identifier: ISC
#include "service/exit_set.hh"

#include "base/parse.hh"

namespace stoker {

namespace {

bool add_word(ExitSet& set, std::string_view word) {
  const bool is_code = word.front() >= '0' && word.front() <= '9';
  if (is_code) {
    const auto code = parse_number<uint8_t>(word);
    if (code) set.add_code(*code);
    return code.has_value();
  }
  const auto signal = parse_signal(word);
  if (signal) set.add_signal(*signal);
  return signal.has_value();
}

}  // namespace

std::optional<ExitSet> parse_exit_set(std::string_view text) {
  ExitSet set;
  text = trim(text);
  if (text.empty()) return {};
  while (!text.empty()) {
    if (!add_word(set, next_word(text))) return {};
    text = trim(text);
  }
  return set;
}

}  // namespace stoker
