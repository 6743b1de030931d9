// SPDX-License-Identifier: ISC
#include "logdir/syslog.hh"

#include <array>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string line(std::string_view datagram, size_t room = 200) {
  std::array<char, 1000> into{};
  return std::string(syslog_line(datagram, std::span(into).first(room)));
}

}  // namespace

TEST_CASE("priorities have a facility and a severity") {
  CHECK(parse_priority("kern.emerg") == 0u);
  CHECK(parse_priority("user.notice") == 13u);
  CHECK(parse_priority("daemon.info") == 30u);
  CHECK(parse_priority("local7.debug") == 191u);
  for (const std::string text :
       {"", ".", "daemon", "daemon.", ".info", "daemon.information", "x.info"})
    CHECK_FALSE(parse_priority(text));
  for (SyslogPriority priority = 0; priority < 192; ++priority)
    CHECK(parse_priority(priority_text(priority)) == priority);
  CHECK(priority_text(1000).view() == "125.emerg");
}

TEST_CASE("messages of RFC 5424 give time, host and program") {
  SyslogHeader header(30, "a host", "web\n");
  CHECK(header.line({Tai64n::epoch + 1795338830, 976189999}).view() ==
        "<30>1 2026-11-22T09:13:50.976189Z a_host web_ - - - ");
  SyslogHeader nameless(0, "", "");
  CHECK(nameless.line({Tai64n::epoch, 0}).view() == "<0>1 1970-01-01T00:00:00.000000Z - - - - - ");
  SyslogHeader long_names(191, std::string(400, 'h'), std::string(400, 'n'));
  CHECK(long_names.line({Tai64n::epoch, 0}).view() == "<191>1 1970-01-01T00:00:00.000000Z " +
                                                          std::string(255, 'h') + " " +
                                                          std::string(48, 'n') + " - - - ");
}

TEST_CASE("a message from syslog(3) becomes a line") {
  CHECK(line("<30>Nov 22 09:13:50 cron[12]: hello") == "daemon.info: cron[12]: hello\n");
  CHECK(line("<13>Nov  2 09:13:50 x: y\n") == "user.notice: x: y\n");
  CHECK(line("<86>sshd: y\0") == "authpriv.info: sshd: y\n");
  CHECK(line("no priority") == "user.notice: no priority\n");
  CHECK(line("<x>y") == "user.notice: <x>y\n");
  CHECK(line("<1000>y") == "user.notice: <1000>y\n");
  CHECK(line("<") == "user.notice: <\n");
  CHECK(line("") == "user.notice: \n");
  CHECK(line("<30>Nov 22 09:13: x") == "daemon.info: Nov 22 09:13: x\n");
}

TEST_CASE("control bytes of a message cannot forge a line") {
  CHECK(line("<30>a\nb\tc\x1b[0m\x7f") == "daemon.info: a#012b\tc#033[0m#177\n");
  CHECK(line("<30>\xc3\xa9") == "daemon.info: \xc3\xa9\n");
}

TEST_CASE("a message too long for a line is truncated") {
  const std::string cut = line("<30>" + std::string(500, 'x'), 64);
  CHECK(cut.size() <= 64);
  CHECK(cut.ends_with("x\n"));
  CHECK(line("<30>" + std::string(500, '\x01'), 64).size() <= 64);
}
