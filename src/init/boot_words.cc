// SPDX-License-Identifier: ISC
#include "init/boot_words.hh"

#include <algorithm>

namespace stoker {

BootWish boot_wish_of(std::string_view word) {
  for (const std::string_view known : {"single", "S", "s", "1"})
    if (word == known) return BootWish::single;
  for (const std::string_view known : {"emergency", "-b"})
    if (word == known) return BootWish::emergency;
  return BootWish::normal;
}

BootWish boot_wish_of(std::span<const char* const> words) {
  BootWish wish = BootWish::normal;
  for (const char* const word : words) wish = std::max(wish, boot_wish_of(std::string_view(word)));
  return wish;
}

}  // namespace stoker
