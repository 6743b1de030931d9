// SPDX-License-Identifier: ISC
// sv upgrade, where it cannot be done.
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("sv upgrade says when the new program cannot take over") {
  Sandbox box;
  box.directory("bin");
  box.run({"cp", program_directory() + "/supervise", box.path("bin/supervise")});
  box.script("sv/one/run", "exec sleep 1000");
  const Process supervise = box.start({box.path("bin/supervise"), "sv/one"});
  box.await_supervisor("sv/one");
  box.script("bin/new", "#!/bin/sh\nexit 1");
  box.move("bin/new", "bin/supervise");
  const Result result = box.run({"sv", "upgrade", "./sv/one"});
  CHECK(result.code == 1);
  CHECK(result.out == "fail: ./sv/one: its new program cannot take over\n");
  CHECK(box.status("sv/one").main.pid != 0);
}
