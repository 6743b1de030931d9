// SPDX-License-Identifier: ISC
#include "sv/edit_effect.hh"

#include "catch.hh"

using namespace stoker;

TEST_CASE("what a service is started with counts from its next start on, the rest from now on") {
  for (const char* const file :
       {"run", "start", "listen", "notification-fd", "env/PORT", "cgroup/memory.max", "web.conf"})
    CHECK(effect_of(file) == Effect::next_start);
  for (const char* const file : {"finish", "health", "timeout-kill", "restart", "down", "needs",
                                 "control/t", "log/timeout-kill"})
    CHECK(effect_of(file) == Effect::next_use);
  for (const char* const file : {"log", "log/run", "log/main/config"})
    CHECK(effect_of(file) == Effect::logger_start);
}

TEST_CASE("a new file is executable if it is a script") {
  for (const char* const file : {"run", "finish", "log/run", "control/t"})
    CHECK(is_script_name(file));
  for (const char* const file : {"down", "env/run.conf", "timeout-kill", "needs", "web.conf"})
    CHECK_FALSE(is_script_name(file));
}
