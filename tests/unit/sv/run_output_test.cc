// SPDX-License-Identifier: ISC
#include "sv/run_output.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

struct Shown {
  std::string text;
  std::optional<int> code;
};

// In parts of that size, as a pipe may have them.
Shown show(const std::string& log, size_t size) {
  RunOutput output(RunMark("<sv-run 7>"));
  Shown shown;
  const auto print = [&](std::string_view part) { shown.text += part; };
  for (size_t at = 0; at < log.size(); at += size)
    output.take(std::string_view(log).substr(at, size), print);
  shown.code = output.code();
  return shown;
}

}  // namespace

TEST_CASE("lines are shown without their stamps, up to the mark") {
  const size_t size = GENERATE(1U, 3U, 1000U);
  const Shown shown = show("t one two\nt \nt <sv-run 7> 3 0\nt more\n", size);
  CHECK(shown.text == "one two\n\n");
  CHECK(shown.code == 3);
}

TEST_CASE("a mark may follow a message without an end of line, and what looks like one is none") {
  const size_t size = GENERATE(1U, 3U, 1000U);
  const Shown shown = show("t <sv-run 8> <<sv-run <sv\nt abc<<sv-run 7> -1 15\n", size);
  CHECK(shown.text == "<sv-run 8> <<sv-run <sv\nabc<");
  CHECK(shown.code == 128 + 15);
}

TEST_CASE("an end that is not understood is a failure, and without a mark there is no end") {
  CHECK(show("t <sv-run 7> x\n", 4).code == 111);
  CHECK_FALSE(show("t abc\nt <sv-run 7> 3 0", 4).code);
}

TEST_CASE("the script finish prints the mark") {
  CHECK(finish_script_of(RunMark("<sv-run 7>")).view() == "#!/bin/sh\necho \"<sv-run 7> $1 $2\"\n");
}
