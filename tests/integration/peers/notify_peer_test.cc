// SPDX-License-Identifier: ISC
// Genuine clients of the protocol of sd_notify(3): systemd's own library, those of Python, and
// daemons that use them. What redis does is in the examples.
#include <unistd.h>

#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Another one need not have the libraries.
constexpr char debian_python[] = "/usr/bin/python3";

StatusFile await_text(Sandbox& box, const std::string& text) {
  return box.await(
      [&](const StatusFile& now) {
        return now.said.text.view() == text && now.main_status.state == State::ready;
      },
      "ready, with the text " + text);
}

bool has_module(Sandbox& box, const std::string& module) {
  return access(debian_python, X_OK) == 0 &&
         box.run({debian_python, "-c", "import " + module}).code == 0;
}

// The program of PostgreSQL, whatever its version.
std::string postgres() {
  for (int version = 20; version > 9; --version) {
    const std::string path = "/usr/lib/postgresql/" + std::to_string(version) + "/bin/";
    if (access((path + "postgres").c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace

TEST_CASE("systemd-notify is heard, also when it waits for a barrier") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  if (genuine("systemd-notify").empty()) SKIP("systemd-notify is not installed");
  Sandbox box;
  box.script("run",
             "systemd-notify --status='one moment'\n"
             "systemd-notify --ready --status=serving && echo $? >$EVENTS\n"
             "exec sleep 1000");
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  CHECK(box.event() == "0");
  CHECK(await_text(box, "serving").said.ignored == 0);
  CHECK(supervisor.err() == "");
}

TEST_CASE("a shell script names its main process with systemd-notify") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  if (genuine("systemd-notify").empty()) SKIP("systemd-notify is not installed");
  Sandbox box;
  box.script("run",
             "sleep 1000 & echo $! >$EVENTS\n"
             "systemd-notify --ready MAINPID=$!\n"
             "wait");
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  const pid_t child = std::stoi(box.event());
  CHECK(box.await(State::ready).main.pid == child);
}

TEST_CASE("the libraries of Python are heard") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  struct Library {
    const char *module, *package, *program;
  };
  const Library library =
      GENERATE(Library{"sdnotify", "python3-sdnotify",
                       "import sdnotify, signal\n"
                       "to = sdnotify.SystemdNotifier()\n"
                       "to.notify('STATUS=serving')\n"
                       "to.notify('READY=1')\n"
                       "signal.pause()\n"},
               Library{"systemd.daemon", "python3-systemd",
                       "import systemd.daemon, signal\n"
                       "systemd.daemon.notify('READY=1\\nSTATUS=serving')\n"
                       "signal.pause()\n"},
               Library{"socket", "python3",
                       "import os, signal, socket\n"
                       "to = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
                       "to.sendto(b'READY=1\\nSTATUS=serving\\n', os.environ['NOTIFY_SOCKET'])\n"
                       "signal.pause()\n"});
  Sandbox box;
  if (!has_module(box, library.module)) SKIP(std::string(library.package) + " is not installed");
  box.write("program", library.program);
  box.script("run", std::string("exec ") + debian_python + " program");
  box.write("notification-socket", "");
  const Process supervisor = box.supervise();
  CHECK(await_text(box, "serving").said.ignored == 0);
}

TEST_CASE("PostgreSQL reports when it accepts connections") {
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  const std::string programs = postgres();
  if (programs.empty()) SKIP("postgresql is not installed");
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root and a place for another user");
  Sandbox box;
  box.directory("data");
  box.mode("data", 0777);
  box.script("run",
             "exec 2>&1\n"
             "chown postgres data && chmod 700 data\n"
             "chpst -u postgres " +
                 programs +
                 "initdb -A trust -D data -N >/dev/null\n"
                 "exec chpst -u postgres " +
                 programs +
                 "postgres -D data -c listen_addresses= -c unix_socket_directories=$PWD/data");
  box.write("notification-socket", "");
  box.write("down-signal", "INT");
  const Process supervisor = box.supervise();
  CHECK(box.await(State::ready).main_status.starts == 1);
  box.control("dx");
  CHECK(supervisor.wait() == 0);
}
