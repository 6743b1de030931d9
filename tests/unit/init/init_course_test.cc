// SPDX-License-Identifier: ISC
#include "init/init_course.hh"

#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

// A machine that has come up, at 100 s.
struct Up {
  explicit Up(BootWant want = BootWant::normal) : course(want) {
    course.set_limits(60s, 30s);
    course.begin(100s);
    course.child_ended(true, 100s);
  }
  InitCourse course;
};

}  // namespace

TEST_CASE("a boot hook that ends well is followed by the services") {
  InitCourse course(BootWant::normal);
  CHECK(course.begin(0s) == InitDeed::run_boot_hook);
  CHECK(course.deadline() == never);
  CHECK(course.child_ended(true, 1s) == InitDeed::run_services);
  CHECK(course.stage() == InitStage::serving);
  CHECK(course.deadline() == never);
}

TEST_CASE("a boot hook that fails is run again after a shell, but never at once") {
  InitCourse course(BootWant::normal);
  course.begin(10s);
  CHECK(course.child_ended(false, 11s) == InitDeed::run_shell);
  CHECK(course.child_ended(true, 11s) == InitDeed::nothing);
  CHECK(course.deadline() == 12s);
  CHECK(course.alarm(12s) == InitDeed::run_boot_hook);
  CHECK(course.child_ended(false, 12s) == InitDeed::run_shell);
  CHECK(course.child_ended(false, 500s) == InitDeed::run_boot_hook);
  CHECK(course.child_ended(true, 501s) == InitDeed::run_services);
}

TEST_CASE("without a shell the services are started, whatever the boot hook did") {
  InitCourse course(BootWant::normal);
  course.begin(10s);
  course.child_ended(false, 11s);
  CHECK(course.no_shell(11s) == InitDeed::run_services);
}

TEST_CASE("an emergency shell comes first, and the boot follows it") {
  InitCourse course(BootWant::emergency);
  CHECK(course.begin(10s) == InitDeed::run_shell);
  CHECK(course.child_ended(false, 11s) == InitDeed::run_boot_hook);
  CHECK(course.child_ended(true, 12s) == InitDeed::run_services);
  InitCourse bare(BootWant::emergency);
  bare.begin(10s);
  CHECK(bare.no_shell(10s) == InitDeed::run_boot_hook);
  CHECK(bare.child_ended(false, 11s) == InitDeed::run_shell);
  CHECK(bare.no_shell(11s) == InitDeed::run_services);
}

TEST_CASE("a single user gets the shell between boot hook and services") {
  InitCourse course(BootWant::single);
  CHECK(course.begin(10s) == InitDeed::run_boot_hook);
  CHECK(course.child_ended(true, 11s) == InitDeed::run_shell);
  CHECK(course.child_ended(false, 12s) == InitDeed::run_services);
}

TEST_CASE("a svscan that ends is started again: at once, or after pauses that double") {
  Up up;
  CHECK(up.course.services_ended(true, 105s) == InitDeed::run_services);
  Moment now = 105s;
  for (const Moment pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    CHECK(up.course.services_ended(false, now) == InitDeed::nothing);
    CHECK(up.course.deadline() == now + pause);
    now += pause;
    CHECK(up.course.alarm(now - 1ns) == InitDeed::nothing);
    CHECK(up.course.alarm(now) == InitDeed::run_services);
    CHECK(up.course.deadline() == never);
  }
  CHECK(up.course.services_ended(false, now + 5s) == InitDeed::run_services);
  CHECK(up.course.services_ended(false, now + 6s) == InitDeed::nothing);
  CHECK(up.course.deadline() == now + 7s);
}

TEST_CASE("the way down: services, shutdown hook, TERM, disks") {
  Up up;
  up.course.services_ready(100s);
  CHECK(up.course.ask(Power::reboot, 200s) == InitDeed::tell_services);
  CHECK(up.course.deadline() == 260s);
  CHECK(up.course.services_ended(false, 201s) == InitDeed::run_shutdown_hook);
  CHECK(up.course.deadline() == 231s);
  CHECK(up.course.child_ended(false, 202s) == InitDeed::tell_all);
  CHECK(up.course.nobody_left(202s) == InitDeed::end_machine);
  CHECK(up.course.stage() == InitStage::over);
  CHECK(up.course.power() == Power::reboot);
}

TEST_CASE("every step of the way down has an end, though nothing obeys") {
  Up up;
  up.course.services_ready(100s);
  up.course.ask(Power::off, 200s);
  std::vector<InitDeed> deeds;
  for (int step = 0; step < 9; ++step) {
    REQUIRE(up.course.deadline() != never);
    deeds.push_back(up.course.alarm(up.course.deadline()));
  }
  CHECK(deeds == std::vector{InitDeed::run_shutdown_hook, InitDeed::kill_child, InitDeed::tell_all,
                             InitDeed::kill_all, InitDeed::end_machine, InitDeed::end_at_once,
                             InitDeed::end_at_once, InitDeed::end_at_once, InitDeed::end_at_once});
}

TEST_CASE("a svscan that is not ready yet is told as soon as it is") {
  Up up;
  CHECK(up.course.ask(Power::off, 100s) == InitDeed::nothing);
  CHECK(up.course.services_ready(101s) == InitDeed::tell_services);
  CHECK(up.course.services_ready(101s) == InitDeed::nothing);
}

TEST_CASE("who asks twice is not kept waiting by a svscan that does not become ready") {
  Up up;
  CHECK(up.course.ask(Power::off, 100s) == InitDeed::nothing);
  CHECK(up.course.ask(Power::off, 101s) == InitDeed::tell_services);
}

TEST_CASE("services without a svscan are stopped in order by another one, three times at most") {
  Up up;
  up.course.services_ended(false, 100s);
  CHECK(up.course.ask(Power::off, 100s) == InitDeed::run_services);
  CHECK(up.course.services_ready(101s) == InitDeed::tell_services);
  for (int i = 0; i < 3; ++i) CHECK(up.course.services_ended(true, 102s) == InitDeed::run_services);
  CHECK(up.course.deadline() == 160s);
  CHECK(up.course.services_ended(true, 102s) == InitDeed::run_shutdown_hook);
}

TEST_CASE("a second request hurries, and the last one counts") {
  Up up;
  up.course.services_ready(100s);
  up.course.ask(Power::reboot, 200s);
  CHECK(up.course.ask(Power::off, 201s) == InitDeed::tell_services);
  CHECK(up.course.power() == Power::off);
  up.course.services_ended(false, 202s);
  CHECK(up.course.ask(Power::halt, 203s) == InitDeed::nothing);
  CHECK(up.course.power() == Power::halt);
}

TEST_CASE("a request before the services ends the hook or shell, with force if need be") {
  InitCourse course(BootWant::normal);
  course.begin(10s);
  CHECK(course.ask(Power::reboot, 11s) == InitDeed::tell_child);
  CHECK(course.alarm(14s) == InitDeed::kill_child);
  CHECK(course.alarm(15s) == InitDeed::run_shutdown_hook);
  InitCourse quick(BootWant::emergency);
  quick.begin(10s);
  CHECK(quick.ask(Power::off, 11s) == InitDeed::tell_child);
  CHECK(quick.ask(Power::off, 11s) == InitDeed::kill_child);
  CHECK(quick.child_ended(false, 12s) == InitDeed::run_shutdown_hook);
}

TEST_CASE("no limit is no limit") {
  Up up;
  up.course.set_limits(never, never);
  up.course.services_ready(100s);
  up.course.ask(Power::off, 200s);
  CHECK(up.course.deadline() == never);
  up.course.services_ended(false, 201s);
  CHECK(up.course.deadline() == never);
}
