// SPDX-License-Identifier: ISC
// runit and runit-init: the stages as in the genuine programs, whose transcripts are the same
// where they are installed.
#include <csignal>
#include <regex>

#include "init_box.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

const std::string begin = "- runit: BOOTING\n- runit: enter stage: /etc/runit/1\n";
const std::string second =
    "- runit: leave stage: /etc/runit/1\n- runit: enter stage: /etc/runit/2\n";
const std::string third =
    "- runit: leave stage: /etc/runit/2\n- runit: enter stage: /etc/runit/3\n";
const std::string last =
    "- runit: leave stage: /etc/runit/3\n- runit: sending KILL signal to all processes...\n";
const std::string off = last + "- runit: power off...\n",
                  again = last + "- runit: system reboot.\n";

// Both places of the files, so that a scenario is the same for each program.
constexpr char mark_stop[] =
    ": >/run/runit.stopit; : >/etc/runit/stopit; chmod 100 /run/runit.stopit /etc/runit/stopit\n";
constexpr char mark_reboot[] =
    ": >/run/runit.reboot; : >/etc/runit/reboot; chmod 100 /run/runit.reboot /etc/runit/reboot\n";

struct Stages : InitBox {
  Stages() {
    stage("1", "echo one");
    stage("2", "echo two");
    stage("3", "echo three");
  }
  void stage(const std::string& name, const std::string& body) {
    box.script("etc/runit/" + name, body);
  }
  void begin(const std::string& program) {
    start({program}, "mount -t tmpfs none $ROOT/run; mount -t proc none $ROOT/proc");
  }
  // The whole output, after it has exited.
  std::string transcript() {
    console();
    const std::regex booting("- runit: [^\n]*: booting\\.");
    return std::regex_replace(console(), booting, "- runit: BOOTING");
  }
};

#define NEEDS_MACHINE(stages)                           \
  if (is_portable_twin()) SKIP("PID 1 is Linux alone"); \
  if (!stages.can_run()) SKIP("needs namespaces and mounts")

// Ours, and the genuine one.
std::vector<std::string> programs() {
  std::vector<std::string> both{"runit"};
  const std::string theirs = genuine("runit");
  if (!theirs.empty()) both.push_back(theirs);
  return both;
}

}  // namespace

TEST_CASE("runit runs its stages one after the other, and then powers off") {
  for (const std::string& program : programs()) {
    Stages stages;
    NEEDS_MACHINE(stages);
    stages.stage("1", "echo one; exit 7");
    stages.stage("3", "echo three; exit 3");
    stages.begin(program);
    CHECK(stages.wait() == powered_off);
    CHECK(stages.transcript() == begin + "one\n- runit: warning: child failed: /etc/runit/1\n" +
                                     second + "two\n" + third +
                                     "three\n- runit: warning: child failed: /etc/runit/3\n" + off);
  }
}

TEST_CASE("runit skips stage 2 where stage 1 exits 100, and reboots where a file says so") {
  for (const std::string& program : programs()) {
    Stages stages;
    NEEDS_MACHINE(stages);
    stages.stage("1", mark_reboot + std::string("exit 100"));
    stages.begin(program);
    CHECK(stages.wait() == rebooted);
    CHECK(stages.transcript() ==
          begin +
              "- runit: warning: child failed: /etc/runit/1\n- runit: leave stage: /etc/runit/1\n"
              "- runit: warning: skipping stage 2...\n- runit: enter stage: /etc/runit/3\nthree\n" +
              again);
  }
}

TEST_CASE("runit continues without a missing stage") {
  for (const std::string& program : programs()) {
    Stages stages;
    NEEDS_MACHINE(stages);
    stages.box.remove("etc/runit/1");
    stages.box.remove("etc/runit/2");
    stages.begin(program);
    CHECK(stages.wait() == powered_off);
    const std::string missing = "- runit: fatal: unable to start child: /etc/runit/";
    CHECK(stages.transcript() == begin + missing + "1: file does not exist\n" + second + missing +
                                     "2: file does not exist\n" + third + "three\n" + off);
  }
}

TEST_CASE("Ctrl-Alt-Del runs runit's script, and shuts down if that permits it") {
  for (const std::string& program : programs()) {
    Stages stages;
    NEEDS_MACHINE(stages);
    stages.stage("2", "exec $SERVE up 'TERM=term!3'");
    stages.stage("ctrlaltdel", "echo key\n" + std::string(mark_stop));
    stages.begin(program);
    CHECK(stages.box.event() == "up");
    stages.signal(SIGINT);
    CHECK(stages.box.event() == "term");
    CHECK(stages.wait() == powered_off);
    CHECK(stages.transcript() ==
          begin + "one\n" + second +
              "- runit: ctrl-alt-del request...\n- runit: enter stage: /etc/runit/ctrlaltdel\n"
              "key\n- runit: leave stage: /etc/runit/ctrlaltdel\n" +
              third + "three\n" + off);
  }
}

TEST_CASE("runit-init records the kind of shutdown and asks runit to shut down") {
  for (const std::string& program : programs()) {
    Stages stages;
    NEEDS_MACHINE(stages);
    const bool ours = program == "runit";
    const bool reboots = GENERATE(false, true);
    stages.stage("1", ours && reboots ? ""
                                      : "install -m000 /dev/null /run/runit.stopit\n"
                                        "install -m000 /dev/null /run/runit.reboot");
    stages.stage("2", "exec $SERVE up 'TERM=term!0'");
    stages.begin(program);
    CHECK(stages.box.event() == "up");
    const std::string init = ours ? program_directory() + "/runit-init" : "/lib/runit/runit-init";
    // Nothing yet allows it.
    stages.signal(SIGCONT);
    const Result usage = stages.run({init, "3"});
    CHECK(usage.code == 0);
    CHECK(usage.err == "usage: " + init + " 0|6\n\n");
    CHECK(stages.run({init, reboots ? "6" : "0"}).err.empty());
    CHECK(stages.box.event() == "term");
    CHECK(stages.wait() == (reboots ? rebooted : powered_off));
    if (ours && reboots) CHECK(stages.box.exists("etc/runit/stopit"));
  }
}

TEST_CASE("a stage 2 that exits 111 or is killed is restarted after its processes are killed") {
  Stages stages;
  NEEDS_MACHINE(stages);
  stages.stage("2", "test -e /run/again && exit 0; : >/run/again; kill -9 $$");
  stages.begin("runit");
  CHECK(stages.wait() == powered_off);
  CHECK(stages.transcript() == begin + "one\n" + second +
                                   "- runit: warning: child crashed: /etc/runit/2\n"
                                   "- runit: warning: killing all processes in stage 2...\n"
                                   "- runit: warning: restarting.\n"
                                   "- runit: enter stage: /etc/runit/2\n" +
                                   third + "three\n" + off);
}

TEST_CASE("a stage 2 that does not exit is killed; signals are ignored before it") {
  Stages stages;
  NEEDS_MACHINE(stages);
  stages.stage("1", "echo first >$EVENTS; read order <$ORDERS");
  stages.stage("2", mark_stop + std::string("trap 'echo term' TERM; echo up >$EVENTS\n"
                                            "while :; do sleep 0.2; done"));
  stages.begin("runit");
  CHECK(stages.box.event() == "first");
  stages.signal(SIGCONT);
  stages.await("- runit: warning: signals only work in stage 2.\n");
  stages.box.order();
  CHECK(stages.box.event() == "up");
  stages.signal(SIGCONT);
  stages.await("term\n");
  stages.await("- runit: warning: stage 2 not terminated, sending sigkill...\n" + third);
  CHECK(stages.wait() == powered_off);
}

TEST_CASE("runit refuses to run unless it is process 1") {
  Sandbox box;
  const Result alone = box.run({"runit"});
  CHECK(alone.code == 111);
  CHECK(alone.err == "- runit: fatal: must be run as process no 1.\n");
}
