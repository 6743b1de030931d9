// SPDX-License-Identifier: ISC
#include "service/health.hh"

#include <cerrno>
#include <csignal>
#include <string>

#include "catch.hh"

using namespace stoker;
using Kind = HealthResult::Kind;

TEST_CASE("why a service is unhealthy is one number, which no errno is") {
  for (const HealthFault& fault :
       {HealthFault{{Kind::exited, 1}, 3}, HealthFault{{Kind::exited, 255}, 4096},
        HealthFault{{Kind::killed, SIGSEGV}, 1}, HealthFault{{Kind::late}, 65535}}) {
    CHECK(unpack_health_fault(pack(fault)) == fault);
    CHECK(is_health_fault(pack(fault)));
  }
  CHECK(unpack_health_fault(pack({{Kind::late}, 70'000})).failures == 65535);
  CHECK_FALSE(is_health_fault(ENOENT));
  CHECK_FALSE(is_health_fault(0));
  CHECK_FALSE(is_health_fault(-1));
  CHECK(unpack_health_fault(1 << 30 | 7 << 8) == HealthFault{});
}

TEST_CASE("why a service is unhealthy has a sentence") {
  const auto text = [](const HealthFault& fault) { return std::string(fault_text(fault).view()); };
  CHECK(text({{Kind::exited, 1}, 3}) == "health exited 1 3 times");
  CHECK(text({{Kind::exited, 2}, 1}) == "health exited 2");
  CHECK(text({{Kind::killed, SIGSEGV}, 2}) == "health was killed by SIGSEGV 2 times");
  CHECK(text({{Kind::late}, 3}) == "health did not end in time 3 times");
}

TEST_CASE("only a service that is not well has a trouble") {
  const auto text = [](const HealthStatus& status) {
    return std::string(trouble_text(status).view());
  };
  CHECK(text({}).empty());
  CHECK(text({.exists = true, .state = HealthState::healthy, .last = {Kind::passed}}).empty());
  CHECK(
      text(
          {.exists = true, .state = HealthState::healthy, .failures = 1, .last = {Kind::exited, 1}})
          .empty());
  CHECK(text({.exists = true,
              .state = HealthState::unhealthy,
              .failures = 3,
              .last = {Kind::exited, 1}}) == "unhealthy: health exited 1 3 times");
  CHECK(
      text({.exists = true, .last = {Kind::not_executed, EACCES}, .hint = Hint::not_executable}) ==
      "health cannot be executed: access denied" + std::string(text_of(Hint::not_executable)));
}
