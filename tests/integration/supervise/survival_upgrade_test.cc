// SPDX-License-Identifier: ISC
// What outlives a supervisor that is killed or becomes its new program: readiness that is
// still to come, times, listeners and every command.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/process.hh"
#include "sandbox.hh"
#include "service/control.hh"
#include "service/event.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Process start_tree(Sandbox& box) {
  box.directory("scan");
  box.link("../sv/one", "scan/one");
  return box.start({"svscan", "scan"});
}

// In one of two ways; gives the status after it.
StatusFile succeed(Sandbox& box, bool by_upgrade) {
  const StatusFile before = box.status("sv/one");
  if (by_upgrade)
    box.control(std::string(1, letter::upgrade), "sv/one");
  else
    kill(before.supervisor, SIGKILL);
  return box.await(
      [&](const StatusFile& now) {
        return by_upgrade ? now.upgrades > before.upgrades : now.takeovers > before.takeovers;
      },
      "a successor", "sv/one");
}

Listener listen(Sandbox& box) {
  const Fd state = open_directory(AT_FDCWD, box.state_directory("sv/one").c_str());
  auto listener = Listener::subscribe(state.get());
  REQUIRE(listener);
  return std::move(*listener);
}

}  // namespace

TEST_CASE("a service that becomes ready later notifies the supervisor it has by then") {
  const bool by_upgrade = GENERATE(true, false);
  if (!by_upgrade && process_start_time(getpid()) == 0) SKIP("a pipe cannot be found again here");
  Sandbox box;
  box.script("sv/one/run",
             "echo up >\"$EVENTS\"\nread -r order <\"$ORDERS\"\necho >&3\nexec sleep 1000");
  box.write("sv/one/notification-fd", "3");
  const Process tree = start_tree(box);
  REQUIRE(box.event() == "up");
  const StatusFile before = box.await(State::up, "sv/one");
  CHECK(succeed(box, by_upgrade).main_status.state == State::up);
  box.order("ready");
  const StatusFile after = box.await(State::ready, "sv/one");
  CHECK(after.main == before.main);
}

TEST_CASE("a planned start happens on time, even in a new program") {
  Sandbox box;
  box.script("sv/one/run", "exit 1");
  SECTION("later") {
    box.write("sv/one/restart-delay", "3600000");
    const Process tree = start_tree(box);
    const StatusFile before = box.await(State::backoff, "sv/one");
    const StatusFile after = succeed(box, true);
    CHECK(after.main_status == before.main_status);
  }
  SECTION("soon") {
    box.write("sv/one/restart-delay", "500");
    const Process tree = start_tree(box);
    const StatusFile before = box.await(State::backoff, "sv/one");
    succeed(box, true);
    box.await(
        [&](const StatusFile& now) { return now.main_status.starts > before.main_status.starts; },
        "the next start", "sv/one");
  }
}

TEST_CASE("a successor obeys every command and informs the listeners from before") {
  const bool by_upgrade = GENERATE(true, false);
  Sandbox box;
  box.script("sv/one/run",
             "trap 'echo HUP >\"$EVENTS\"' HUP\necho up >\"$EVENTS\"\n"
             "while :; do sleep 1000 & wait $!; done");
  const Process tree = start_tree(box);
  REQUIRE(box.event() == "up");
  const StatusFile before = box.await(State::ready, "sv/one");
  Listener listener = listen(box);
  REQUIRE(succeed(box, by_upgrade).main == before.main);
  const auto becomes = [&](const std::string& letters, auto accept) {
    box.control(letters, "sv/one");
    return box.await(accept, letters + " is not obeyed", "sv/one");
  };
  becomes("p", [](const StatusFile& now) { return now.main.paused; });
  becomes("c", [](const StatusFile& now) { return !now.main.paused; });
  box.control("h", "sv/one");
  CHECK(box.event() == "HUP");
  becomes("o", [](const StatusFile& now) { return now.main_status.want == Want::once; });
  becomes("u", [](const StatusFile& now) { return now.main_status.want == Want::up; });
  while (listener.next() != 0) continue;
  const StatusFile next =
      becomes("k", [](const StatusFile& now) { return now.main_status.starts == 2; });
  CHECK(box.event() == "up");
  CHECK(next.main.pid != before.main.pid);
  CHECK(next.main_status.starts == before.main_status.starts + 1);
  std::string heard;
  box.wait_for(
      [&] {
        while (const char letter = listener.next()) heard += letter;
        return contains(heard, "U");
      },
      "the listener hears nothing");
  for (const char letter : {event::died, event::up, event::ready})
    CHECK(contains(heard, {&letter, 1}));
  becomes("d", [](const StatusFile& now) { return now.main_status.state == State::down; });
  becomes("u", [](const StatusFile& now) { return now.main_status.state == State::ready; });
}

TEST_CASE("a program that does not run does not replace svscan") {
  Sandbox box;
  box.directory("bin");
  for (const char* const name : {"svscan", "supervise"})
    box.run({"cp", program_directory() + "/" + name, box.path("bin/" + std::string(name))});
  box.script("sv/one/run", "exec sleep 1000");
  box.link("../sv/one", "scan/one");
  const Process tree = box.start({box.path("bin/svscan"), "scan"});
  const StatusFile before = box.await(State::ready, "sv/one");
  SECTION("because it fails") { box.script("bin/new", "#!/bin/sh\nexit 1"); }
  SECTION("because it cannot be executed") { box.write("bin/new", "nothing"); }
  box.move("bin/new", "bin/svscan");
  std::ofstream(box.path("scan/.svscan/control")) << 'R';
  box.wait_for([&] { return contains(tree.err(), "unable to upgrade, going on as before: "); },
               "no complaint");
  CHECK(contains(tree.err(), box.path("bin/svscan")));
  box.script("sv/two/run", "exec sleep 1000");
  box.link("../sv/two", "scan/two");
  box.await(State::ready, "sv/two");
  CHECK(box.status("sv/one") == before);
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
}

TEST_CASE("a supervisor killed while svscan stops gets a successor that finishes its work") {
  Sandbox box;
  const bool dead = GENERATE(false, true);
  box.script("sv/one/run",
             "trap 'echo told >\"$EVENTS\"' TERM\necho up >\"$EVENTS\"\n"
             "while :; do sleep 1000 & wait $!; done");
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  box.write("sv/one/timeout-kill", "4000");
  const Process tree = start_tree(box);
  REQUIRE(box.event() == "up");
  const StatusFile before = box.await(State::ready, "sv/one");
  tree.signal(SIGTERM);
  REQUIRE(box.event() == "told");
  if (dead) {
    kill(before.supervisor, SIGSTOP);
    kill(before.main.pid, SIGKILL);
  }
  kill(before.supervisor, SIGKILL);
  CHECK(tree.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
  CHECK_FALSE(alive(before.log.pid));
  for (const pid_t left : processes_in(box.path("sv/one"))) CHECK_FALSE(alive(left));
  // It was not started again for that.
  while (const auto said = box.event_within(0s)) CHECK(*said != "up");
}
