// SPDX-License-Identifier: ISC
// The file supervise/history.
#include <sys/stat.h>

#include <csignal>

#include "base/process.hh"
#include "sandbox.hh"
#include "service/history.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::vector<HistoryEntry> history(const Sandbox& box, const std::string& name = "history") {
  const std::string bytes = box.read("supervise/" + name);
  std::vector<HistoryEntry> entries(history_size / history_entry_size);
  entries.resize(decode_history(
      std::span(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()), entries));
  return entries;
}

std::vector<HistoryEntry> without_log(std::vector<HistoryEntry> entries) {
  std::erase_if(entries, [](const HistoryEntry& entry) { return entry.log; });
  return entries;
}

void leave(Sandbox& box, const Process& supervisor) {
  box.control("dx");
  CHECK(supervisor.wait() == 0);
}

}  // namespace

TEST_CASE("each transition of a service is in its history before a client can see it") {
  Sandbox box;
  box.script("run", obedient);
  box.write("restart-delay", "1ms");
  const Process supervisor = box.supervise();
  box.event();
  const StatusFile first = box.await(State::ready);
  auto entries = history(box);
  REQUIRE_FALSE(entries.empty());
  CHECK(entries.front().began);
  CHECK_FALSE(entries.front().took_over);
  CHECK(entries.back().state == State::ready);
  CHECK(entries.back().pid == first.main.pid);
  CHECK(entries.back().want == Want::up);
  CHECK(entries.back().boot == history_boot(boot_mark()));
  box.order("7");
  box.event();
  box.await(
      [&](const StatusFile& now) {
        return now.main_status.state == State::ready && now.main.pid != first.main.pid;
      },
      "another run");
  entries = history(box);
  CHECK(entries.back().exit_code == 7);
  CHECK(entries.back().reason == Reason::exited);
  leave(box, supervisor);
  entries = history(box);
  CHECK(entries.back().state == State::down);
  CHECK(entries.back().reason == Reason::stopped);
  CHECK(entries.back().pid == 0);
  uint64_t before = 0;
  for (const HistoryEntry& entry : entries) {
    CHECK(entry.at >= before);
    before = entry.at;
  }
}

TEST_CASE("a successor goes on with the history, and says that it has taken over") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  const Process killed = box.supervise();
  box.await(State::ready);
  const size_t before = history(box).size();
  killed.signal(SIGKILL);
  killed.wait();
  const Process supervisor = box.supervise();
  const auto entries = history(box);
  REQUIRE(entries.size() > before);
  CHECK(entries[before].took_over);
  CHECK_FALSE(entries[before].began);
  leave(box, supervisor);
}

TEST_CASE("the transitions of the logger are in the history of its service") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.script("log/run", "exec cat >/dev/null");
  const Process supervisor = box.supervise();
  const StatusFile status = box.await_log(State::ready);
  bool found = false;
  for (const HistoryEntry& entry : history(box))
    found = found || (entry.log && entry.state == State::ready && entry.pid == status.log.pid);
  CHECK(found);
  CHECK(without_log(history(box)).front().began);
  leave(box, supervisor);
}

TEST_CASE("the history is bounded: what is older is in a second file, and then lost") {
  Sandbox box;
  box.script("run", "exit 0");
  box.write("restart-delay", "1ms");
  const Process supervisor = box.supervise();
  box.wait_for([&] { return box.exists("supervise/history.old"); }, "no second file");
  const auto old = history(box, "history.old");
  CHECK(old.size() == history_size / history_entry_size);
  CHECK(old.front().began);
  box.wait_for([&] { return !history(box, "history.old").front().began; }, "another");
  leave(box, supervisor);
  CHECK(box.read("supervise/history").size() <= history_size);
}

TEST_CASE("an entry that was torn does not shift the next ones") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.write("supervise/history", std::string(45, '\1'));
  const Process supervisor = box.supervise();
  box.await(State::ready);
  CHECK(history(box).back().state == State::ready);
  CHECK(box.read("supervise/history.old").size() == 45);
  leave(box, supervisor);
}

TEST_CASE("a history that is no file of its own is left alone, silently") {
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.directory("supervise");
  box.write("victim", "precious");
  SECTION("a symbolic link") { box.link("../victim", "supervise/history"); }
  SECTION("a hard link") {
    REQUIRE(link(box.path("victim").c_str(), box.path("supervise/history").c_str()) == 0);
  }
  SECTION("a FIFO") { REQUIRE(mkfifo(box.path("supervise/history").c_str(), 0600) == 0); }
  SECTION("a directory") { box.directory("supervise/history"); }
  const Process supervisor = box.supervise();
  box.await(State::ready);
  leave(box, supervisor);
  CHECK(box.read("victim") == "precious");
  CHECK(supervisor.err() == "");
}

TEST_CASE("runsv leaves no history behind, which packages written for runit would not remove") {
  Sandbox box;
  box.script("run", obedient);
  const Process supervisor = box.start({"runsv", "."});
  box.event();
  box.await(State::ready);
  CHECK(box.exists("supervise/history"));
  box.control("x");
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.exists("supervise/history"));
}
