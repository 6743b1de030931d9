// SPDX-License-Identifier: ISC
// sv new writes a definition as a person would have.
#include "control.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("sv new writes what runs as it is") {
  Tree box;
  box.begin();
  box.directory("defs");
  const Result result = box.sv({"new", "defs/web", "sh", "-c", "echo it\\'s; exec sleep 1000"});
  CHECK(result.out == "ok: defs/web: written to defs/web\n");
  CHECK(result.code == 0);
  CHECK(box.list("defs") == std::vector<std::string>{"web"});
  CHECK(box.read("defs/web/run") ==
        "#!/bin/sh\nexec 2>&1\nexec sh -c 'echo it\\'\\''s; exec sleep 1000'\n");
  CHECK(box.read("defs/web/log/run") == "#!/bin/sh\nexec svlogd -tt ./main\n");
  CHECK(box.sv({"enable", "defs/web"}).code == 0);
  box.await(State::ready, "defs/web");
  box.wait_for([&] { return contains(box.sv({"log", "web"}).out, "it's\n"); }, "nothing is logged");
}

TEST_CASE("sv new drops privileges with chpst, and refuses a user who does not exist") {
  Services box;
  box.directory("defs");
  CHECK(box.sv({"new", "-u", "root", "defs/web/", "httpd", "-k", ""}).code == 0);
  CHECK(box.read("defs/web/run") == "#!/bin/sh\nexec 2>&1\nexec chpst -u root httpd -k ''\n");
  const Result result = box.sv({"new", "-u", "no-such-user", "defs/db", "mysqld"});
  CHECK(contains(result.out, "fail: defs/db: run"));
  CHECK(contains(result.out, "no-such-user"));
  CHECK(result.code == 1);
  CHECK(box.list("defs") == std::vector<std::string>{"web"});
}

TEST_CASE("sv new overwrites nothing") {
  Services box;
  box.write("defs/web/run", "mine");
  CHECK(box.sv({"new", "defs/web", "httpd"}).out == "fail: defs/web: defs/web exists already\n");
  CHECK(box.read("defs/web/run") == "mine");
  CHECK(box.sv({"new", "none/web", "httpd"}).out ==
        "fail: none/web: unable to open none: file does not exist\n");
  CHECK(box.sv({"new", "defs/.web", "httpd"}).out ==
        "fail: defs/.web: the name of a service must not be empty or begin with a dot\n");
  CHECK(box.sv({"new", "web"}).err == "sv: usage: sv new [-u user] service command ...\n");
  CHECK(box.sv({"new", "-x", "web", "httpd"}).code == 100);
  CHECK(box.list("defs") == std::vector<std::string>{"web"});
}
