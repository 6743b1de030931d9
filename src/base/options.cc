// SPDX-License-Identifier: ISC
#include "base/options.hh"

#include <cstring>
#include <utility>

namespace stoker {

char Options::next() {
  if (rest_ != nullptr) {
    if (bundle_) return letter();
    rest_ = nullptr;
    return mistake;
  }
  if (index_ >= argc_) return 0;

  const char* const word = argv_[index_];
  if (word[0] != '-' || word[1] == '\0') return 0;
  ++index_;
  bundle_ = word[1] != '-';
  if (bundle_) {
    rest_ = word + 1;
    return letter();
  }
  if (word[2] == '\0') return 0;
  const char* const equals = strchr(word + 2, '=');
  name_ = equals != nullptr ? std::string_view(word + 2, static_cast<size_t>(equals - word - 2))
                            : std::string_view(word + 2);
  rest_ = equals != nullptr ? equals + 1 : nullptr;
  return long_option;
}

char Options::letter() {
  const char found = *rest_++;
  if (*rest_ == '\0') rest_ = nullptr;
  return found == long_option ? mistake : found;
}

const char* Options::joined_value() { return std::exchange(rest_, nullptr); }

const char* Options::value() {
  if (const char* const joined = joined_value()) return joined;
  return index_ < argc_ ? argv_[index_++] : nullptr;
}

}  // namespace stoker
