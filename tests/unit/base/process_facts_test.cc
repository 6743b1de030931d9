// SPDX-License-Identifier: ISC
#include "base/process_facts.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("the facts of a process are read from its line") {
  const ProcessFacts facts = parse_process_facts(
      "4711 (my (odd) name) S 12 4711 4700 34816 4711 4194304 200 0 0 0 150 50 1 2 20 0 3 0 98765 "
      "12345678 420 18446744073709551615 1 1 0\n");
  CHECK(facts.name.view() == "my (odd) name");
  CHECK(facts.state == 'S');
  CHECK(facts.parent == 12);
  CHECK(facts.group == 4711);
  CHECK(facts.session == 4700);
  CHECK(facts.terminal == 34816);
  CHECK(!facts.is_of_kernel);
  CHECK(facts.cpu == 200);
  CHECK(facts.threads == 3);
  CHECK(facts.start_time == 98765);
  CHECK(facts.resident == 420);
  CHECK(facts.runs_in(4711));
}

TEST_CASE("a zombie does not run, and a kernel thread is known as one") {
  CHECK(!parse_process_facts("7 (gone) Z 1 7 7 0 -1 4194304 0").runs());
  CHECK(parse_process_facts("2 (kthreadd) S 0 0 0 0 -1 2129984 0").is_of_kernel);
}

TEST_CASE("what is no line of a process says nothing") {
  for (const char* const line : {"", "7", "7 (", "7 )(", "7 )name(", "7 (name)"})
    CHECK(!parse_process_facts(line).runs());
}
