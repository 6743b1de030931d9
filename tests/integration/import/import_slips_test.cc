// SPDX-License-Identifier: ISC
// What stoker-import makes of slips, of what others have left, and of very long units.
#include <fcntl.h>
#include <sys/file.h>

#include <regex>

#include "base/file.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char library[] = "root/usr/lib/systemd/system/";
constexpr char etc[] = "root/etc/systemd/system/";
constexpr char plain[] = "[Service]\nExecStart=/bin/a\nRestart=always\n";

Result import(Sandbox& box, Argv arguments) {
  arguments.insert(arguments.begin(), {"stoker-import", "--root=root"});
  return box.run(arguments);
}

}  // namespace

TEST_CASE("a directive that systemd does not have cannot be allowed") {
  Sandbox box;
  const Result unknown = import(box, {"--explain", "--allow=PrivateTmpp", "a"});
  CHECK(unknown.code == 100);
  CHECK(unknown.err ==
        "stoker-import: fatal: unable to allow PrivateTmpp: systemd has no such directive\n");
}

TEST_CASE("a file that was removed by hand is left out, which is said when it would change") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", std::string(plain) + "KillMode=mixed\n");
  REQUIRE(import(box, {"-o", "sv", "./a.service"}).code == 0);
  box.remove("sv/a/kill-mode");
  box.write("a.service", std::string(plain) + "KillMode=process\n");
  for (int round = 0; round < 2; ++round)
    CHECK(import(box, {"-o", "sv", "./a.service"}).out ==
          "left out a/kill-mode, which has been removed\n");
  CHECK(!box.exists("sv/a/kill-mode"));
}

TEST_CASE("what an import leaves that is killed is removed by the next one") {
  Sandbox box;
  box.write("a.service", plain);
  box.write("sv/.b.new.aB3dEf/log/run", "");
  box.write("sv/.other.new/run", "");
  box.write("sv/.b.new.locked/run", "");
  const Fd lock = open_directory(AT_FDCWD, box.path("sv/.b.new.locked").c_str());
  REQUIRE(flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  CHECK(import(box, {"-o", "sv", "--diff", "./a.service"}).code == 0);
  CHECK(box.exists("sv/.b.new.aB3dEf"));
  CHECK(import(box, {"-o", "sv", "./a.service"}).out == "created a\n");
  CHECK(box.list("sv") == std::vector<std::string>{".b.new.locked", ".other.new", "a"});
}

TEST_CASE("a type that is written twice is a slip") {
  Sandbox box;
  box.directory("sv");
  box.write(library + std::string("a.service"), plain);
  const Result result = import(box, {"-o", "sv", "a.service.service"});
  CHECK(result.code == 1);
  CHECK(result.err ==
        "stoker-import: warning: a.service.service: there is no unit file a.service.service; did "
        "you mean a.service?\n");
}

TEST_CASE("a specifier that is not known is reported with its line") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service",
            "[Unit]\nAfter=b%z.service\n" + std::string(plain) + "ExecStartPre=/bin/b %b\n");
  const Result result = import(box, {"-o", "sv", "./a.service"});
  CHECK(contains(result.err, "a.service:2: After=b%z.service is not honoured: %z is not known"));
  CHECK(contains(result.err,
                 "a.service:6: ExecStartPre=/bin/b %b is not honoured: %b is not "
                 "known before it runs\n"));
}

TEST_CASE("ten thousand names of one directive take no time for each pair of them") {
  Sandbox box;
  box.directory("sv");
  std::string unit = "[Unit]\n";
  for (int number = 0; number < 10000; ++number)
    unit += "After=service-number-" + std::to_string(number) + ".service\n";
  std::string line = "After=";
  for (int number = 0; number < 20000; ++number)
    line += " service-number-" + std::to_string(number) + ".service";
  box.write("a.service", unit + line + "\n" + plain);
  const auto work = [&] {
    const Moment begin = now();
    CHECK(import(box, {"-o", "sv", "./a.service"}).code == 0);
    return now() - begin;
  };
  CHECK(least_time(3s, work) < 3s);
}

TEST_CASE("an image without systemd's own targets is imported as if it had them") {
  Sandbox box;
  box.directory("sv");
  for (const std::string name : {"a", "b", "c"}) box.write(library + name + ".service", plain);
  box.link("/usr/lib/systemd/system/a.service",
           etc + std::string("multi-user.target.wants/a.service"));
  box.link("/usr/lib/systemd/system/b.service",
           etc + std::string("graphical.target.wants/b.service"));
  SECTION("where nothing says which is the default") {
    CHECK(import(box, {"-o", "sv", "-a"}).out ==
          "created a\ncreated b\ncreated graphical\ncreated multi-user\n");
  }
  SECTION("where a link says that it is another one") {
    box.link("/usr/lib/systemd/system/multi-user.target", etc + std::string("default.target"));
    CHECK(import(box, {"-o", "sv", "-a"}).out == "created a\ncreated multi-user\n");
  }
}

TEST_CASE("what is imported below --root has its names in there, and is imported again in there") {
  Sandbox box;
  box.directory("sv");
  box.write(std::string(library) + "a.service", "[Service]\nExecStart=/bin/a %y\nRestart=always\n");
  box.write("root/etc/init.d/web",
            "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: web\n### END INIT INFO\n");
  REQUIRE(import(box, {"-o", "sv", "a", "root/etc/init.d/web"}).err == "");
  CHECK(contains(box.read("sv/a/run"), "exec /bin/a /usr/lib/systemd/system/a.service\n"));
  CHECK(contains(box.read("sv/a/.stoker-import"), "# from /usr/lib/systemd/system/a.service\n"));
  CHECK(contains(box.read("sv/web/.stoker-import"), "# from /etc/init.d/web\n"));
  rename(box.path("root").c_str(), box.path("mounted").c_str());
  const Result again = box.run({"stoker-import", "--root=" + box.path("mounted"), "-o", "sv", "a"});
  CHECK(again.err == "");
  CHECK(again.out == "");
}

TEST_CASE("a condition finds the container in any place of the environment of process 1") {
  if (!can_unshare() || !can_mount()) SKIP("needs namespaces and mounts");
  Sandbox box;
  box.directory("sv");
  box.write(std::string(library) + "a.service",
            "[Unit]\nConditionVirtualization=container\n[Service]\nExecStart=/bin/a\n");
  REQUIRE(import(box, {"-o", "sv", "a"}).code == 0);
  // This host may be a container itself.
  box.script("condition",
             std::regex_replace(box.read("sv/a/condition"), std::regex("/\\S*env \\]"), "/no ]"));
  const auto met_with = [&](const char* first, const char* second) {
    return box
        .run({"unshare", "-mpf", "--mount-proc", "env", "-i", first, second, "PATH=/usr/bin:/bin",
              box.path("condition")})
        .code;
  };
  CHECK(met_with("container=lxc", "A=1") == 0);
  CHECK(met_with("A=1", "container=lxc") == 0);
  CHECK(met_with("A=1", "x00container=lxc") == 1);
}
