// SPDX-License-Identifier: ISC
#include "scan/exit_report.hh"

#include <csignal>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string_view exit_report(const Shutdown& shutdown, const FailedService& failed) {
  static Text<900> text;
  text = exit_report_of(shutdown, failed);
  return text;
}

}  // namespace

TEST_CASE("an exit is described in a few words") {
  CHECK(how_it_ended({.wait_status = 0}).view() == "exited 0");
  CHECK(how_it_ended({.wait_status = 3 << 8}).view() == "exited 3");
  CHECK(how_it_ended({.wait_status = SIGSEGV}).view() == "killed by SIGSEGV");
  CHECK(how_it_ended({.wait_status = 40}).view() == "killed by signal 40");
  CHECK(how_it_ended({.wait_status = SIGKILL}).view() == "killed by SIGKILL");
  CHECK(how_it_ended({.wait_status = SIGKILL, .out_of_memory = true}).view() ==
        "killed by SIGKILL (out of memory)");
  CHECK(how_it_ended({.wait_status = SIGTERM, .out_of_memory = true}).view() ==
        "killed by SIGTERM");
  CHECK(how_it_ended({.wait_status = -1}).view() == "exit status unknown");
}

TEST_CASE("the exit of a service follows its name") {
  CHECK(sentence_of({.wait_status = 3 << 8}).view() == "exited with code 3");
  CHECK(sentence_of({.wait_status = SIGKILL, .out_of_memory = true}).view() ==
        "was killed by SIGKILL (out of memory)");
  CHECK(sentence_of({.wait_status = -1}).view() == "ended, exit status unknown");
}

TEST_CASE("the message for what started the tree is one line of JSON") {
  Shutdown shutdown;
  shutdown.ask(0s, false, 0);
  CHECK(exit_report(shutdown, {}) == "{\"reason\":\"stopped\",\"exitCode\":0}\n");
  Shutdown other;
  other.end(Cause::essential, 137, 0s, false);
  CHECK(exit_report(other, {.name = PathText("a\"b\n"), .wait_status = 9, .out_of_memory = true}) ==
        "{\"reason\":\"essential-service-ended\",\"exitCode\":137,\"name\":\"a\\\"b?\","
        "\"end\":\"killed by SIGKILL (out of memory)\",\"outOfMemory\":true}\n");
  Shutdown third;
  third.main_ended(5, 0s);
  CHECK(exit_report(third, {.name = PathText("nginx"), .wait_status = 5 << 8}) ==
        "{\"reason\":\"command-ended\",\"exitCode\":5,\"name\":\"nginx\",\"end\":\"exited 5\"}\n");
}

TEST_CASE("a name of any length leaves the message intact") {
  Shutdown shutdown;
  shutdown.end(Cause::start_failed, 1, 0s, false);
  const auto text = exit_report(
      shutdown, {.name = PathText(Text<255>(
                     std::string_view("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""))),
                 .wait_status = 9});
  CHECK(text.substr(text.size() - 2) == "}\n");
}

TEST_CASE("the last lines are twenty at most, and none from before the tree was started") {
  // 2026-11-22 12:00:00 UTC
  constexpr Tai64n noon{Tai64n::epoch + 1'795'348'800, 500};
  const auto rest = [noon](const std::string& text) { return std::string(last_lines(text, noon)); };
  std::string many, twenty;
  for (int line = 0; line < 30; ++line) many += "line " + std::to_string(line) + "\n";
  for (int line = 10; line < 30; ++line) twenty += "line " + std::to_string(line) + "\n";
  CHECK(rest(many) == twenty);
  CHECK(rest(many + "incomplete") == twenty.substr(8) + "incomplete");
  CHECK(rest("") == "");
  CHECK(rest("\n") == "\n");
  SECTION("by svlogd's stamps") {
    CHECK(rest("2026-11-22_12:00:00.00000 in time\n") == "2026-11-22_12:00:00.00000 in time\n");
    CHECK(rest("2026-11-22_11:59:59.99999 old\n2026-11-22_12:00:00.00001 new\n") ==
          "2026-11-22_12:00:00.00001 new\n");
    CHECK(rest("2026-11-21T13:00:00.1 old\n more of it\n2026-11-22T12:00:00.1 new\n more\n") ==
          "2026-11-22T12:00:00.1 new\n more\n");
    CHECK(rest("2025-12-31_23:00:00.1 old\n") == "");
  }
  SECTION("by TAI64N labels") {
    const auto label = [](const Tai64n& time) {
      const auto digits = time.hex();
      return "@" + std::string(digits.begin(), digits.end());
    };
    const Tai64n before{noon.seconds, 499};
    CHECK(rest(label(before) + " old\n" + label(noon) + " new\n") == label(noon) + " new\n");
  }
  SECTION("what has no stamp may be new") {
    CHECK(rest("@nonsense\n2026-11-22\n") == "@nonsense\n2026-11-22\n");
    CHECK(rest("first\n2026-11-22_11:00:00.1 old\n2026-11-22_13:00:00.1 new\n") ==
          "2026-11-22_13:00:00.1 new\n");
  }
}

TEST_CASE("the kernel's count of those it killed for lack of memory is found") {
  CHECK(parse_memory_kills("low 0\nhigh 0\nmax 5\noom 2\noom_kill 3\noom_group_kill 1\n") == 3);
  CHECK(parse_memory_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 12\n") == 12);
  CHECK(parse_memory_kills("") == 0);
  CHECK(parse_memory_kills("oom_kill") == 0);
  CHECK(parse_memory_kills("oom_kill many\n") == 0);
}
