// SPDX-License-Identifier: ISC
#include "service/exit_set.hh"

#include <csignal>
#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("exit codes are numbers, and signals names with or without SIG") {
  const auto set = parse_exit_set("0 3\n255 SIGUSR1\tterm\n RTMIN+3\n");
  REQUIRE(set);
  for (const int code : {0, 3, 255}) CHECK(set->has(code, 0));
  for (const int code : {-1, 1, 4, 254, 256, 1000}) CHECK_FALSE(set->has(code, 0));
  for (const int signal : {SIGUSR1, SIGTERM, SIGRTMIN + 3}) CHECK(set->has(-1, signal));
  for (const int signal : {SIGHUP, SIGKILL, SIGRTMIN, 3, 1000}) CHECK_FALSE(set->has(-1, signal));
}

TEST_CASE("a number is never a signal, and an exit code no signal of that number") {
  const auto set = parse_exit_set("15");
  REQUIRE(set);
  CHECK(set->has(15, 0));
  CHECK_FALSE(set->has(-1, 15));
}

TEST_CASE("every exit code and every signal can be named") {
  for (int code = 0; code < 256; ++code) {
    const auto set = parse_exit_set(std::to_string(code));
    REQUIRE(set);
    for (int other = -1; other < 257; ++other) CHECK(set->has(other, 0) == (other == code));
  }
  ExitSet set;
  for (int signal = 1; signal <= 64; ++signal) set.add_signal(signal);
  for (int signal = 1; signal <= 64; ++signal) CHECK(set.has(-1, signal));
  CHECK_FALSE(set.has(-1, 65));
}

TEST_CASE("a word that is neither makes the whole value invalid") {
  for (const char* const bad : {"", " \n", "256", "-1", "3 x", "3,4", "0x1", "3 SIG", "1e1", "+1",
                                "SIGFOO", "4294967297", "3 # comment"})
    CHECK_FALSE(parse_exit_set(bad));
}
