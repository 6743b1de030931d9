// SPDX-License-Identifier: ISC
// supervise: what a service says on its notification socket.
#include <sys/stat.h>

#include <csignal>

#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char speaker[] = "exec $SELF part speaker $EVENTS $ORDERS";

// Until the supervisor has shown it.
StatusFile await_said(Sandbox& box, const std::function<bool(const Said&)>& accept,
                      const std::string& what, const std::string& service = ".") {
  return box.await([&](const StatusFile& status) { return accept(status.said); }, what, service);
}

StatusFile await_text(Sandbox& box, const std::string& text, const std::string& service = ".") {
  return await_said(
      box, [&](const Said& said) { return said.text.view() == text; }, "the text " + text, service);
}

void say(Sandbox& box, const std::string& message) {
  box.order(message);
  REQUIRE(box.event() == "said");
}

pid_t number_in(const std::string& line) { return std::stoi(line.substr(line.rfind(' ') + 1)); }

// A service that says what it gets of its store when it is started, and is a speaker then.
void define_store(Sandbox& box, const std::string& limit, const std::string& service = ".") {
  box.script(service + "/run",
             std::string("echo names ${LISTEN_FDNAMES-none} >$EVENTS; ") + speaker);
  box.write(service + "/notification-socket", "");
  box.write(service + "/fd-store", limit);
}

std::string names_of_next_run(Sandbox& box) {
  const std::string names = box.event();
  CHECK(box.event().starts_with("up "));
  return names;
}

}  // namespace

TEST_CASE("a service with a notification socket is ready when it says so") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  const Process supervisor = box.supervise("web");
  box.event();
  CHECK(box.await(State::up, "web").main_status.state == State::up);
  say(box, "STATUS=nearly there");
  CHECK(await_text(box, "nearly there", "web").main_status.state == State::up);
  say(box, "READY=1|STATUS=serving");
  box.await(State::ready, "web");
  await_text(box, "serving", "web");
  box.control("dx", "web");
  CHECK(box.event() == "term");
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.exists("web/supervise/notify"));
  CHECK(supervisor.err() == "");
}

TEST_CASE("a service that never says that it is ready is killed by timeout-ready") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", "exec sleep 1000");
  box.write("notification-socket", "");
  box.write("timeout-ready", "20ms");
  box.write("max-restarts", "1 1h");
  const Process supervisor = box.supervise();
  CHECK(box.await(State::failed).main_status.reason == Reason::too_many_deaths);
  CHECK(contains(supervisor.err(), "was not ready within"));
}

TEST_CASE("a message extends the time that a start may take") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run",
             "$SELF part notify EXTEND_TIMEOUT_USEC=600000000; echo up >$EVENTS; "
             "read order <$ORDERS; $SELF part notify READY=1; exec sleep 1000");
  box.write("notification-socket", "");
  box.write("timeout-ready", "20s");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "up");
  box.order();
  CHECK(box.await(State::ready).main_status.starts == 1);
}

TEST_CASE("of a process that has gone already the user decides") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", "$SELF part notify STATUS=one STATUS=two READY=1; exec sleep 1000");
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  box.await(State::ready);
  CHECK(await_text(box, "two").said.ignored == 0);
}

TEST_CASE("messages of strangers are ignored and counted") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  const Process supervisor = box.supervise("web");
  box.event();
  box.await(State::up, "web");
  // It lives on, and is none of the service's.
  const Setup setup{.environment = {{"NOTIFY_SOCKET", box.path("web/supervise/notify")}}};
  box.script("talk", "exec $SELF part speaker " + box.path("heard") + " " + box.path("told"));
  Channel heard = box.channel("heard"), told = box.channel("told");
  const Process stranger = box.start({box.path("talk")}, setup);
  heard.line();
  told.say("READY=1|STATUS=stranger|MAINPID=@");
  CHECK(heard.line() == "said");
  const StatusFile status = await_said(
      box, [](const Said& said) { return said.ignored == 1; }, "one ignored", "web");
  CHECK(status.main_status.state == State::up);
  CHECK(status.said.text.empty());
  say(box, "READY=1");
  box.await(State::ready, "web");
  CHECK(contains(box.run({"sv", "status", box.path("web")}).out, "1 message of others ignored"));
}

TEST_CASE("a message that is too long or has a NUL in it means nothing") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", speaker);
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  box.event();
  for (const char* const message :
       {"BIG", "READY=1|STATUS=a%b", "READY", "=1", "READY=2|UNKNOWN=1", "STATUS=harmless\x1b["})
    say(box, message);
  CHECK(await_text(box, "harmless?[").main_status.state == State::up);
  CHECK(supervisor.err() == "");
}

TEST_CASE("sv shows what a service says") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  const Process supervisor = box.supervise("web");
  box.event();
  say(box, "READY=1|STATUS=serving \"two\"|ERRNO=2");
  await_text(box, "serving \"two\"", "web");
  const Setup setup{.environment = {{"SVDIR", box.path()}}};
  CHECK(contains(box.run({"sv", "status", "web"}, setup).out,
                 ", error 2 (file does not exist), says \"serving \"two\"\"\n"));
  CHECK(contains(box.run({"sv", "--json", "status", "web"}, setup).out,
                 R"("status_text":"serving \"two\"","reloading":false,"status_error":2,)"));
  CHECK(contains(box.run({"sv", "list", "web"}, setup).out, "serving \"two\""));
  say(box, "RELOADING=1|MONOTONIC_USEC=1|STATUS=reading");
  CHECK(await_text(box, "reading", "web").said.reloading);
  CHECK(contains(box.run({"sv", "status", "web"}, setup).out, ", reloading, "));
  say(box, "READY=1|STATUS=");
  CHECK_FALSE(await_text(box, "", "web").said.reloading);
}

TEST_CASE("a service that says that it stops is expected to end, and is restarted") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", speaker);
  box.write("notification-socket", "");
  box.write("restart-delay", "1ms");
  const Process supervisor = box.supervise();
  box.event();
  say(box, "READY=1");
  box.await(State::ready);
  say(box, "STOPPING=1");
  box.await(State::stopping);
  box.order("exit 3");
  box.event();
  const StatusFile status = box.await(State::up);
  CHECK(status.main_status.exit_code == 3);
  CHECK(status.main_status.reason == Reason::exited);
  say(box, "READY=1");
  box.await(State::ready);
}

TEST_CASE("what a service says before it dies is heard before its death") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", speaker);
  box.write("notification-socket", "");
  box.write("restart", "never");
  const Process supervisor = box.supervise();
  box.event();
  box.order("die READY=1|STATUS=last words");
  box.await(State::down);
  const StatusFile status = await_text(box, "last words");
  CHECK(status.main_status.signal == SIGKILL);
}

TEST_CASE("a notification socket outlives its supervisor") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("web/run", speaker);
  box.write("web/notification-socket", "");
  std::optional<Process> supervisor = box.supervise("web");
  const std::string up = box.event();
  say(box, "STATUS=before");
  await_text(box, "before", "web");
  supervisor->signal(SIGKILL);
  supervisor->wait();
  const bool is_early = GENERATE(false, true);
  if (is_early) box.order("READY=1|STATUS=between");
  supervisor = box.supervise("web");
  if (!is_early) {
    CHECK(box.await(State::up, "web").said.text.view() == "before");
    box.order("READY=1|STATUS=between");
  }
  CHECK(box.event() == "said");
  box.await(State::ready, "web");
  CHECK(await_text(box, "between", "web").main.pid == number_in(up));
  CHECK(box.status("web").takeovers == 1);
}

TEST_CASE("a notification socket survives an upgrade with all that was sent") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", speaker);
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  box.event();
  say(box, "STATUS=before");
  await_text(box, "before");
  box.control(std::string(1, letter::upgrade));
  box.await([](const StatusFile& status) { return status.upgrades == 1; }, "the upgrade");
  CHECK(box.status().said.text.view() == "before");
  say(box, "READY=1");
  box.await(State::ready);
}

TEST_CASE("a notification socket has another name where a path does not do") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  const std::string deep = std::string(80, 'd') + "/" + std::string(80, 'e');
  box.script(deep + "/run",
             "echo ${NOTIFY_SOCKET%%/*} >$EVENTS; exec $SELF part speaker $EVENTS $ORDERS");
  box.write(deep + "/notification-socket", "");
  std::optional<Process> supervisor = box.supervise(deep);
  CHECK(box.event() == "@stoker-notify");
  box.event();
  supervisor->signal(SIGKILL);
  supervisor->wait();
  supervisor = box.supervise(deep);
  say(box, "READY=1");
  box.await(State::ready, deep);
}

TEST_CASE("the socket and the descriptor of readiness go together") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  const bool by_socket = GENERATE(false, true);
  box.script("run", by_socket ? "$SELF part notify READY=1; exec sleep 1000"
                              : "echo >&3; exec sleep 1000");
  box.write("notification-socket", "");
  box.write("notification-fd", "3");
  const Process supervisor = box.supervise();
  CHECK(box.await(State::ready).main_status.starts == 1);
}

TEST_CASE("a service that has given up root finds its notification socket") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root and a place for nobody");
  Sandbox box;
  box.script("web/run",
             "exec chpst -u nobody sh -c \"$SELF part notify READY=1; exec sleep 1000\"");
  box.write("web/notification-socket", "");
  const Process supervisor = box.supervise("web");
  CHECK(box.await(State::ready, "web").said.ignored == 0);
}

TEST_CASE("a service that says a lot does not keep its supervisor from anything") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", speaker);
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  box.event();
  say(box, "READY=1");
  box.await(State::ready);
  box.order("flood 20000");
  box.control("d");
  CHECK(box.event() == "said");
  CHECK(box.event() == "term");
  box.await(State::down);
  CHECK(supervisor.err() == "");
}

TEST_CASE("descriptors that a service sends are closed, and a barrier is answered") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  box.script("run", speaker);
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  box.event();
  const size_t before = descriptors(supervisor.pid()).size();
  for (int i = 0; i < 20; ++i) say(box, "FDSTORE=1|FDNAME=web");
  say(box, "BARRIER=1");
  box.wait_for([&] { return descriptors(supervisor.pid()).size() == before; }, "some stay open");
}

TEST_CASE("descriptors that a service stores are handed to its next run, until it is down") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  define_store(box, "2");
  const Process supervisor = box.supervise();
  const auto names = [&box] { return names_of_next_run(box); };
  CHECK(names() == "names none");
  say(box, "leave FDSTORE=1|FDNAME=web");
  say(box, "leave FDSTORE=1");
  say(box, "leave FDSTORE=1|FDNAME=more");
  box.wait_for([&] { return !supervisor.err().empty(); }, "it says nothing");
  CHECK(supervisor.err() ==
        "supervise .: warning: run leaves more descriptors than fd-store allows: 2\n");
  box.control("k");
  CHECK(names() == "names web:stored");
  say(box, "FDSTOREREMOVE=1|FDNAME=web");
  say(box, "BARRIER=1");
  box.control("k");
  CHECK(names() == "names stored");
  box.control("d");
  CHECK(box.event() == "term");
  box.await(State::down);
  box.control("u");
  CHECK(names() == "names none");
}

TEST_CASE("what has hung up takes no place in the store, unless it is not to be watched") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  define_store(box, "2");
  const Process supervisor = box.supervise();
  CHECK(names_of_next_run(box) == "names none");
  say(box, "hang-up FDSTORE=1|FDNAME=gone");
  say(box, "hang-up FDSTORE=1|FDNAME=blind|FDPOLL=0");
  say(box, "leave FDSTORE=1|FDNAME=kept");
  say(box, "BARRIER=1");
  box.control("k");
  CHECK(names_of_next_run(box) == "names blind:kept");
  say(box, "FDSTOREREMOVE=1|FDNAME=blind");
  say(box, "hang-up FDSTORE=1");
  say(box, "BARRIER=1");
  box.control("k");
  CHECK(names_of_next_run(box) == "names kept");
  CHECK(supervisor.err() == "");
}

TEST_CASE("what a service stores outlives its supervisor") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  define_store(box, "2", "scan/web");
  const Process tree = box.start({"svscan", "scan"});
  CHECK(names_of_next_run(box) == "names none");
  say(box, "hang-up FDSTORE=1|FDNAME=one|FDPOLL=0");
  say(box, "READY=1");
  box.await(State::ready, "scan/web");
  const StatusFile before = box.status("scan/web");
  for (int round = 1; round <= 2; ++round) {
    kill(box.status("scan/web").supervisor, SIGKILL);
    box.await([=](const StatusFile& now) { return now.takeovers == uint32_t(round); }, "taken over",
              "scan/web");
  }
  CHECK(box.status("scan/web").main.pid == before.main.pid);
  box.control("k", "scan/web");
  CHECK(names_of_next_run(box) == "names one");
}

TEST_CASE("a service without a notification socket has none") {
  Sandbox box;
  box.script("run", "echo ${NOTIFY_SOCKET-none} ${WATCHDOG_USEC-none} >$EVENTS; exec sleep 1000");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "none none");
  CHECK_FALSE(box.exists("supervise/notify"));
}
