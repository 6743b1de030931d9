// SPDX-License-Identifier: ISC
#include "systemd/unit_text.hh"

#include <string>

#include "catch.hh"

using namespace stoker::systemd;

namespace {

std::string tidy(std::string text) {
  text.resize(tidy_unit_text(text));
  return text;
}

std::string words(const std::string& text, std::string_view key) {
  std::string all;
  each_word(text, "Install", key, [&](std::string_view word) { all += std::string(word) + " "; });
  return all;
}

}  // namespace

TEST_CASE("comments and empty lines are left out, and continued lines joined") {
  CHECK(tidy("# a\n\n[Unit]\n; b\nA = 1 \n") == "[Unit]\nA = 1\n");
  CHECK(tidy("A=1 \\\n# inside\n  2\\\n3\nB=4\n") == "A=1  2 3\nB=4\n");
  CHECK(tidy("A=1 \\\n") == "A=1  ");
  CHECK(tidy("\n").empty());
}

TEST_CASE("the last value of a directive in its section counts") {
  const std::string text =
      "[Unit]\nDescription=a\n[Service]\nDescription=x\n[Unit]\nDescription=b\n";
  CHECK(value_of(text, "Unit", "Description") == "b");
  CHECK(value_of(text, "Service", "Description") == "x");
  CHECK(value_of(text, "Install", "Description").empty());
  CHECK(value_of("nothing\n=x\n[Unit]\nA=b=c\n", "Unit", "A") == "b=c");
}

TEST_CASE("an empty value begins a list again") {
  CHECK(words("[Install]\nAlias=a b\nAlias=c\n", "Alias") == "a b c ");
  CHECK(words("[Install]\nAlias=a b\nAlias=\nAlias=c\n", "Alias") == "c ");
  CHECK(words("[Install]\nAlias=a\nAlias=\n[Unit]\nAlias=x\n", "Alias").empty());
  CHECK(words("Alias=a\n[Install]\nAlias=b\n", "Alias") == "b ");
}

TEST_CASE("the words for yes") {
  for (const char* const word : {"1", "yes", "Yes", "true", "on"}) CHECK(is_yes(word));
  for (const char* const word : {"0", "no", "", "off", "2"}) CHECK_FALSE(is_yes(word));
}
