// SPDX-License-Identifier: ISC
// sv cat prints what defines a service.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("sv cat prints scripts, settings and the logger below their paths") {
  Services box;
  box.script("sv/web/run", "#!/bin/sh\nexec httpd");
  box.script("sv/web/finish", "#!/bin/sh\nexec rm -f pid");
  box.script("sv/web/log/run", "#!/bin/sh\nexec svlogd ./main");
  box.write("sv/web/log/main/current", "much");
  box.write("sv/web/timeout-kill", "5s\n");
  box.write("sv/web/down", "");
  box.write("sv/web/needs/db", "");
  box.write("sv/web/needs/cache", "");
  box.write("sv/web/cgroup/memory.max", "1G");
  box.write("sv/web/notes", "not of the contract");
  const std::string web = box.path("sv/web");
  const Result result = box.sv({"cat", "web"});
  CHECK(result.out == "# " + web + "/run\n#!/bin/sh\nexec httpd\n\n# " + web +
                          "/finish\n#!/bin/sh\nexec rm -f pid\n\n# " + web +
                          "/timeout-kill\n5s\n\n# " + web + "/down\n\n# " + web +
                          "/needs\ncache\ndb\n\n# " + web + "/cgroup/memory.max\n1G\n\n# " + web +
                          "/log/run\n#!/bin/sh\nexec svlogd ./main\n");
  CHECK(result.code == 0);
}

TEST_CASE("sv cat names a compiled program, and goes on after a service that does not exist") {
  Services box;
  box.plain("db");
  box.directory("sv/web");
  box.link("/bin/true", "sv/web/run");
  const Result result = box.sv({"cat", "wbe", "web"});
  CHECK(result.out == "# " + box.path("sv/web") + "/run\n# a compiled program\n");
  CHECK(contains(result.err, "sv: warning: wbe: unable to change to service directory"));
  CHECK(result.code == 1);
  CHECK(box.sv({"cat"}).code == 100);
}
