// SPDX-License-Identifier: ISC
// The Debian packages, on a machine that has no package but the C library: what they install and
// replace, and that services do not notice an upgrade.
#include <algorithm>
#include <filesystem>

#include "machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

namespace fs = std::filesystem;

// As `make` has packed them, with what is built.
std::vector<fs::path> packages() {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(program_directory() + "/../packages", error))
    if (entry.path().extension() == ".deb") found.push_back(entry.path());
  return found;
}

// Without what this host's packages have installed where ours do.
constexpr char prepare[] = R"(
rm -rf /etc/service /service /etc/sv /etc/runit /var/lib/systemd/deb-systemd-helper-*
rm -f /etc/systemd/system/multi-user.target.wants/*
mkdir -p /run/dpkg/updates /run/dpkg/info /run/dpkg/triggers
touch /run/dpkg/info/libc6.list
cat >/run/dpkg/status <<END
Package: libc6
Status: install ok installed
Maintainer: nobody
Architecture: $(dpkg --print-architecture)
Version: 99
Description: C library

END
)";

// A package with the control fields and one file.
constexpr char make_package[] = R"(
make_package() {
  mkdir -p "/tmp/$1/DEBIAN" "/tmp/$1/usr/bin"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody\nDescription: test\n' \
    "$1" "$2" >"/tmp/$1/DEBIAN/control"
  [ -z "$3" ] || echo "$3" >>"/tmp/$1/DEBIAN/control"
  [ -z "$4" ] || echo "$1" >"/tmp/$1/usr/bin/$4"
  dpkg-deb -Znone -b "/tmp/$1" "/tmp/$1.deb" >/dev/null
}
)";

class Installation {
 public:
  explicit Installation(Sandbox& box)
      : machine(box, {.suite = "bare", .init = "sleep 1000000", .prepare = prepare}) {
    machine.ask("true");
    for (const fs::path& package : packages()) {
      const std::string name = package.filename();
      machine.bring(package, "/tmp/" + name.substr(0, name.find('_')) + ".deb");
    }
  }
  std::string dpkg(const std::string& words) {
    return machine.ask("export DPKG_ADMINDIR=/run/dpkg; cd /tmp; exec 2>&1; dpkg --log=/dev/null " +
                       words);
  }
  bool is_installed(const std::string& package) {
    return machine.sh("DPKG_ADMINDIR=/run/dpkg dpkg -s " + package).out.find(" ok installed") !=
           std::string::npos;
  }
  // The processes of trees by pid and name.
  std::string running() {
    return machine.ask("ps -e -o pid=,comm= | grep -E ' (svscan|supervise|sleep|cat)$'");
  }
  // Those whose program has been replaced or removed.
  std::string outdated() {
    return machine.ask(
        "for p in $(ps -e -o pid=); do case $(readlink /proc/$p/exe) in */svscan*deleted* | "
        "*/supervise*deleted*) echo $p;; esac; done");
  }
  void await_run(const std::string& command) {
    machine.wait_for([&] { return contains(machine.sh(command).out, "run: "); }, command);
  }

  Machine machine;
};

constexpr char service[] = R"(
mkdir -p "$1/log"
printf '#!/bin/sh\nexec sleep 1000001\n' >"$1/run"
printf '#!/bin/sh\nexec cat >/dev/null\n' >"$1/log/run"
chmod 755 "$1/run" "$1/log/run"
)";

std::string make_service(const std::string& directory) {
  return "set -- " + directory + "\n" + service;
}

// The command of the package's unit.
constexpr char unit_command[] =
    "exec $(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/stoker.service)";

std::string why_not() {
  if (packages().empty()) return "needs debhelper";
  if (is_sanitized() || is_portable_twin()) return "needs programs as they are packaged";
  return Machine::why_not_bare();
}

}  // namespace

TEST_CASE("an upgrade of the package restarts no service, and a purge leaves nothing") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Installation here(box);
  here.dpkg("-i stoker.deb");
  here.machine.ask(make_service("/etc/sv/web") + "ln -s /etc/sv/web /etc/service/web");
  const Process tree = here.machine.begin(unit_command);
  here.await_run("sv status web");
  here.machine.ask(make_service("/tmp/own/clock") +
                   "mkdir /tmp/state; chown -R nobody /tmp/own /tmp/state");
  const Process own = here.machine.begin("exec setuidgid nobody svscan -S /tmp/state /tmp/own");
  here.await_run("SVDIR=/tmp/own SVSTATE=/tmp/state sv status clock");

  const std::string before = here.running();
  here.machine.ask(
      "cd /tmp; dpkg-deb -R stoker.deb newer; sed -i 's/^Version: .*/&+1/' newer/DEBIAN/control; "
      "dpkg-deb -Znone -b newer newer.deb");
  const std::string said = here.dpkg("-i newer.deb");
  INFO(said);
  CHECK_FALSE(contains(said, "warning"));
  CHECK(here.outdated().empty());
  CHECK(here.running() == before);

  // A tree that cannot be reached goes on, and the package is installed all the same.
  here.machine.ask("chmod 0 /tmp/state/.svscan/control");
  const Result unreached = here.machine.sh("/usr/libexec/stoker/trees upgrade");
  CHECK(unreached.code == 0);
  CHECK(contains(unreached.err,
                 "stoker: warning: not all of /tmp/own has been upgraded: "
                 "try again with 'sv upgrade'\n"));

  here.dpkg("-r stoker");
  CHECK(tree.wait() == 0);
  CHECK(own.wait() == 0);
  CHECK_FALSE(contains(here.running(), "supervise"));
  CHECK_FALSE(contains(here.running(), "cat"));
  here.dpkg("-P stoker");
  // What remains is the administrator's.
  const Argv left = {"/etc/service/web", "/etc/sv/web/log/run", "/etc/sv/web/run"};
  Argv found;
  const std::string removed =
      here.machine.ask("find /run/written -type c | sed 's,^/run/written,,'");
  for (const std::string& file : here.machine.written())
    if (!contains("\n" + removed + "\n", "\n" + file + "\n")) found.push_back(file);
  CHECK(found == left);
}

TEST_CASE("the packages take the place of runit and daemontools, and give way to systemd") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Installation here(box);
  here.machine.ask(std::string(make_package) +
                   "make_package runit 2.1.2-54 '' sv\n"
                   "make_package daemontools 1:0.76-8.1 '' svc\n"
                   "make_package needs-daemontools 1 'Depends: daemontools (>> 1:0.76)' ''\n"
                   "make_package systemd 252 '' systemctl\n");
  here.dpkg("-i runit.deb daemontools.deb systemd.deb");
  here.dpkg("-i stoker.deb stoker-runit.deb stoker-daemontools.deb");
  CHECK_FALSE(here.is_installed("runit"));
  CHECK_FALSE(here.is_installed("daemontools"));
  CHECK(here.is_installed("stoker-runit"));
  CHECK(here.is_installed("stoker-daemontools"));
  here.dpkg("-i needs-daemontools.deb");
  CHECK(here.is_installed("needs-daemontools"));
  CHECK(here.machine.sh("runsv --version && svscanboot --version").code == 0);

  here.dpkg("-i stoker-import.deb");
  CHECK(here.machine.sh("DPKG_ADMINDIR=/run/dpkg dpkg -i /tmp/stoker-systemd.deb").code != 0);
  CHECK(here.is_installed("systemd"));
  CHECK_FALSE(here.is_installed("stoker-systemd"));
}

TEST_CASE("the package is not removed where svscan is process 1") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Installation here(box);
  here.dpkg("-i stoker.deb");
  const Result refused = here.machine.sh(
      "mkdir /tmp/empty; exec unshare -mpf --mount-proc svscan /tmp/empty -- "
      "env DPKG_ADMINDIR=/run/dpkg dpkg --log=/dev/null -r stoker");
  CHECK(refused.code == 1);
  CHECK(contains(refused.err, "stoker: fatal: unable to stop svscan: it is process 1\n"));
  CHECK(here.is_installed("stoker"));
  const Result misuse = here.machine.sh("/usr/libexec/stoker/trees");
  CHECK(misuse.code == 100);
  CHECK(misuse.err == "usage: trees upgrade | stop\n");
}
