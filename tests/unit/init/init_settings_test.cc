// SPDX-License-Identifier: ISC
#include "init/init_settings.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

std::vector<std::string> words_of(const ServicesCommand& command) {
  std::vector<std::string> words;
  for (const char* const* word = command.argv(); *word != nullptr; ++word)
    words.emplace_back(*word);
  return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("svscan gets a descriptor for readiness and a shorter limit than ours") {
  ServicesCommand command;
  command.take("svscan", "", 60s, 3);
  CHECK(words_of(command) ==
        Words{"svscan", "-d", "3", "-g", "59", "-S", "/run/service", "/etc/service"});
  command.take("svscan", "", never, 3);
  CHECK(words_of(command)[4] == "0");
  command.take("svscan", "", 200ms, 3);
  CHECK(words_of(command)[4] == "1");
}

TEST_CASE("the words of the file are split at blanks, however many") {
  ServicesCommand command;
  command.take("/bin/svscan", "-L\tlogger  /service \n", 10s, 3);
  CHECK(words_of(command) ==
        Words{"/bin/svscan", "-d", "3", "-g", "9", "-L", "logger", "/service"});
}

TEST_CASE("words that do not fit are left out") {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "x ";
  ServicesCommand command;
  command.take("svscan", many, 10s, 3);
  CHECK(words_of(command).size() == 64);
}
