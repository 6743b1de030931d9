// SPDX-License-Identifier: ISC
// What administrators and packages of Debian do with services, by its own scripts: init
// scripts, update-service, and the scripts of packages.
#include <sstream>

#include "control.hh"
#include "machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A service with a logger, and nothing else.
constexpr char one_service[] = R"(
rm -f /usr/sbin/policy-rc.d /etc/runit/runsvdir/default/*
[ -e /sbin/init ] || ln -s /lib/runit/runit-init /sbin/init
ln -sf /lib/runit/runlevel /usr/sbin/runlevel
mkdir -p /etc/sv/web/log /etc/rc2.d
printf '#!/bin/sh\ntrap "" HUP\nexec sleep 1000000\n' >/etc/sv/web/run
printf '#!/bin/sh\nexec cat >/dev/null\n' >/etc/sv/web/log/run
chmod 755 /etc/sv/web/run /etc/sv/web/log/run
ln -s /usr/bin/sv /etc/init.d/web
ln -s /usr/bin/sv /etc/init.d/absent
ln -s ../init.d/web /etc/rc2.d/S01web
)";

std::string steady_answer(const Result& result) {
  return without_additions(steady(result.out + result.err)) + std::to_string(result.code);
}

struct Call {
  std::string words, answer;  // the output and the exit code
  std::string runit{};        // where that is different there
};

const char up[] = "run: web: (pid N) Ns; run: log: (pid N) Ns\n";
const char down[] = "down: web: Ns, normally up; run: log: (pid N) Ns\n";
const char only_web[] = "run: web: (pid N) Ns; down: log: Ns, normally up\n";
const char all_down[] = "down: web: Ns, normally up; down: log: Ns, normally up\n";
const char started[] = "ok: run: web: (pid N) Ns\n0";
const char stopped[] = "ok: down: web: Ns, normally up\n0";
const char absent[] = "fail: absent: unable to change to service directory: file does not exist\n1";
const char denied[] = "invoke-rc.d: policy-rc.d denied execution of start.\n0";

// In runit's, the logger's state masks the service's: there the code is the last one's.
const Call calls[] = {
    {"service web status", std::string(up) + "0"},
    {"invoke-rc.d web stop", stopped},
    {"service web status", std::string(down) + "3", std::string(down) + "0"},
    {"invoke-rc.d web status",
     std::string(down) + "invoke-rc.d: initscript web, action \"status\" failed.\n3",
     std::string(down) + "0"},
    {"invoke-rc.d web start", started},
    {"service web reload", started},
    {"service web force-reload", started},
    {"invoke-rc.d web restart", started},
    {"sv -v down web/log", "ok: down: web/log: Ns, normally up\n0"},
    {"service web status", std::string(only_web) + "0", std::string(only_web) + "3"},
    {"service web stop", stopped},
    {"service web status", std::string(all_down) + "3"},
    {"service absent status", absent},
    {"service absent start", absent},
    {"service web bogus", "web: fatal: unknown command 'bogus': see web --help\n2",
     "usage: web [-w sec] command\n\n2"},
    {"service web", "usage: web [-w sec] command\n\n2"},
    {"chmod 600 /etc/sv/web/supervise/status; echo short >/etc/sv/web/supervise/status", "0"},
    {"service web status", "warning: web: unable to read supervise/status: bad format\n4"},
    {"printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d", "0"},
    {"invoke-rc.d web start", denied},
};

// Each followed by its exit code and a line. Runit's sv takes a process that was started in the
// same second for the one that it waits for.
std::string all_calls() {
  std::string script = "exec 2>&1\n";
  for (const Call& call : calls)
    script +=
        (call.answer == started ? "sleep 1.1; (" : "(") + call.words + "); echo $?; echo --\n";
  return script;
}

}  // namespace

TEST_CASE("init scripts that are links to sv serve `service` and invoke-rc.d") {
  if (const std::string why = Machine::why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  const std::string prepare =
      std::string(one_service) + "ln -s /etc/sv/web /etc/runit/runsvdir/default/web\n";
  Machine runit(box, {.suite = "runit", .prepare = prepare});
  Machine ours(box, {.suite = "ours", .prepare = prepare});
  for (Machine* const machine : {&ours, &runit})
    machine->wait_for([&] { return contains(machine->sh("sv status web").out, "; run: log: "); },
                      "web and its logger");
  // Runit's sv waits by the clock, so it runs on in the background.
  const Process other = runit.begin(all_calls());
  for (const Call& call : calls) {
    INFO(call.words);
    CHECK(steady_answer(ours.sh(call.words)) == call.answer);
  }
  CHECK(other.wait() == 0);
  std::string theirs = steady(other.out());
  for (const Call& call : calls) {
    INFO("runit: " << call.words);
    const size_t end = theirs.find("\n--\n");
    REQUIRE(end != std::string::npos);
    CHECK(theirs.substr(0, end) == (call.runit.empty() ? call.answer : call.runit));
    theirs.erase(0, end + 4);
  }
}

namespace {

const char added[] = "Service web added.\n0";
const char removed[] =
    "Service web removed, the service daemon received the TERM and CONT signals.\n0";

// The life of a registration, the same with either of the two scripts.
const Call registrations[] = {
    {"update-service --list", "0"},
    {"update-service --add /etc/sv/web", added},
    {"sv -w 300 start web", started},
    {"svok /etc/sv/web && svok /etc/service/web/log", "0"},
    {"update-service --list", "web\n0"},
    {"update-service --list web", "web -> /etc/sv/web\n0"},
    {"update-service --check web", "0"},
    {"update-service --check other", "1"},
    {"ln -s /etc/sv/web /etc/sv/www; update-service --add /etc/sv/www",
     "update-service: fatal: /etc/sv/www is currently controlled by a SUPERVISOR process.\n\n1"},
    {"update-service --remove /etc/sv/www",
     "update-service: warning: /etc/service/www does not exist.\n\n1"},
    {"update-service --remove /etc/sv/web", removed},
    {"while svok /etc/sv/web; do sleep 0.02; done; sv stat /etc/sv/web",
     "fail: /etc/sv/web: runsv not running\n1"},
    {"update-service --check web", "1"},
    {"update-service --add /etc/sv/web", added},
    {"sv -w 300 start web", started},
};

void register_and_remove(Machine& machine, const std::string& supervisor) {
  for (const Call& call : registrations) {
    INFO(call.words);
    std::string answer = call.answer;
    const std::string mark = "SUPERVISOR";
    if (const size_t at = answer.find(mark); at != std::string::npos)
      answer.replace(at, mark.size(), supervisor);
    CHECK(steady_answer(machine.sh(call.words)) == answer);
  }
}

}  // namespace

TEST_CASE("update-service of either Debian package works as it is") {
  if (const std::string why = Machine::why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  // Each prints which supervisor it assumes.
  Machine runit(box, {.prepare = one_service});
  const std::string prepare = std::string(one_service) +
                              "rm -rf /etc/service; mkdir -p /etc/service /var/lib/supervise\n"
                              "rm -f /usr/bin/runsv /usr/bin/runsvdir\n";
  Machine daemontools(
      box, {.suite = "ours", .init = "svscan /etc/service/", .prepare = prepare, .apart = true});
  register_and_remove(runit, "runsv(8)");
  register_and_remove(daemontools, "supervise(8)");
  CHECK(contains(runit.ask("ls /run/runit/supervise/web"), "status"));
  CHECK(contains(daemontools.ask("ls /var/lib/supervise/web"), "status"));
}

TEST_CASE("a package with a service is installed, upgraded and purged completely") {
  if (const std::string why = Machine::why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Machine debian(box, {.prepare = std::string(one_service) + "touch /run/runit.stopit"});
  // The state is in the service directory for every other one, elsewhere else.
  const Result life = debian.sh(R"(
helper() { NAME=$1 ENABLE=yes ONUPGRADE=$3 /lib/runit-helper/runit-helper "$2" $4; }
for number in 1 2 3 4 5 6 7 8 9 10 11 12; do
  name=web$number
  how=restart
  [ $((number % 3)) = 0 ] && how=reload
  mkdir -p /var/log/runit/$name
  cp -r /etc/sv/web /etc/sv/$name
  printf '#!/bin/sh\nexec svlogd -tt /var/log/runit/%s\n' $name >/etc/sv/$name/log/run
  [ $((number % 2)) = 0 ] || mkdir /etc/sv/$name/supervise /etc/sv/$name/log/supervise
  helper $name postinst $how configure
  sv -w 300 start $name || echo $name is not supervised
  before=$(cat /etc/sv/$name/supervise/pid)
  helper $name postinst $how 'configure 1.0'
  after=$(cat /etc/sv/$name/supervise/pid)
  [ $how = restart ] && [ $before = $after ] && echo $name is the old one
  [ $how = reload ] && [ $before != $after ] && echo $name was not reloaded
  supervisor=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$after/status)
  helper $name prerm $how remove
  grep -qx down /etc/sv/$name/supervise/stat || echo $name runs
  rm /etc/sv/$name/run /etc/sv/$name/log/run
  helper $name postrm $how remove
  tail -s 0.05 --pid=$supervisor -f /dev/null
  helper $name postrm $how purge
  rmdir /etc/sv/$name/log /etc/sv/$name || ls -lR /etc/sv/$name
done 2>&1 | grep -v ^ok:
)");
  CHECK(life.out == "");
  debian.wait_for([&] { return debian.processes().empty(); }, "the end of all supervisors");
  CHECK(debian.ask("ls -d /etc/sv/web[0-9]* /etc/service/web* /var/log/runit/web* 2>/dev/null; "
                   "find /run/runit/supervise ! -type d") == "");
}
