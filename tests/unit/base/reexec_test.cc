// SPDX-License-Identifier: ISC
#include "base/reexec.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

char* no_environment[] = {nullptr};

// A trial of this program, whose output is not needed.
Death try_program(Reexec& reexec, const char* option) {
  const Fd output(dup(STDOUT_FILENO)), errors(dup(STDERR_FILENO)),
      null = open_write(-1, "/dev/null");
  dup2(null.get(), STDOUT_FILENO);
  dup2(null.get(), STDERR_FILENO);
  const char* const argv[] = {"unit", option, nullptr};
  const bool runs = reexec.begin_trial(argv, no_environment, -1);
  dup2(output.get(), STDOUT_FILENO);
  dup2(errors.get(), STDERR_FILENO);
  REQUIRE(runs);
  for (;;)
    if (const auto death = reap(); death && reexec.is_trial(death->pid)) return *death;
}

}  // namespace

TEST_CASE("a request stands until a trial begins") {
  Reexec reexec;
  reexec.set_up(program_invocation_name);
  CHECK(!reexec.is_due());
  CHECK(!reexec.is_trial(0));
  reexec.request();
  CHECK(reexec.is_due());
  const Death death = try_program(reexec, "--no-such-option");
  CHECK(!reexec.is_due());
  CHECK(!reexec.end_trial(death));
  CHECK(!reexec.is_due());
  CHECK(!reexec.is_trial(death.pid));
}

TEST_CASE("a request during a trial asks for another one") {
  Reexec reexec;
  reexec.set_up(program_invocation_name);
  reexec.request();
  const Death death = try_program(reexec, "--help");
  reexec.request();
  CHECK(!reexec.is_due());
  CHECK(reexec.end_trial(death));
  CHECK(reexec.is_due());
}

TEST_CASE("descriptors are passed on by number") {
  const int open = fcntl(0, F_DUPFD, 3);
  const std::string numbers = std::to_string(open) + " -1 2 x 9999";
  std::string_view text(numbers);
  const Fd taken = inherit_descriptor(text);
  CHECK(taken.get() == open);
  CHECK((fcntl(open, F_GETFD) & FD_CLOEXEC) != 0);
  for (int i = 0; i < 5; ++i) CHECK(!inherit_descriptor(text));
}
