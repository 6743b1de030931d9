// SPDX-License-Identifier: ISC
#include "init/boot_words.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("words of the kernel's command line ask for a shell, all others for nothing") {
  for (const char* const word : {"single", "S", "s", "1"})
    CHECK(boot_wish_of(std::string_view(word)) == BootWish::single);
  for (const char* const word : {"emergency", "-b"})
    CHECK(boot_wish_of(std::string_view(word)) == BootWish::emergency);
  for (const char* const word : {"", "splash", "3", "singleton", "-s"})
    CHECK(boot_wish_of(std::string_view(word)) == BootWish::normal);
}

TEST_CASE("of several wishes the earliest shell is given") {
  const char* const words[] = {"splash", "emergency", "single"};
  CHECK(boot_wish_of(std::span(words)) == BootWish::emergency);
  CHECK(boot_wish_of(std::span(words).first(1)) == BootWish::normal);
  CHECK(boot_wish_of(std::span(words).last(1)) == BootWish::single);
}
