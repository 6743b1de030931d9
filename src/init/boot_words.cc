// SPDX-License-Identifier: ISC
#include "init/boot_words.hh"

#include <algorithm>

namespace stoker {

BootWant boot_want_of(std::string_view word) {
  for (const std::string_view known : {"single", "S", "s", "1"})
    if (word == known) return BootWant::single;
  for (const std::string_view known : {"emergency", "-b"})
    if (word == known) return BootWant::emergency;
  return BootWant::normal;
}

BootWant boot_want_of(std::span<const char* const> words) {
  BootWant want = BootWant::normal;
  for (const char* const word : words) want = std::max(want, boot_want_of(std::string_view(word)));
  return want;
}

}  // namespace stoker
