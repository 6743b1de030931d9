// SPDX-License-Identifier: ISC
#include "sv/verb.hh"

#include "catch.hh"

using namespace stoker;

namespace {

StatusFile of_runsv() {
  StatusFile status;
  status.native = false;
  status.called_as = CalledAs::runsv;
  return status;
}

StatusFile of_daemontools() {
  StatusFile status;
  status.native = false;
  return status;
}

std::string letters(std::string_view word, const StatusFile& status) {
  const Verb* const verb = find_verb(word, false);
  REQUIRE(verb != nullptr);
  return std::string(bytes_for(*verb, status));
}

}  // namespace

TEST_CASE("words that begin with a letter mean that letter") {
  for (const std::string word : {"up", "u", "ups", "down", "once", "pause", "cont", "c", "hup",
                                 "alarm", "interrupt", "int", "quit", "1", "2", "term", "kill"}) {
    CHECK(letters(word, of_runsv()) == word.substr(0, 1));
    CHECK_FALSE(find_verb(word, false)->waits);
  }
  for (const char* const word : {"e", "exit", "x", "xyz"}) {
    CHECK(letters(word, of_runsv()) == "x");
    CHECK_FALSE(find_verb(word, false)->waits);
  }
}

TEST_CASE("words of init scripts send runsv what runit's sv sends, and wait") {
  const std::pair<const char*, const char*> sent[] = {
      {"start", "u"},      {"stop", "d"},          {"restart", "tcu"},
      {"shutdown", "x"},   {"reload", "h"},        {"try-restart", "tc"},
      {"force-stop", "d"}, {"force-reload", "tc"}, {"force-restart", "tcu"},
      {"check", ""},       {"force-shutdown", "x"}};
  for (const auto& [word, expected] : sent) {
    CHECK(letters(word, of_runsv()) == expected);
    CHECK(find_verb(word, false)->waits);
    CHECK(find_verb(word, false)->kills == (std::string_view(word).find("force") == 0));
  }
}

TEST_CASE("log must be spelled out, and is unknown to init scripts") {
  REQUIRE(find_verb("log", false) != nullptr);
  CHECK(find_verb("log", false)->job == VerbJob::log);
  CHECK(find_verb("logs", false) == nullptr);
  CHECK(find_verb("l", false) == nullptr);
  CHECK(find_verb("log", true) == nullptr);
}

TEST_CASE("capital letters are the forceful verbs") {
  CHECK(letters("D", of_runsv()) == "d");
  CHECK(letters("T", of_runsv()) == "tc");
  CHECK(letters("X", of_runsv()) == "x");
  CHECK(letters("E", of_runsv()) == "x");
  for (const char* const word : {"D", "T", "X", "E"}) {
    CHECK(find_verb(word, false)->waits);
    CHECK(find_verb(word, false)->kills);
  }
}

TEST_CASE("words that begin with s mean status, but not for init scripts") {
  for (const char* const word : {"status", "stat", "s", "sta"})
    CHECK(find_verb(word, false)->job == VerbJob::status);
  CHECK(find_verb("status", true)->job == VerbJob::status);
  for (const char* const word : {"stat", "s"}) CHECK(find_verb(word, true) == nullptr);
  CHECK(find_verb("up", true) != nullptr);
}

TEST_CASE("unknown words are refused") {
  for (const char* const word : {"", "bogus", "r", "rest", "force", "f", "w", "l", "3", "-x"})
    CHECK(find_verb(word, false) == nullptr);
}

TEST_CASE("our own verbs must be spelled out, and are unknown to init scripts") {
  CHECK(find_verb("list", false)->job == VerbJob::list);
  CHECK(find_verb("wait", false)->job == VerbJob::wait);
  CHECK(find_verb("events", false)->job == VerbJob::events);
  CHECK(find_verb("enable", false)->job == VerbJob::enable);
  CHECK(find_verb("disable", false)->job == VerbJob::disable);
  for (const char* const word : {"list", "wait", "events", "enable", "disable"})
    CHECK(find_verb(word, true) == nullptr);
}

TEST_CASE("a typing error in one of our own verbs does not stop a service") {
  for (const char* const word : {"event", "evnets", "enabel", "enables", "disabel", "dis"})
    CHECK(find_verb(word, false) == nullptr);
}

TEST_CASE("only runsv stops the service on x: others get d first") {
  StatusFile ours;
  CHECK(letters("exit", ours) == "dx");
  CHECK(letters("shutdown", of_daemontools()) == "dx");
  ours.called_as = CalledAs::runsv;
  CHECK(letters("exit", ours) == "x");
  CHECK(letters("force-shutdown", of_runsv()) == "x");
}

TEST_CASE("our own supervisor has letters for restart and reload") {
  const StatusFile ours;
  CHECK(letters("restart", ours) == "rcu");
  CHECK(letters("try-restart", ours) == "rc");
  CHECK(letters("term", ours) == "t");
  CHECK(letters("reload", ours) == "ll");
  CHECK(letters("hup", ours) == "h");
}

TEST_CASE("only verbs that start a service wait for a supervisor to appear") {
  for (const char* const word : {"up", "start", "restart", "once", "force-restart"})
    CHECK(starts_something(*find_verb(word, false)));
  for (const char* const word : {"down", "stop", "exit", "term", "try-restart", "status", "check"})
    CHECK_FALSE(starts_something(*find_verb(word, false)));
}
