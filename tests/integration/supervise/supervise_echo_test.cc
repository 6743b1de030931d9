// SPDX-License-Identifier: ISC
// supervise: how svscan knows that what it says has been obeyed.
#include "played_svscan.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("svscan hears everything once more when it asks for that, and then an echo") {
  Held box;
  const Process supervisor = box.begin();
  const auto echo = echo_message(4711);
  box.svscan.heard();
  box.control({echo.data(), echo.size()}, "web");
  std::string letters;
  box.wait_for(
      [&] {
        for (const auto& told : box.svscan.heard()) {
          letters += told.letter;
          CHECK(told.supervisor == supervisor.pid());
          if (told.letter == scan_letter::echo) CHECK(told.number == 4711);
        }
        return contains(letters, std::string_view(&scan_letter::echo, 1));
      },
      "no echo");
  CHECK(letters == "pPosO");
  box.finish(supervisor);
}

TEST_CASE("what svscan says of a stop that was taken back does not count") {
  Held box;
  const Process supervisor = box.begin();
  box.control(">d", "web");
  box.await_asked(Asked::stop);
  box.control("u", "web");
  box.await_asked(Asked::nothing);
  box.svscan.say(OrderWord::go, "web");
  // Something that it obeys after that.
  box.svscan.say(OrderWord::revoke, "web");
  box.await_released(false);
  CHECK_FALSE(box.event_within(0s));
  box.finish(supervisor);
}
