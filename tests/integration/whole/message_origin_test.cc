// SPDX-License-Identifier: ISC
// Whose messages they are that the tools of a service print.
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("messages of the tools that a service runs begin with its name") {
  Sandbox box;
  box.script("web/run", "exec chpst -u no-such-user true");
  box.script("web/log/run", "exec svlogd /dev/null/logs");
  const Process supervisor = box.supervise("web");
  box.wait_for([&] { return contains(supervisor.err(), "web: chpst: fatal: "); }, "no name");
  box.wait_for(
      [&] {
        return contains(supervisor.err(),
                        "web/log: svlogd: warning: unable to open log directory: "
                        "/dev/null/logs: not a directory\n");
      },
      "no name of the logger");
}

TEST_CASE("a logger that a link leads to is named after its service") {
  Sandbox box;
  box.script("web/run", "exec sleep 1000");
  box.script("shared/run", "exec multilog /dev/null/logs");
  box.link("../shared", "web/log");
  const Process supervisor = box.supervise("web");
  box.wait_for([&] { return contains(supervisor.err(), "web/log: multilog: fatal: "); },
               "no name of the logger");
}

TEST_CASE("messages of the same tools begin with their own names elsewhere") {
  Sandbox box;
  CHECK(box.run({"svlogd", "/dev/null/logs"}).err.starts_with("svlogd: warning: "));
  CHECK(box.run({"chpst", "-u", "no-such-user", "true"}).err.starts_with("chpst: fatal: "));
}
