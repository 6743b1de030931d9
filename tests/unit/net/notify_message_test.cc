// SPDX-License-Identifier: ISC
#include "net/notify_message.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

NotifyMessage parsed(std::string_view datagram) {
  const auto message = parse_notify_message(datagram);
  REQUIRE(message);
  return *message;
}

}  // namespace

TEST_CASE("each word of sd_notify is understood") {
  CHECK(parsed("READY=1").ready);
  CHECK(parsed("RELOADING=1").reloading);
  CHECK(parsed("STOPPING=1").stopping);
  CHECK(parsed("STATUS=all is well").status == "all is well");
  CHECK(parsed("STATUS=").has_status);
  CHECK(parsed("ERRNO=2").error == 2);
  CHECK(parsed("MAINPID=4242").main_pid == 4242);
  CHECK(parsed("WATCHDOG=1").alive);
  CHECK(parsed("WATCHDOG=trigger").hangs);
  CHECK_FALSE(parsed("WATCHDOG=trigger").alive);
  CHECK(parsed("WATCHDOG_USEC=2500000").watchdog == 2500ms);
  CHECK(parsed("WATCHDOG_USEC=0").watchdog == never);
  CHECK(parsed("EXTEND_TIMEOUT_USEC=7").extension == 7us);
  CHECK(parsed("FDSTORE=1").stores);
  CHECK(parsed("FDSTOREREMOVE=1").removes);
  CHECK(parsed("FDNAME=web").name == "web");
  CHECK(parsed("FDSTORE=1").name == "stored");
  CHECK(parsed("FDSTORE=1").watches_stored);
  CHECK_FALSE(parsed("FDPOLL=0").watches_stored);
  CHECK(parsed("MONOTONIC_USEC=5").reload_time == 5us);
  CHECK(parsed("BARRIER=1").barrier);
}

TEST_CASE("a message may have several lines, and end in a newline or a NUL") {
  const auto message = parsed("READY=1\nSTATUS=a=b\nMAINPID=7\n");
  CHECK(message.ready);
  CHECK(message.status == "a=b");
  CHECK(message.main_pid == 7);
  CHECK(parsed(std::string_view("READY=1\0", 8)).ready);
}

TEST_CASE("of a word that comes twice the first counts") {
  const auto message = parsed("STATUS=one\nSTATUS=two\nREADY=0\nREADY=1");
  CHECK(message.status == "one");
  CHECK_FALSE(message.ready);
}

TEST_CASE("what is no message says nothing") {
  CHECK_FALSE(parse_notify_message(std::string_view("READY=1\0X", 9)));
  CHECK_FALSE(parse_notify_message(std::string_view("\0\0", 2)));
  for (const char* const text :
       {"", "\n\n", "READY", "READY=", "READY=0", "READY=11", "ready=1", " READY=1", "READY=1 ",
        "X_READY=1", "EXIT_STATUS=3", "FDNAME=1", "=1", "==="}) {
    CAPTURE(text);
    const auto message = parsed(text);
    CHECK_FALSE((message.ready || message.alive || message.stopping || message.has_status));
  }
}

TEST_CASE("numbers of a message that are out of range are ignored") {
  for (const char* const pid : {"0", "1", "-5", "+7", "x", "4294967298", "7 ", ""}) {
    CAPTURE(pid);
    CHECK_FALSE(parsed("MAINPID=" + std::string(pid)).main_pid);
  }
  CHECK_FALSE(parsed("ERRNO=-1").error);
  CHECK_FALSE(parsed("ERRNO=99999").error);
  CHECK_FALSE(parsed("WATCHDOG_USEC=-1").watchdog);
  CHECK(parsed("WATCHDOG_USEC=18446744073709551615").watchdog == never);
  CHECK(parsed("EXTEND_TIMEOUT_USEC=18446744073709551615").extension == 24h * 3650);
}

TEST_CASE("a name of descriptors that systemd refuses is invalid") {
  for (const std::string& name : {std::string(), std::string("a:b"), std::string("a\tb"),
                                  std::string("\xc3\xa9"), std::string(256, 'x')}) {
    CAPTURE(name);
    CHECK(parsed("FDNAME=" + name).name.empty());
  }
  CHECK(parsed("FDNAME=" + std::string(255, 'x')).name.size() == 255);
}

TEST_CASE("the text of a status is harmless on a terminal") {
  CHECK(notify_text("serving 3 clients").view() == "serving 3 clients");
  CHECK(notify_text("caf\xc3\xa9").view() == "caf\xc3\xa9");
  CHECK(notify_text("\x1b[31mred\x7f\t").view() == "?[31mred??");
  CHECK(notify_text("\xc2\x9b"
                    "31m")
            .view() == "?31m");
  CHECK(notify_text("a\xff\xc3").view() == "a??");
}

TEST_CASE("a long status is cut after a whole character") {
  CHECK(notify_text(std::string(5000, 'x')).size() == longest_notify_text);
  const auto text = notify_text(std::string(longest_notify_text - 1, 'x') + "\xc3\xa9y");
  CHECK(text.view() == std::string(longest_notify_text - 1, 'x'));
}
