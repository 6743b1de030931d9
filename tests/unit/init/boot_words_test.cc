// SPDX-License-Identifier: ISC
#include "init/boot_words.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("two words on the kernel's command line request a shell, all others are ignored") {
  for (const char* const word : {"single", "S", "s", "1"})
    CHECK(boot_want_of(std::string_view(word)) == BootWant::single);
  for (const char* const word : {"emergency", "-b"})
    CHECK(boot_want_of(std::string_view(word)) == BootWant::emergency);
  for (const char* const word : {"", "splash", "3", "singleton", "-s"})
    CHECK(boot_want_of(std::string_view(word)) == BootWant::normal);
}

TEST_CASE("of several words, the one with the earliest shell applies") {
  const char* const words[] = {"splash", "emergency", "single"};
  CHECK(boot_want_of(std::span(words)) == BootWant::emergency);
  CHECK(boot_want_of(std::span(words).first(1)) == BootWant::normal);
  CHECK(boot_want_of(std::span(words).last(1)) == BootWant::single);
}
