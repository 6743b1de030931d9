// SPDX-License-Identifier: ISC
#include "init/init_machine.hh"

#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// A machine that has come up, at 100 s.
struct Up {
  explicit Up(BootWant want = BootWant::normal) : machine(want) {
    machine.set_limits(60s, 30s);
    machine.start(100s);
    machine.child_ended(true, 100s);
  }
  InitMachine machine;
};

}  // namespace

TEST_CASE("after a boot hook that succeeds the services are started") {
  InitMachine machine(BootWant::normal);
  CHECK(machine.start(0s) == InitAction::run_boot_hook);
  CHECK(machine.deadline() == never);
  CHECK(machine.child_ended(true, 1s) == InitAction::run_services);
  CHECK(machine.stage() == InitStage::serving);
  CHECK(machine.deadline() == never);
}

TEST_CASE("a boot hook that fails is run again after a shell, but not at once") {
  InitMachine machine(BootWant::normal);
  machine.start(10s);
  CHECK(machine.child_ended(false, 11s) == InitAction::run_shell);
  CHECK(machine.child_ended(true, 11s) == InitAction::nothing);
  CHECK(machine.deadline() == 12s);
  CHECK(machine.alarm(12s) == InitAction::run_boot_hook);
  CHECK(machine.child_ended(false, 12s) == InitAction::run_shell);
  CHECK(machine.child_ended(false, 500s) == InitAction::run_boot_hook);
  CHECK(machine.child_ended(true, 501s) == InitAction::run_services);
}

TEST_CASE("without a shell the services are started, whatever the boot hook did") {
  InitMachine machine(BootWant::normal);
  machine.start(10s);
  machine.child_ended(false, 11s);
  CHECK(machine.no_shell(11s) == InitAction::run_services);
}

TEST_CASE("an emergency shell comes first, and the boot follows it") {
  InitMachine machine(BootWant::emergency);
  CHECK(machine.start(10s) == InitAction::run_shell);
  CHECK(machine.child_ended(false, 11s) == InitAction::run_boot_hook);
  CHECK(machine.child_ended(true, 12s) == InitAction::run_services);
  InitMachine bare(BootWant::emergency);
  bare.start(10s);
  CHECK(bare.no_shell(10s) == InitAction::run_boot_hook);
  CHECK(bare.child_ended(false, 11s) == InitAction::run_shell);
  CHECK(bare.no_shell(11s) == InitAction::run_services);
}

TEST_CASE("a single user gets the shell between boot hook and services") {
  InitMachine machine(BootWant::single);
  CHECK(machine.start(10s) == InitAction::run_boot_hook);
  CHECK(machine.child_ended(true, 11s) == InitAction::run_shell);
  CHECK(machine.child_ended(false, 12s) == InitAction::run_services);
}

TEST_CASE("svscan is restarted when it exits: at once, or after pauses that double") {
  Up up;
  CHECK(up.machine.services_ended(true, 105s) == InitAction::run_services);
  Moment now = 105s;
  for (const Moment pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    CHECK(up.machine.services_ended(false, now) == InitAction::nothing);
    CHECK(up.machine.deadline() == now + pause);
    now += pause;
    CHECK(up.machine.alarm(now - 1ns) == InitAction::nothing);
    CHECK(up.machine.alarm(now) == InitAction::run_services);
    CHECK(up.machine.deadline() == never);
  }
  CHECK(up.machine.services_ended(false, now + 5s) == InitAction::run_services);
  CHECK(up.machine.services_ended(false, now + 6s) == InitAction::nothing);
  CHECK(up.machine.deadline() == now + 7s);
}

TEST_CASE("shutdown stops the services, runs the hook, sends TERM and syncs the disks") {
  Up up;
  up.machine.services_ready(100s);
  CHECK(up.machine.ask(Power::reboot, 200s) == InitAction::stop_services);
  CHECK(up.machine.deadline() == 260s);
  CHECK(up.machine.services_ended(false, 201s) == InitAction::run_shutdown_hook);
  CHECK(up.machine.deadline() == 231s);
  CHECK(up.machine.child_ended(false, 202s) == InitAction::terminate_all);
  CHECK(up.machine.all_ended(202s) == InitAction::end_machine);
  CHECK(up.machine.stage() == InitStage::over);
  CHECK(up.machine.power() == Power::reboot);
}

TEST_CASE("every step of a shutdown is bounded, even if no process reacts") {
  Up up;
  up.machine.services_ready(100s);
  up.machine.ask(Power::off, 200s);
  std::vector<InitAction> actions;
  for (int step = 0; step < 9; ++step) {
    REQUIRE(up.machine.deadline() != never);
    actions.push_back(up.machine.alarm(up.machine.deadline()));
  }
  CHECK(actions == std::vector{InitAction::run_shutdown_hook, InitAction::kill_child,
                               InitAction::terminate_all, InitAction::kill_all,
                               InitAction::end_machine, InitAction::end_now, InitAction::end_now,
                               InitAction::end_now, InitAction::end_now});
}

TEST_CASE("svscan is asked to stop as soon as it is ready") {
  Up up;
  CHECK(up.machine.ask(Power::off, 100s) == InitAction::nothing);
  CHECK(up.machine.services_ready(101s) == InitAction::stop_services);
  CHECK(up.machine.services_ready(101s) == InitAction::nothing);
}

TEST_CASE("a second request does not wait for svscan to become ready") {
  Up up;
  CHECK(up.machine.ask(Power::off, 100s) == InitAction::nothing);
  CHECK(up.machine.ask(Power::off, 101s) == InitAction::stop_services);
}

TEST_CASE("services whose svscan was killed are stopped by a new one, three times at most") {
  Up up;
  up.machine.services_ended(false, 100s);
  CHECK(up.machine.ask(Power::off, 100s) == InitAction::run_services);
  CHECK(up.machine.services_ready(101s) == InitAction::stop_services);
  for (int i = 0; i < 3; ++i)
    CHECK(up.machine.services_ended(true, 102s) == InitAction::run_services);
  CHECK(up.machine.deadline() == 160s);
  CHECK(up.machine.services_ended(true, 102s) == InitAction::run_shutdown_hook);
}

TEST_CASE("a second request forces the shutdown, and the last one decides its kind") {
  Up up;
  up.machine.services_ready(100s);
  up.machine.ask(Power::reboot, 200s);
  CHECK(up.machine.ask(Power::off, 201s) == InitAction::stop_services);
  CHECK(up.machine.power() == Power::off);
  up.machine.services_ended(false, 202s);
  CHECK(up.machine.ask(Power::halt, 203s) == InitAction::nothing);
  CHECK(up.machine.power() == Power::halt);
}

TEST_CASE("a request before the services interrupts the hook or shell, and kills it if needed") {
  InitMachine machine(BootWant::normal);
  machine.start(10s);
  CHECK(machine.ask(Power::reboot, 11s) == InitAction::terminate_child);
  CHECK(machine.alarm(14s) == InitAction::kill_child);
  CHECK(machine.alarm(15s) == InitAction::run_shutdown_hook);
  InitMachine quick(BootWant::emergency);
  quick.start(10s);
  CHECK(quick.ask(Power::off, 11s) == InitAction::terminate_child);
  CHECK(quick.ask(Power::off, 11s) == InitAction::kill_child);
  CHECK(quick.child_ended(false, 12s) == InitAction::run_shutdown_hook);
}

TEST_CASE("without a limit, nothing is killed") {
  Up up;
  up.machine.set_limits(never, never);
  up.machine.services_ready(100s);
  up.machine.ask(Power::off, 200s);
  CHECK(up.machine.deadline() == never);
  up.machine.services_ended(false, 201s);
  CHECK(up.machine.deadline() == never);
}
