// SPDX-License-Identifier: ISC
// The guided tour, as `make demo` plays it: each command prints what the page says.
#include <filesystem>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("the guided tour shows what its page says") {
  Sandbox box;
  const std::string here = std::filesystem::current_path();
  const Result result = box.run({"sh", here + "/tests/demo", here + "/examples/tour/README.md"});
  INFO(result.out);
  INFO(result.err);
  CHECK(result.code == 0);
}

TEST_CASE("the player of pages fails where something else is printed") {
  Sandbox box;
  const std::string here = std::filesystem::current_path();
  box.write("page/README.md", "```console\n$ echo one; echo two\none\n...\nthree\n```\n");
  const Result result = box.run({"sh", here + "/tests/demo", box.path("page/README.md")});
  CHECK(result.code == 1);
  CHECK(contains(result.err, "The page says:"));
}
