// SPDX-License-Identifier: ISC
#include "svlog/entry.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

// "PRIORITY IDENTIFIER[PID] MESSAGE"
std::string shown(std::string_view message) {
  const LogEntry entry = entry_of(message, "web");
  return std::to_string(entry.priority) + " " + std::string(entry.identifier) + "[" +
         std::string(entry.pid) + "] " + std::string(entry.message);
}

std::string range(std::string_view text) {
  const auto found = parse_priorities(text);
  return found ? std::to_string(found->least) + "-" + std::to_string(found->most) : "none";
}

}  // namespace

TEST_CASE("a line has the priority info and the name of its service") {
  CHECK(shown("hello") == "6 web[] hello");
  CHECK(shown("a: b: c") == "6 web[] a: b: c");
  CHECK(shown("") == "6 web[] ");
}

TEST_CASE("a level in front of a line is its priority") {
  CHECK(shown("<3>bad") == "3 web[] bad");
  CHECK(shown("<8>bad") == "6 web[] <8>bad");
  CHECK(shown("<3") == "6 web[] <3");
}

TEST_CASE("a line of syslog has the priority and the name of its sender") {
  CHECK(shown("daemon.err: cron[12]: hello: you") == "3 cron[12] hello: you");
  CHECK(shown("auth.info: sshd: in") == "6 sshd[] in");
  CHECK(shown("daemon.warning: no sender: here") == "4 web[] no sender: here");
}

TEST_CASE("a priority is a name, a number or a range") {
  CHECK(range("err") == "0-3");
  CHECK(range("7") == "0-7");
  CHECK(range("warning..err") == "3-4");
  CHECK(range("4..4") == "4-4");
  CHECK(range("8") == "none");
  CHECK(range("err..") == "none");
  CHECK(range("") == "none");
}
