// SPDX-License-Identifier: ISC
// poweroff, reboot and halt; stoker-init_test.cc tests their effects.
#include <unistd.h>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// By its path, so that it cannot be the machine's own.
std::string program(const std::string& name) {
  return (name == "stoker-halt" ? program_directory() : init_directory()) + "/" + name;
}

}  // namespace

TEST_CASE("without stoker-init the commands fail and name the option that works") {
  if (access("/run/stoker/init", F_OK) == 0) SKIP("stoker-init runs here");
  Sandbox box;
  for (const std::string name : {"poweroff", "reboot", "halt", "stoker-halt"}) {
    const Result result = box.run({program(name)});
    CHECK(result.code == 111);
    CHECK(result.err == name + ": fatal: stoker-init is not running; -f acts without it\n");
  }
}

TEST_CASE("-f calls reboot(2) at once, here in a PID namespace") {
  if (!can_unshare()) SKIP("needs namespaces");
  if (is_portable_twin()) SKIP("reboot(2) is Linux alone");
  Sandbox box;
  constexpr int by_hangup = 128 + SIGHUP, by_interrupt = 128 + SIGINT;
  CHECK(box.run({"unshare", "-pf", program("reboot"), "-f"}).code == by_hangup);
  CHECK(box.run({"unshare", "-pf", program("poweroff"), "-fn"}).code == by_interrupt);
  CHECK(box.run({"unshare", "-pf", program("halt"), "-fp"}).code == by_interrupt);
}

TEST_CASE("unknown arguments are refused before anything is done") {
  Sandbox box;
  const Result result = box.run({program("reboot"), "now"});
  CHECK(result.code == 100);
  CHECK(contains(result.err, "reboot: usage: reboot [-fn]\n"));
  CHECK(box.run({program("reboot"), "-p"}).code == 100);
  CHECK(contains(box.run({program("poweroff"), "-x"}).err, "poweroff: usage: poweroff [-fnp]\n"));
  CHECK(contains(box.run({program("stoker-halt"), "-x"}).err,
                 "stoker-halt: usage: stoker-halt [-fnp]\n"));
}
