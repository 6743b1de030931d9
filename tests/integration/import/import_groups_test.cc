// SPDX-License-Identifier: ISC
// Which services stoker-import starts, and in which groups they are.
#include "unit_machine.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("what is started by hand only can be told from what starts by itself") {
  UnitMachine machine;
  machine.unit("a.service",
               "[Unit]\nWants=b.service c.service\nAfter=b.service\n"
               "OnFailure=b.service\n[Service]\nExecStart=/bin/a\n"
               "Restart=always\n[Install]\nWantedBy=multi-user.target\n");
  machine.unit("b.service", "[Service]\nExecStart=/bin/b\n");
  machine.unit("c.service", "[Service]\nExecStart=/bin/c\n");
  machine.box.link("/usr/lib/systemd/system/a.service",
                   "root/etc/systemd/system/multi-user.target.wants/a.service");
  machine.unit("multi-user.target", "[Unit]\nDescription=Several users\n");
  machine.box.link("multi-user.target", "root/usr/lib/systemd/system/default.target");
  CHECK(machine.import({"-a", "-o", "sv"}).out ==
        "created a\ncreated b\ncreated c\ncreated multi-user\n");
  CHECK(machine.box.read("sv/multi-user/wants") == "a\n");
  CHECK(machine.box.read("sv/a/wants") == "b\n");
  CHECK(machine.box.read("sv/a/starts") == "c\n");
  CHECK(machine.box.read("sv/a/on-failure") == "b\n");
  CHECK(machine.box.read("sv/a/max-restarts") == "5 10s\n");
  CHECK(!machine.box.exists("sv/a/down"));
  CHECK(machine.box.exists("sv/b/down"));
  CHECK(!machine.box.exists("sv/multi-user/log"));
}

TEST_CASE("a group that would wait for a member that waits for it makes no cycle") {
  UnitMachine machine;
  machine.unit("dns.service",
               "[Unit]\nWants=nss-lookup.target\nBefore=nss-lookup.target\n"
               "[Service]\nExecStart=/bin/dns\n");
  machine.unit("web.service", "[Unit]\nAfter=nss-lookup.target\n[Service]\nExecStart=/bin/web\n");
  machine.unit("late.service",
               "[Unit]\nAfter=multi-user.target\n[Service]\nExecStart=/bin/late\n"
               "[Install]\nWantedBy=multi-user.target\n");
  for (const char* const name : {"dns", "web", "late"})
    machine.box.link(
        std::string("/usr/lib/systemd/system/") + name + ".service",
        std::string("root/etc/systemd/system/multi-user.target.wants/") + name + ".service");
  machine.box.link("multi-user.target", "root/usr/lib/systemd/system/default.target");
  machine.unit("multi-user.target", "[Unit]\n");
  CHECK(machine.import({"-a", "-o", "sv"}).code == 0);
  CHECK(machine.box.read("sv/nss-lookup/wants") == "dns\n");
  CHECK(machine.box.read("sv/web/after") == "nss-lookup\n");
  CHECK(!machine.box.exists("sv/dns/after"));
  CHECK(machine.box.read("sv/multi-user/wants") == "dns\nweb\n");
  CHECK(machine.box.read("sv/multi-user/starts") == "late\n");
  CHECK(machine.box.read("sv/late/after") == "multi-user\n");
}
