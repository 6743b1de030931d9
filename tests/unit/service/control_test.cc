// SPDX-License-Identifier: ISC
#include "service/control.hh"

#include <set>

#include "catch.hh"
#include "service/event.hh"

using namespace stoker;

TEST_CASE("commands have the letters that old tools write") {
  CHECK(letter::up == 'u');
  CHECK(letter::down == 'd');
  CHECK(letter::once == 'o');
  CHECK(letter::exit == 'x');
  CHECK(letter::terminate == 't');
  CHECK(letter::kill == 'k');
  CHECK(letter::pause == 'p');
  CHECK(letter::resume == 'c');
  CHECK(letter::alarm == 'a');
  CHECK(letter::hangup == 'h');
  CHECK(letter::interrupt == 'i');
  CHECK(letter::quit == 'q');
  CHECK(letter::user1 == '1');
  CHECK(letter::user2 == '2');
}

TEST_CASE("no letter has two meanings") {
  using namespace letter;
  const char all[] = {up,
                      down,
                      once,
                      letter::exit,
                      terminate,
                      letter::kill,
                      letter::pause,
                      resume,
                      letter::alarm,
                      hangup,
                      interrupt,
                      quit,
                      user1,
                      user2,
                      window,
                      window_s6,
                      letter::abort,
                      restart,
                      down_for_good,
                      up_for_good,
                      at_most_once,
                      at_most_once_for_good,
                      pause_group,
                      resume_group,
                      kill_group,
                      to_group,
                      to_log,
                      reload};
  CHECK(std::set<char>(std::begin(all), std::end(all)).size() == std::size(all));
}

TEST_CASE("events have s6's letters where s6 has them") {
  CHECK(event::supervised == 's');
  CHECK(event::up == 'u');
  CHECK(event::ready == 'U');
  CHECK(event::died == 'd');
  CHECK(event::down == 'D');
  CHECK(event::failed == 'F');
  CHECK(event::left == 'x');
}
