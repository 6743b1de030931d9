// SPDX-License-Identifier: ISC
// Every system call in the life of a tree with a service that listens fails once, with each error:
// there are never two copies, the want is obeyed in the end, and no supervisor exits. `make faults`
// tries all of them; here a part is tried, other calls with other errors in each round.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "sandbox.hh"
#include "service/control.hh"
#include "sockets.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr int reasons[] = {EINTR,  EAGAIN, EMFILE, ENFILE, ENOMEM,
                           ENOSPC, EIO,    EROFS,  EACCES, ENOENT};

struct Fault {
  std::string program;
  long at = 0;  // 0: none
  int reason = 0;
};

// A tree whose programs have the seam.
class FaultyTree {
 public:
  explicit FaultyTree(const Fault& fault) {
    box.script("sv/one/run",
               "if [ -s \"$BOX/pid\" ] && kill -0 \"$(cat \"$BOX/pid\")\" 2>/dev/null\n"
               "then echo two copies >>\"$BOX/violations\"; fi\n"
               "echo $$ >\"$BOX/pid\"\nexec sleep 1000");
    box.script("sv/one/finish", "exit 0");
    box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
    box.write("sv/one/restart-delay", "10 100");
    box.write("sv/one/listen", "a unix " + box.path("socket") + "\n");
    box.write("sv/one/watchdog", "1h");  // with it comes a notification socket
    box.directory("scan");
    box.link("../sv/one", "scan/one");
    box.write("count", "");
    if (fault.at != 0) box.write("once", "");
    setup_.environment = {{"FAULT_PROGRAM", fault.program},
                          {"FAULT_AT", std::to_string(fault.at)},
                          {"FAULT_ERRNO", std::to_string(fault.reason)},
                          {"FAULT_ONCE", box.path("once")},
                          {"FAULT_COUNT", box.path("count")}};
    start();
  }

  // Start, death, restart, down, up, the supervisor's death, upgrade, stop.
  void live() {
    start_again_if_refused();
    await_up(0);
    const pid_t first = pid();
    kill(first, SIGKILL);
    await_up(first);
    command("d");
    await([](const StatusFile& status) { return status.main_status.state == State::down; }, "down");
    command("u");
    await_up(0);
    const pid_t third = pid();
    kill(supervisor(), SIGKILL);
    await([&](const StatusFile& now) { return now.takeovers > 0 && now.main.pid == third; },
          "adopted");
    command("R");
    command("t");
    await_up(third);
    tree_->signal(SIGTERM);
    const int code = tree_->wait();
    INFO(tree_->err());
    CHECK(code == 0);
    CHECK_FALSE(box.exists("violations"));
    for (const pid_t left : processes_in(box.path("sv"))) CHECK_FALSE(alive(left));
  }

  size_t calls() const { return box.read("count").size(); }
  std::string messages() const { return tree_->err(); }

 private:
  void start() { tree_ = box.start({program_directory() + "/../faults/svscan", "scan"}, setup_); }

  // At startup it may report an error and exit. Nothing runs then.
  void start_again_if_refused() {
    box.wait_for([&] { return tree_->ended() || status(); }, "svscan does nothing");
    if (!tree_->ended()) return;
    CHECK(tree_->wait() == 111);
    CHECK(contains(tree_->err(), "fatal: "));
    CHECK(processes_in(box.path("sv/one")).empty());
    start();
  }

  std::optional<StatusFile> status() {
    const Fd state = open_directory(AT_FDCWD, box.path("sv/one/supervise").c_str());
    if (!state || presence(state.get()) != Presence::running) return {};
    const auto now = read_status(state.get());
    // A child runs its parent's program until it executes another.
    if (now && alive(now->supervisor)) {
      const std::string name = proc_status(now->supervisor, "Name");
      CHECK((name == "supervise" || name.empty()));
    }
    return now;
  }
  pid_t supervisor() { return sight().supervisor; }
  pid_t pid() { return sight().main.pid; }
  StatusFile sight() {
    StatusFile seen;
    await([&](const StatusFile& now) { return (seen = now).native; }, "a status");
    return seen;
  }

  void await(const std::function<bool(const StatusFile&)>& accept, const std::string& what) {
    std::optional<StatusFile> now;
    const auto accepted = [&] { return (now = status()) && accept(*now); };
    try {
      box.wait_for(accepted, what);
    } catch (...) {
      if (now)
        UNSCOPED_INFO("state " << word(now->main_status.state) << ", pid " << now->main.pid
                               << ", supervisor " << now->supervisor << ", adopted "
                               << now->takeovers << ", starts " << now->main_status.starts);
      throw;
    }
  }
  // A process other than `old` that is alive and named in the status.
  void await_up(pid_t old) {
    await(
        [&](const StatusFile& now) {
          return now.main_status.state == State::ready && now.main.pid != old &&
                 now.main.pid != 0 && alive(now.main.pid);
        },
        "up");
    CHECK(connect_unix(box.path("socket")));
  }
  // As a client does: until the supervisor takes it.
  void command(std::string_view letters) {
    box.wait_for(
        [&] {
          const Fd state = open_directory(AT_FDCWD, box.path("sv/one/supervise").c_str());
          return state && send_letters(state.get(), letters);
        },
        "a supervisor to talk to");
  }

  Sandbox box;
  Setup setup_;
  std::optional<Process> tree_;
};

size_t count_calls(const std::string& program) {
  FaultyTree tree({program});
  tree.live();
  return tree.calls();
}

// The test continues after a failure, which Catch has recorded by then.
bool survives(const Fault& fault, size_t calls) {
  INFO("FAULTS_AT=" << fault.program << ":" << fault.at << ":" << fault.reason << ", of " << calls
                    << " calls: " << strerror(fault.reason));
  try {
    FaultyTree(fault).live();
    return true;
  } catch (...) {
    return false;
  }
}

// "PROGRAM:CALL:ERRNO"
Fault fault_from(const std::string& text) {
  const size_t at = text.find(':'), reason = text.rfind(':');
  return {text.substr(0, at), std::stol(text.substr(at + 1)), std::stoi(text.substr(reason + 1))};
}

}  // namespace

TEST_CASE("whichever system call fails, one copy runs and every command is obeyed") {
  if (const char* const one = std::getenv("FAULTS_AT")) {
    REQUIRE(survives(fault_from(one), 0));
    return;
  }
  const char* const every = std::getenv("FAULTS_EVERY");
  const bool whole = every != nullptr;
  const size_t step = whole ? std::strtoul(every, nullptr, 10) : 40;
  if (whole) alarm(0);  // the duration is unknown
  const std::string program = GENERATE("supervise", "svscan");
  const size_t calls = count_calls(program);
  REQUIRE(calls > 50);
  size_t round = 0, failures = 0;
  const Moment enough = whole ? never : now() + 15s;
  for (size_t at = 1; at <= calls && now() < enough && failures < 20; at += step) {
    const size_t first = whole ? 0 : round++ % std::size(reasons);
    const size_t last = whole ? std::size(reasons) : first + 1;
    for (size_t reason = first; reason < last; ++reason)
      failures += !survives({program, static_cast<long>(at), reasons[reason]}, calls);
  }
  CHECK(failures == 0);
}
