// SPDX-License-Identifier: ISC
#include "sv/pager.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

bool follows(std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return follows_log(pointers);
}

}  // namespace

TEST_CASE("a log that is followed has no end to be paged") {
  CHECK(follows({"-f"}));
  CHECK(follows({"web", "--follow"}));
  CHECK(follows({"-uf", "web"}));
  CHECK(follows({"-n", "3", "-fn5", "web"}));
  CHECK(follows({"--since", "-f", "-f"}));
}

TEST_CASE("what looks like -f may be the value of another option, or a name") {
  CHECK_FALSE(follows({}));
  CHECK_FALSE(follows({"web", "-n", "-f"}));
  CHECK_FALSE(follows({"-gf"}));
  CHECK_FALSE(follows({"-ug", "-f"}));
  CHECK_FALSE(follows({"--grep", "--follow"}));
  CHECK_FALSE(follows({"--", "-f"}));
  CHECK_FALSE(follows({"--since=-f", "f"}));
}
