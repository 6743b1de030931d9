// SPDX-License-Identifier: ISC
// What stoker-import makes of slips, of what others have left, and of very long units.
#include <fcntl.h>
#include <sys/file.h>

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
  CHECK(least_time(10s, work) < 10s);
}
