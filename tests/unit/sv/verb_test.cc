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

TEST_CASE("runit's letters, words and their beginnings mean what they mean to runit") {
  for (const std::string word :
       {"up",   "u",        "down", "d",   "do", "once",  "o", "pause",     "p",
        "cont", "continue", "c",    "hup", "h",  "alarm", "a", "interrupt", "int",
        "i",    "quit",     "q",    "1",   "2",  "term",  "t", "kill",      "k"}) {
    CHECK(letters(word, of_runsv()) == word.substr(0, 1));
    CHECK_FALSE(find_verb(word, false)->waits);
  }
  for (const char* const word : {"e", "exit", "ex", "x"}) {
    CHECK(letters(word, of_runsv()) == "x");
    CHECK_FALSE(find_verb(word, false)->waits);
  }
}

TEST_CASE("a word that is only like a command is refused, whatever runit takes it for") {
  for (const char* const word :
       {"editor",  "tail",      "is-active", "pid",  "ups",      "xyz",        "upp",
        "killall", "terminate", "statuss",   "usr1", "enabled",  "enabel",     "disabel",
        "less",    "quits",     "exits",     "hups", "hangup",   "Up",         "STOP",
        "11",      "Stop",      "delete",    "halt", "poweroff", "condrestart"})
    for (const bool lsb : {false, true}) CHECK(find_verb(word, lsb) == nullptr);
}

TEST_CASE("a beginning that several commands share is refused") {
  for (const char* const word : {"st", "sta", "r", "re", "f", "force", "force-", "force-re", "l"})
    CHECK(find_verb(word, false) == nullptr);
  CHECK(find_verb("stat", false)->word == "status");
  CHECK(find_verb("star", false)->word == "start");
  CHECK(find_verb("res", false)->word == "restart");
  CHECK(find_verb("rel", false)->word == "reload");
  CHECK(find_verb("try", false)->word == "try-restart");
  CHECK(find_verb("force-st", false)->word == "force-stop");
  CHECK(find_verb("ch", false)->word == "check");
}

TEST_CASE("what is sent to supervisors is shortened as ever, whatever other words there are") {
  CHECK(find_verb("tr", false)->word == "try-restart");
  CHECK(find_verb("tre", false)->word == "tree");
  CHECK(find_verb("cha", false)->word == "chain");
  CHECK(find_verb("iso", false)->word == "isolate");
  CHECK(find_verb("hi", false)->word == "history");
  CHECK(find_verb("p", false)->word == "pause");
  CHECK(find_verb("pl", false)->word == "plot");
}

TEST_CASE("what stops services in order, or alone, has that before each letter it concerns") {
  CHECK(letters_for("rcu", Manner::in_order).view() == ">rcu");
  CHECK(letters_for("dx", Manner::in_order).view() == ">d>x");
  CHECK(letters_for("u", Manner::in_order).view() == "u");
  CHECK(letters_for("rcu", Manner::alone).view() == "<rc<u");
  CHECK(letters_for("o", Manner::alone).view() == "<o");
  CHECK(letters_for("tchk12", Manner::alone).view() == "tchk12");
  CHECK(letters_for("dx", Manner::plain).view() == "dx");
}

TEST_CASE("it is known which words stop and which start a service") {
  for (const char* const word : {"down", "stop", "exit", "restart", "try-restart", "force-stop"})
    CHECK(stops_something(*find_verb(word, false)));
  for (const char* const word : {"up", "once", "start", "term", "kill", "reload", "check", "hup"})
    CHECK_FALSE(stops_something(*find_verb(word, false)));
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

TEST_CASE("status is known by its first letter, but not to init scripts") {
  for (const char* const word : {"status", "stat", "s"})
    CHECK(find_verb(word, false)->job == VerbJob::status);
  CHECK(find_verb("status", true)->job == VerbJob::status);
  for (const char* const word : {"stat", "s"}) CHECK(find_verb(word, true) == nullptr);
  CHECK(find_verb("up", true) != nullptr);
}

TEST_CASE("no command is meant by an empty word, or by what no command begins with") {
  for (const char* const word : {"", "bogus", "3", "-x", "-", " "})
    CHECK(find_verb(word, false) == nullptr);
}

TEST_CASE("our own verbs are unknown to init scripts") {
  CHECK(find_verb("list", false)->job == VerbJob::list);
  CHECK(find_verb("wait", false)->job == VerbJob::wait);
  CHECK(find_verb("events", false)->job == VerbJob::events);
  CHECK(find_verb("enable", false)->job == VerbJob::enable);
  CHECK(find_verb("disable", false)->job == VerbJob::disable);
  CHECK(find_verb("log", false)->job == VerbJob::log);
  CHECK(find_verb("health", false)->job == VerbJob::health);
  for (const char* const word : {"isolate", "tree", "graph", "history", "blame", "chain", "plot"}) {
    CHECK(find_verb(word, false)->word == word);
    CHECK(find_verb(word, true) == nullptr);
  }
  for (const char* const word :
       {"list", "wait", "events", "enable", "disable", "log", "health", "upgrade", "dis", "ev"})
    CHECK(find_verb(word, true) == nullptr);
}

TEST_CASE("a command that is shown in the help is found by its word") {
  for (const Verb& verb : all_verbs()) CHECK(find_verb(verb.word, false) == &verb);
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
