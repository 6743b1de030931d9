// SPDX-License-Identifier: ISC
// examples/user and examples/under-systemd: the trees run, and systemd understands the units.
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A home directory with the example's service, and another one that reports.
struct UserHome {
  UserHome() {
    const auto all = std::filesystem::copy_options::recursive;
    box.directory("home/.config");
    box.directory("runtime");
    std::filesystem::copy("examples/user/service", box.path("home/.config/service"), all);
    std::filesystem::copy("examples/user", box.path("bin"), all);
    box.script("home/.config/service/mine/run", "exec $SERVE up ready 'TERM=down!0'");
    box.write("home/.config/service/mine/notification-fd", "3");
    // After /etc/profile, which sets where programs are on this machine.
    box.write("home/.profile", "PATH=" + program_directory() + ":$PATH\n");
    setup.environment = {{"HOME", box.path("home")},
                         {"XDG_RUNTIME_DIR", box.path("runtime")},
                         {"PATH", box.path("bin") + ":" + program_directory() + ":/usr/bin:/bin"}};
  }
  // After the profile, as a login shell would.
  Result login(const std::string& command) {
    return box.run({"sh", "-c", ". bin/profile; " + command}, setup);
  }
  // Those of svscan for this home, by their scan directory.
  std::vector<pid_t> scanners() const {
    std::vector<pid_t> found;
    for (const pid_t pid : processes_in(box.path("home/.config/service")))
      if (proc_status(pid, "Name") == "svscan") found.push_back(pid);
    return found;
  }
  Sandbox box;
  Setup setup;
};

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("the first login starts the user's tree, and later logins find it") {
  UserHome home;
  CHECK(home.login("true").code == 0);
  CHECK(home.box.event() == "up");
  home.box.wait_for([&] { return home.box.exists("home/.local/state/log/clock/current"); },
                    "no log of the clock");
  const Result second = home.login("wait; sv check mine; sv status mine clock");
  CHECK(second.code == 0);
  CHECK(contains(second.out, "run: mine: "));
  CHECK(contains(second.out, "run: clock: "));
  CHECK(home.box.exists("runtime/service/mine/status"));
  CHECK_FALSE(home.box.exists("home/.config/service/mine/supervise"));
  REQUIRE(home.scanners().size() == 1);
  kill(home.scanners().front(), SIGTERM);
  CHECK(home.box.event() == "down");
}

TEST_CASE("services can be used right behind the profile") {
  UserHome home;
  home.box.remove("home/.config/service/mine");
  const Result result = home.login("sv start clock; sv status clock");
  CHECK(result.code == 0);
  CHECK(contains(result.out, "ok: run: clock: "));
  CHECK_FALSE(contains(result.out, "fail"));
  REQUIRE(home.scanners().size() == 1);
  kill(home.scanners().front(), SIGTERM);
}

TEST_CASE("without a runtime directory it takes one in /tmp, if that is the user's own") {
  UserHome home;
  home.setup.environment.erase("XDG_RUNTIME_DIR");
  const std::string place = "/tmp/service-" + std::to_string(getuid());
  if (access(place.c_str(), F_OK) == 0) SKIP(place + " is there already");
  std::filesystem::create_directory_symlink(home.box.path("runtime"), place);
  const Result refused = home.box.run({"stoker-user"}, home.setup);
  std::filesystem::remove(place);
  CHECK(refused.code == 111);
  CHECK(refused.err == "stoker-user: fatal: " + place + " belongs to somebody else\n");
}

TEST_CASE("turnstile's backend reports when the tree is up, and stops it in order") {
  UserHome home;
  Channel ready = home.box.channel("ready");
  const std::string backend = home.box.path("bin/turnstile-stoker");
  const Process tree = home.box.start(
      {backend, "run", ready.path(), home.box.path("runtime"), "/nowhere"}, home.setup);
  const std::string state = ready.line();
  CHECK(state == home.box.path("runtime/service"));
  CHECK(home.box.run({backend, "ready", state}, home.setup).code == 0);
  CHECK(home.box.event() == "up");
  CHECK(home.box.run({backend, "stop", std::to_string(tree.pid())}, home.setup).code == 0);
  CHECK(home.box.event() == "down");
  CHECK(tree.wait() == 0);
  CHECK(home.box.run({backend}, home.setup).code == 100);
}

TEST_CASE("systemd finds no errors in the units of the examples") {
  const std::string analyze = genuine("systemd-analyze");
  if (analyze.empty()) SKIP("needs systemd-analyze");
  Sandbox box;
  const std::pair<const char*, const char*> units[] = {
      {"examples/under-systemd/stoker.service", "--system"},
      {"examples/under-systemd/web-ready.service", "--system"},
      {"examples/user/stoker-user.service", "--user"}};
  box.directory("units");
  for (const auto& [unit, scope] : units)
    box.write("units/" + std::filesystem::path(unit).filename().string(),
              std::regex_replace(text_of(unit), std::regex("/usr/local/bin"), program_directory()));
  for (const auto& [unit, scope] : units) {
    const Result result =
        box.run({analyze, "verify", "--man=no", "--recursive-errors=no", scope,
                 box.path("units/" + std::filesystem::path(unit).filename().string())},
                Setup{.environment = {{"XDG_RUNTIME_DIR", box.path()}}});
    if (contains(result.err, "Failed to initialize manager"))
      SKIP("systemd-analyze cannot run here");
    INFO(unit);
    CHECK(result.code == 0);
    CHECK(result.err.empty());
  }
}
