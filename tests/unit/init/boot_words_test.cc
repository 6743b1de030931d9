// SPDX-License-Identifier: ISC
#include "init/boot_words.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("words of the kernel's command line ask for a shell, all others for nothing") {
  for (const char* const word : {"single", "S", "s", "1"})
    CHECK(boot_want_of(std::string_view(word)) == BootWant::single);
  for (const char* const word : {"emergency", "-b"})
    CHECK(boot_want_of(std::string_view(word)) == BootWant::emergency);
  for (const char* const word : {"", "splash", "3", "singleton", "-s"})
    CHECK(boot_want_of(std::string_view(word)) == BootWant::normal);
}

TEST_CASE("of several wishes the earliest shell is given") {
  const char* const words[] = {"splash", "emergency", "single"};
  CHECK(boot_want_of(std::span(words)) == BootWant::emergency);
  CHECK(boot_want_of(std::span(words).first(1)) == BootWant::normal);
  CHECK(boot_want_of(std::span(words).last(1)) == BootWant::single);
}
