// SPDX-License-Identifier: ISC
// A tree that is killed and taken over where the clock is another one, as in a time
// namespace: processes are still known by their start times, and times still come.
#include <unistd.h>

#include <csignal>

#include "base/process.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a tree is taken over from a time namespace with another clock") {
  Sandbox box;
  const std::string jump = GENERATE("1000000", "-1000");
  const Argv apart = {"unshare", "-T", "--monotonic", jump, "--boottime", jump};
  CAPTURE(jump);
  Argv attempt = apart;
  attempt.push_back("true");
  if (process_start_time(getpid()) == 0 || box.run(attempt).code != 0)
    SKIP("needs time namespaces");
  box.script("sv/one/run", "echo started >>\"$BOX/started\"\nexec sleep 1000");
  box.script("sv/two/run", "exit 1");
  box.write("sv/two/restart-delay", "2000");
  for (const char* const name : {"one", "two"})
    box.link("../sv/" + std::string(name), "scan/" + std::string(name));
  const Process first = box.start({"svscan", "scan"});
  const StatusFile one = box.await(State::ready, "sv/one"),
                   two = box.await(State::backoff, "sv/two");
  first.signal(SIGKILL);
  for (const StatusFile& status : {one, two}) kill(status.supervisor, SIGKILL);
  first.wait();

  Argv words = apart;
  words.insert(words.end(), {"svscan", "scan"});
  const Process second = box.start(words);
  const StatusFile after = box.await([](const StatusFile& status) { return status.takeovers == 1; },
                                     "taken over", "sv/one");
  CHECK((after.main == one.main));
  CHECK(after.main_status.start_time == one.main_status.start_time);
  box.await(
      [&](const StatusFile& status) { return status.main_status.starts > two.main_status.starts; },
      "started again when it was time", "sv/two");
  CHECK(box.read("started") == "started\n");
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  CHECK_FALSE(alive(one.main.pid));
}
