// SPDX-License-Identifier: ISC
#include "scan/signal_map.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("without a main process, signals are svscan's own") {
  const SignalMap map;
  for (const int number : {SIGTERM, SIGINT, SIGQUIT, SIGPWR, SIGRTMIN + 3})
    CHECK(map.meaning_of(number, false).stops);
  CHECK(map.meaning_of(SIGHUP, false).own == SIGHUP);
  CHECK(map.meaning_of(SIGHUP, false).deliver == 0);
  CHECK_FALSE(map.meaning_of(SIGHUP, false).stops);
}

TEST_CASE("the main process gets the signals that users send") {
  const SignalMap map;
  for (const int number : {SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGQUIT}) {
    CHECK(map.meaning_of(number, true).deliver == number);
    CHECK_FALSE(map.meaning_of(number, true).stops);
    CHECK(map.meaning_of(number, true).own == 0);
  }
  for (const int number : {SIGTERM, SIGINT}) {
    CHECK(map.meaning_of(number, true).deliver == number);
    CHECK(map.meaning_of(number, true).stops);
  }
  for (const int number : {SIGPWR, SIGRTMIN + 3}) {
    CHECK(map.meaning_of(number, true).deliver == SIGTERM);
    CHECK(map.meaning_of(number, true).stops);
  }
  CHECK(map.meaning_of(SIGALRM, true).own == SIGALRM);
}

TEST_CASE("a list of signals replaces the usual ones") {
  SignalMap map;
  REQUIRE(map.forward("alrm,SIGRTMIN+1,10"));
  CHECK(map.meaning_of(SIGALRM, true).deliver == SIGALRM);
  CHECK(map.meaning_of(SIGRTMIN + 1, true).deliver == SIGRTMIN + 1);
  CHECK(map.meaning_of(SIGUSR1, true).deliver == SIGUSR1);
  CHECK(map.meaning_of(SIGHUP, true).deliver == 0);
  CHECK(map.meaning_of(SIGHUP, true).own == SIGHUP);
  // A signal that stops the tree always reaches the main process, too.
  CHECK(map.meaning_of(SIGTERM, true).deliver == SIGTERM);
  CHECK(map.heard().has(SIGALRM));
  CHECK(map.heard().has(SIGRTMIN + 1));
  CHECK_FALSE(map.heard().has(SIGHUP));
}

TEST_CASE("a signal can be mapped to another one, or to none") {
  SignalMap map;
  REQUIRE(map.rewrite("TERM:QUIT"));
  REQUIRE(map.rewrite("10:SIGTERM"));
  REQUIRE(map.rewrite("HUP:0"));
  CHECK(map.meaning_of(SIGTERM, true).deliver == SIGQUIT);
  CHECK(map.meaning_of(SIGTERM, true).stops);
  CHECK(map.meaning_of(SIGTERM, false).stops);
  CHECK(map.meaning_of(SIGUSR1, true).deliver == SIGTERM);
  CHECK(map.meaning_of(SIGUSR1, true).stops);
  for (const bool has_main : {true, false}) {
    const auto nothing = map.meaning_of(SIGHUP, has_main);
    CHECK(nothing.deliver == 0);
    CHECK(nothing.own == 0);
    CHECK_FALSE(nothing.stops);
  }
}

TEST_CASE("an invalid signal, or one that cannot be caught, is refused") {
  SignalMap map;
  CHECK(map.forward(""));
  for (const char* const list :
       {"FOO", "TERM,,HUP", ",TERM", "KILL", "STOP", "CHLD", "0", "65", "T,HUP"})
    CHECK_FALSE(map.forward(list));
  for (const char* const pair :
       {"TERM", "TERM:", ":TERM", "KILL:TERM", "TERM:FOO", "TERM:-1", "0:1"})
    CHECK_FALSE(map.rewrite(pair));
}
