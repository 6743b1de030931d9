// SPDX-License-Identifier: ISC
#include "filter/title.hh"

#include <algorithm>

namespace stoker {

void push_into_title(std::span<char> title, std::string_view text) {
  const std::span<char> moving = title.subspan(title_dots);
  for (const char byte : text) {
    if (byte == '\0') continue;
    std::copy(moving.begin() + 1, moving.end(), moving.begin());
    moving.back() = byte;
  }
}

}  // namespace stoker
