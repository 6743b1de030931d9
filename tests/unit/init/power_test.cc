// SPDX-License-Identifier: ISC
#include "init/power.hh"

#include <csignal>

#include "catch.hh"

using namespace stoker;

TEST_CASE("each kind of shutdown has its own name and letter") {
  for (const Power power : {Power::off, Power::reboot, Power::halt}) {
    CHECK(power_called(power_name(power)) == power);
    CHECK(power_by_letter(power_letter(power)) == power);
  }
  CHECK(power_name(Power::off) == "poweroff");
  CHECK_FALSE(power_called("shutdown"));
  CHECK_FALSE(power_by_letter('x'));
}

TEST_CASE("signals mean what they mean to busybox, systemd and the kernel") {
  CHECK(power_by_signal(SIGINT) == Power::reboot);
  CHECK(power_by_signal(SIGTERM) == Power::reboot);
  CHECK(power_by_signal(SIGUSR1) == Power::halt);
  CHECK(power_by_signal(SIGUSR2) == Power::off);
  CHECK(power_by_signal(SIGPWR) == Power::off);
  CHECK(power_by_signal(SIGRTMIN + 3) == Power::halt);
  CHECK(power_by_signal(SIGRTMIN + 4) == Power::off);
  CHECK(power_by_signal(SIGRTMIN + 5) == Power::reboot);
  for (const int number : {SIGHUP, SIGCHLD, SIGPIPE, SIGALRM, SIGRTMIN})
    CHECK_FALSE(power_by_signal(number));
}
