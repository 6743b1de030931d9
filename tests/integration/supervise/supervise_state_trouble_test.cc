// SPDX-License-Identifier: ISC
// supervise: a state directory that cannot be used, or is taken away; a service directory
// that is replaced.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char sleeper[] = "exec sleep 1000";

void be_nobody() {
  constexpr uid_t nobody = 65534;
  if (setgid(nobody) != 0 || setuid(nobody) != 0) _exit(126);
}

size_t lines_in(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

void expect_refusal(Sandbox& box, const std::string& said, const Setup& setup = {}) {
  const Result result = box.run({"supervise", "a"}, setup);
  CHECK(result.code == 111);
  CHECK(result.err == "supervise a: fatal: " + said + "\n");
}

// Until no byte more has room on its disk.
void fill(Sandbox& box, const std::string& file) {
  const Fd filler(open(box.path(file).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string page(4096, 'x');
  while (write(filler.get(), page.data(), page.size()) > 0) {
  }
}

// A ready service whose state is in `state`, where no byte more has room now.
Process supervise_on_full_disk(Sandbox& box) {
  box.write("restart-delay", "0");
  box.script("run", "echo up >$EVENTS; read order <$ORDERS");
  box.link("state/supervise", "supervise");
  Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  box.await(State::ready);
  fill(box, "state/filler");
  return supervisor;
}

}  // namespace

TEST_CASE("a state directory that cannot be used is refused, and nothing is started") {
  Sandbox box;
  box.script("a/run", "echo up >$EVENTS; exec sleep 1000");
  SECTION("control is a file") {
    box.write("a/supervise/control", "");
    expect_refusal(box, "supervise/control exists but is not a fifo");
  }
  SECTION("control is a directory") {
    box.directory("a/supervise/control");
    expect_refusal(box, "supervise/control exists but is not a fifo");
  }
  SECTION("it is a file") {
    box.write("a/supervise", "");
    expect_refusal(box, "unable to open supervise/lock: not a directory");
  }
  SECTION("it is a dangling link") {
    box.link("/no/such/directory/a", "a/supervise");
    expect_refusal(box, "unable to open supervise/lock: file does not exist");
  }
  SECTION("it is a link to itself") {
    box.link("supervise", "a/supervise");
    expect_refusal(box, "unable to open supervise/lock: symbolic link loop");
  }
  SECTION("it is not writable") {
    if (!can_be_root()) SKIP("needs root");
    if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
    expect_refusal(box, "unable to open supervise/lock: access denied", {.in_child = be_nobody});
  }
  SECTION("it is not searchable") {
    if (!can_be_root()) SKIP("needs root");
    if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
    box.directory("a/supervise");
    box.mode("a/supervise", 0700);
    expect_refusal(box, "unable to open supervise/lock: access denied", {.in_child = be_nobody});
  }
  SECTION("$SVSTATE does not exist") {
    expect_refusal(box, "unable to open /no/such/state/a/lock: file does not exist",
                   {.environment = {{"SVSTATE", "/no/such/state"}}});
  }
  CHECK_FALSE(box.event_within(0s));
}

TEST_CASE("a service on a read-only file system needs its state elsewhere") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const Mount mount(box, "mnt");
  box.script("mnt/a/run", sleeper);
  box.script("mnt/b/run", sleeper);
  box.link(box.path("state-of-b"), "mnt/b/supervise");
  mount.change("ro");
  const Result refused = box.run({"supervise", "mnt/a"});
  CHECK(refused.code == 111);
  CHECK(refused.err ==
        "supervise mnt/a: fatal: unable to open supervise/lock: "
        "read-only file system\n");
  const Process linked = box.supervise("mnt/b");
  box.await(State::ready, "mnt/b");
  box.directory("state");
  box.state_root(box.path("state"));
  const Process elsewhere =
      box.supervise("mnt/a", {.environment = {{"SVSTATE", box.path("state")}}});
  box.await(State::ready, "mnt/a");
  // The file `down` cannot be created there; that is reported, and the rest is done.
  box.control("D", "mnt/a");
  box.await(State::down, "mnt/a");
  CHECK(elsewhere.err() ==
        "supervise mnt/a: warning: unable to create down: read-only file system\n");
}

TEST_CASE("a full disk is reported once, the service runs on, and the status stays correct") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const Mount mount(box, "state", "size=64k");
  const Process supervisor = supervise_on_full_disk(box);
  for (uint32_t round = 2; round < 7; ++round) {
    box.order();
    CHECK(box.event() == "up");
    box.await([round](const StatusFile& now) { return now.main_status.starts == round; },
              "the status is not true");
  }
  box.wait_for([&] { return !supervisor.err().empty(); }, "nothing is said");
  CHECK(contains(supervisor.err(), "supervise .: warning: unable to write supervise/"));
  CHECK(contains(supervisor.err(), ".new: out of disk space\n"));
  CHECK(lines_in(supervisor.err()) == 1);
  box.remove("state/filler");
  const std::string pid = std::to_string(box.status().main.pid) + "\n";
  box.wait_for([&] { return box.read("supervise/pid") == pid; }, "the pid does not become true");
}

TEST_CASE("an unchanged status is written again after a full disk") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const Mount mount(box, "state", "size=64k");
  box.script("run", "exec sleep 1000");
  box.link("state/supervise", "supervise");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  fill(box, "state/filler");
  box.control("p");
  box.await([](const StatusFile& now) { return now.main.paused; }, "it is not paused");
  box.control("c");
  box.await([](const StatusFile& now) { return !now.main.paused; }, "it stays paused");
}

TEST_CASE("the status stays true on a full disk when a logger comes and goes") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const Mount mount(box, "state", "size=64k");
  const Process supervisor = supervise_on_full_disk(box);
  const auto is_written = [&box](uint32_t starts, bool has_log) {
    CHECK(box.event() == "up");
    box.await(
        [&](const StatusFile& now) {
          return now.main_status.starts == starts && now.has_log == has_log;
        },
        "the status is not true");
  };
  box.directory("log/supervise");
  box.script("log/run", "exec cat >/dev/null");
  box.order();
  is_written(2, true);
  box.move("log", "old");
  box.order();
  is_written(3, false);
}

TEST_CASE("without write permission the status is outdated, and the service runs on") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  box.mode("", 0777);
  box.write("restart-delay", "0");
  box.script("run", "echo up >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.supervise(".", {.in_child = be_nobody});
  CHECK(box.event() == "up");
  box.wait_for([&] { return box.status().main_status.state == State::ready; },
               "the first status is not complete");
  box.mode("supervise", 0500);
  for (int round = 0; round < 3; ++round) {
    box.order();
    CHECK(box.event() == "up");
  }
  box.wait_for([&] { return !supervisor.err().empty(); }, "nothing is said");
  CHECK(supervisor.err() ==
        "supervise .: warning: unable to open supervise/status.new: access denied\n");
  box.mode("supervise", 0700);
  // As root we cannot listen in another user's directory.
  box.wait_for([&] { return box.status().main_status.starts == 4; },
               "the status does not become true");
}

TEST_CASE("a removed state directory is recreated at the next change") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "echo up >$EVENTS; read order <$ORDERS");
  box.script("log/run", "exec cat >/dev/null");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  box.await_log(State::ready);
  box.await(State::ready, "log");  // which is written after that of the service
  box.remove("supervise");
  SECTION("of the service") {}
  SECTION("of the logger too") { box.remove("log/supervise"); }
  SECTION("and another one is there already") { box.directory("supervise"); }
  SECTION("and moved elsewhere") {
    box.directory("supervise");
    box.move("supervise", "elsewhere");
  }
  box.order();
  CHECK(box.event() == "up");
  const StatusFile status = box.await(State::ready);
  CHECK(status.main_status.starts == 2);
  box.control("d");
  box.order();
  box.await(State::down);
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(supervisor.err() == "");
}

TEST_CASE("a removed FIFO is recreated at the next change") {
  Sandbox box;
  box.write("restart-delay", "0");
  box.script("run", "echo up >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  const std::string fifo = GENERATE("control", "ok");
  box.remove("supervise/" + fifo);
  box.order();
  CHECK(box.event() == "up");
  box.await_supervisor();
  // It is there before somebody reads it.
  box.wait_for([&] { return bool(open_write(AT_FDCWD, box.path("supervise/" + fifo).c_str())); },
               "it is not made again");
  box.control("d");
  box.order();
  box.await(State::down);
  CHECK(supervisor.err() == "");
}

TEST_CASE("a replaced service directory is used from the next start on") {
  Sandbox box;
  box.write("a/restart-delay", "0");
  box.script("a/run", "echo old >$EVENTS; read order <$ORDERS");
  box.script("a/log/run", "read line; echo \"old $line\" >$EVENTS; exec cat >/dev/null");
  box.write("b/restart-delay", "0");
  box.script("b/run", "echo new; echo new >$EVENTS; read order <$ORDERS");
  box.script("b/log/run", "while read line; do echo \"new $line\" >$EVENTS; done");
  SECTION("itself") {}
  SECTION("by a link") {
    box.move("a", "first");
    box.link("first", "a");
  }
  const Process supervisor = box.supervise("a");
  CHECK(box.event() == "old");
  box.await_log(State::ready, "a");
  const bool link = box.exists("first");
  if (link)
    box.remove("a");
  else
    box.move("a", "first");
  if (link)
    box.link("b", "a");
  else
    box.move("b", "a");
  box.order();
  CHECK(box.events(2) == std::vector<std::string>{"new", "old new"});
  // Now everything is where a client looks for it.
  box.await_supervisor("a");
  CHECK(box.await(State::ready, "a").main_status.starts == 2);
  box.await_supervisor("a/log");
  box.control("k", "a/log");
  box.await([](const StatusFile& now) { return now.main_status.starts == 2; },
            "the logger is not started again", "a/log");
  box.order();
  CHECK(box.events(2) == std::vector<std::string>{"new", "new new"});
  box.control("d", "a");
  box.await(State::down, "a");
  CHECK(supervisor.err() == "");
}

TEST_CASE("removing a service directory for good causes neither a stop nor a busy loop") {
  Sandbox box;
  box.write("a/restart-delay", "0");
  box.script("a/run", "echo up >$EVENTS; read order <$ORDERS");
  const Process supervisor = box.supervise("a");
  CHECK(box.event() == "up");
  box.remove("a");
  box.order();
  box.wait_for([&] { return contains(supervisor.err(), "./run: file does not exist\n"); },
               "nothing is said");
  box.script("a/run", "echo again >$EVENTS; exec sleep 1000");
  CHECK(box.event() == "again");
  box.await(State::ready, "a");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
}
