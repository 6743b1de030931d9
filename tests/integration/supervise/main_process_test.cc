// SPDX-License-Identifier: ISC
// supervise: a main process that is not the one of run.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/process.hh"
#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char speaker[] = "exec $SELF part speaker $EVENTS $ORDERS";
constexpr char daemon_run[] = "exec $SELF part daemon $EVENTS $ORDERS $BOX/web/supervise/pidfile";

pid_t number_in(const std::string& line) { return std::stoi(line.substr(line.rfind(' ') + 1)); }

StatusFile await_pid(Sandbox& box, pid_t pid, const std::string& service = "web") {
  return box.await([pid](const StatusFile& now) { return now.main.pid == pid; },
                   "the pid " + std::to_string(pid), service);
}

StatusFile await_another(Sandbox& box, pid_t pid, const std::string& service = "web") {
  return box.await(
      [pid](const StatusFile& now) {
        return now.main_status.state == State::ready && now.main.pid != pid;
      },
      "another process", service);
}

}  // namespace

TEST_CASE("MAINPID moves supervision to a child") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  box.write("web/restart-delay", "1ms");
  const Process supervisor = box.supervise("web");
  const pid_t parent = number_in(box.event());
  box.order("fork READY=1|MAINPID=@|STATUS=child");
  CHECK(box.event() == "said");
  box.await(State::ready, "web");
  const pid_t child = box.status("web").main.pid;
  CHECK(child != parent);
  CHECK(box.read("web/supervise/pid") == std::to_string(child) + "\n");

  SECTION("its end is that of the service, and what is left of it goes, too") {
    kill(child, SIGKILL);
    CHECK(box.event() == "term");
    CHECK(number_in(box.event()) != parent);
    box.order("READY=1");
    CHECK(box.event() == "said");
    const StatusFile status = await_another(box, child);
    CHECK(status.main_status.starts == 2);
  }
  SECTION("the end of the first process is not that of the service") {
    box.order("exit 3");
    box.wait_for([&] { return !alive(parent); }, "the end of the parent");
    CHECK(box.status("web").main.pid == child);
    kill(child, SIGUSR1);
    CHECK(number_in(box.event()) != parent);
    CHECK(box.await(State::up, "web").main_status.signal == SIGUSR1);
  }
  SECTION("it is signalled") {
    box.control("d", "web");
    box.await(State::down, "web");
    CHECK_FALSE(alive(child));
    CHECK_FALSE(alive(parent));
  }
}

TEST_CASE("MAINPID of a stranger is refused") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  const Process supervisor = box.supervise("web");
  const pid_t pid = number_in(box.event());
  const Process stranger = box.start({"sleep", "1000"});
  box.order("READY=1|MAINPID=" + std::to_string(stranger.pid()));
  CHECK(box.event() == "said");
  CHECK(box.await(State::ready, "web").main.pid == pid);
  box.order("MAINPID=" + std::to_string(supervisor.pid()));
  CHECK(box.event() == "said");
  box.order("STATUS=more");
  CHECK(box.event() == "said");
  box.await([](const StatusFile& now) { return now.said.text.view() == "more"; }, "more", "web");
  CHECK(box.status("web").main.pid == pid);
  CHECK(contains(supervisor.err(), "ignoring MAINPID=" + std::to_string(stranger.pid()) +
                                       ": the process is none of the service's"));
  CHECK(alive(stranger.pid()));
}

TEST_CASE("a daemon is followed by its pid file when run has exited") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", daemon_run);
  box.write("web/pid-file", "pidfile\n");
  box.write("web/restart-delay", "1ms");
  const Process supervisor = box.supervise("web");
  const pid_t first = number_in(box.event());
  CHECK(box.await(State::ready, "web").main.pid == first);
  kill(first, SIGKILL);
  const pid_t second = number_in(box.event());
  const StatusFile status = await_pid(box, second);
  CHECK(status.main_status.signal == SIGKILL);
  box.await(State::ready, "web");
  box.control("dx", "web");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
  CHECK(supervisor.err() == "");
}

TEST_CASE("what a daemon leaves behind in groups of its own is ended, too") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("child",
             "trap 'echo term >$EVENTS; exit' TERM; echo child $$ >$EVENTS\n"
             "while :; do read o <$ORDERS; done");
  box.script("web/run", "[ ! -e $BOX/again ] || exec sleep 1000\n$BOX/daemon &");
  box.script("web/finish", "exit 0");
  box.write("web/pid-file", "pidfile\n");
  box.write("web/restart-delay", "1ms");
  std::string child = "$BOX/child & wait";
  const bool is_stray = GENERATE(false, true);
  CAPTURE(is_stray);
  if (is_stray) child = "setsid $BOX/child & wait";
  // It becomes the leader of a group when it has been found.
  box.script("late", child);
  box.script("daemon",
             "echo $$ >$BOX/web/supervise/pidfile; read o <$ORDERS\n"
             "exec setsid $BOX/late");
  const Process supervisor = box.supervise("web");
  const pid_t main = box.await(State::ready, "web").main.pid;
  box.order();
  const pid_t pid = number_in(box.event());
  CHECK(getpgid(pid) == (is_stray ? pid : main));
  // The finish script is to be younger.
  box.wait_for(
      [&] {
        return process_start_time(box.start({"sleep", "9"}).pid()) > process_start_time(pid);
      },
      "no time passes");
  box.write("again", "");
  box.remove("web/pid-file");
  kill(main, SIGKILL);
  if (!is_stray) CHECK(box.event() == "term");
  await_another(box, main);
  CHECK_FALSE(alive(pid));
}

TEST_CASE("a pid file may come late") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", std::string(daemon_run) + " late");
  box.write("web/pid-file", box.path("web/supervise/pidfile"));
  const Process supervisor = box.supervise("web");
  CHECK(box.event() == "forked");
  CHECK(box.await(State::up, "web").main_status.state == State::up);
  box.order();
  const pid_t pid = number_in(box.event());
  CHECK(box.await(State::ready, "web").main.pid == pid);
}

TEST_CASE("a daemon that never writes its pid file is given up") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", "exec $SELF part daemon $EVENTS $ORDERS -");
  box.write("web/pid-file", "pidfile");
  box.write("web/timeout-ready", "5s");
  box.write("web/restart", "never");
  const Process supervisor = box.supervise("web");
  const pid_t pid = number_in(box.event());
  const StatusFile status = box.await(State::down, "web");
  CHECK(status.main_status.reason == Reason::finished);
  CHECK_FALSE(alive(pid));
  CHECK(contains(supervisor.err(), "pidfile names no process of the service in time"));
}

TEST_CASE("a daemon that fails after it has forked is noticed at once") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", "(exit 1) & exit 0");
  box.write("web/pid-file", "pidfile");
  box.write("web/max-restarts", "1 1h");
  const Process supervisor = box.supervise("web");
  CHECK(box.await(State::failed, "web").main_status.exit_code == 0);
}

TEST_CASE("a pid file of others is not believed") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  const Process stranger = box.start({"sleep", "1000"});
  const bool writable = GENERATE(false, true);
  box.script("web/run",
             "echo " + std::to_string(stranger.pid()) + " >supervise/fresh; chmod " +
                 (writable ? "666" : "644") +
                 " supervise/fresh; mv supervise/fresh supervise/pidfile; sleep 1000 & exit 0");
  box.write("web/pid-file", "pidfile");
  if (writable) box.write("web/timeout-ready", "5s");
  box.write("web/restart", "never");
  const Process supervisor = box.supervise("web");
  if (writable) {
    box.await(State::down, "web");
    CHECK(contains(supervisor.err(), "it is none of the service's, and others can write to"));
    CHECK(alive(stranger.pid()));
    return;
  }
  CHECK(box.await(State::ready, "web").main.pid == stranger.pid());
}

TEST_CASE("the main process is guessed where one is left") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", "exec $SELF part daemon $EVENTS $ORDERS -");
  box.write("web/guess-main", "");
  const Process supervisor = box.supervise("web");
  const pid_t pid = number_in(box.event());
  await_pid(box, pid);
  CHECK(box.await(State::ready, "web").main.pid == pid);
  box.order("exit 7");
  const pid_t next = number_in(box.event());
  CHECK(await_pid(box, next).main_status.exit_code == 7);
}

TEST_CASE("of two processes that are left none is guessed") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", "sleep 1000 & sleep 1001 & exit 0");
  box.write("web/guess-main", "");
  box.write("web/timeout-ready", "5s");
  box.write("web/restart", "never");
  const Process supervisor = box.supervise("web");
  box.await(State::down, "web");
  CHECK(contains(supervisor.err(), "more than one process is left"));
}

TEST_CASE("a main process outlives its supervisor") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", daemon_run);
  box.write("web/pid-file", "pidfile");
  box.write("web/restart-delay", "1ms");
  std::optional<Process> supervisor = box.supervise("web");
  const pid_t pid = number_in(box.event());
  CHECK(box.await(State::ready, "web").main.pid == pid);
  const bool killed = GENERATE(true, false);
  if (killed) {
    supervisor->signal(SIGKILL);
    supervisor->wait();
    supervisor = box.supervise("web");
    box.await([](const StatusFile& now) { return now.takeovers == 1; }, "the takeover", "web");
  } else {
    box.control(std::string(1, letter::upgrade), "web");
    box.await([](const StatusFile& now) { return now.upgrades == 1; }, "the upgrade", "web");
  }
  CHECK(box.status("web").main.pid == pid);
  kill(pid, SIGKILL);
  const pid_t next = number_in(box.event());
  await_pid(box, next);
}

TEST_CASE("a supervisor that is killed while it looks for the main process goes on looking") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", std::string(daemon_run) + " late");
  box.write("web/pid-file", "pidfile");
  std::optional<Process> supervisor = box.supervise("web");
  CHECK(box.event() == "forked");
  box.await([](const StatusFile& now) { return now.main.pid == 0; }, "the end of run", "web");
  supervisor->signal(SIGKILL);
  supervisor->wait();
  supervisor = box.supervise("web");
  box.order();
  const pid_t pid = number_in(box.event());
  CHECK(box.await(State::ready, "web").main.pid == pid);
}

TEST_CASE("a service is stopped while its main process is looked for") {
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  box.script("web/run", std::string(daemon_run) + " late");
  box.write("web/pid-file", "pidfile");
  const Process supervisor = box.supervise("web");
  CHECK(box.event() == "forked");
  box.await([](const StatusFile& now) { return now.main.pid == 0; }, "the end of run", "web");
  box.control("dx", "web");
  CHECK(supervisor.wait() == 0);
  CHECK(processes_in(box.path("web")).empty());
}
