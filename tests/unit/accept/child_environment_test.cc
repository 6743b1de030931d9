// SPDX-License-Identifier: ISC
#include "accept/child_environment.hh"

#include <memory>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using Entries = std::vector<std::string>;

Entries entries_of(const ChildEnvironment& environment) {
  Entries all;
  for (char* const* entry = environment.entries(); *entry != nullptr; ++entry)
    all.emplace_back(*entry);
  return all;
}

struct Prepared {
  ChildEnvironment environment;
  Prepared() {
    static char home[] = "HOME=/root", proto[] = "PROTO=old", path[] = "PATH=/bin";
    char* const inherited[] = {home, proto, path, nullptr};
    REQUIRE(environment.prepare(inherited, [](std::string_view name) { return name != "PROTO"; }));
  }
};

}  // namespace

TEST_CASE("each program gets what the server has, and its own variables before it") {
  const auto made = std::make_unique<Prepared>();
  ChildEnvironment& environment = made->environment;
  CHECK(entries_of(environment) == Entries{"HOME=/root", "PATH=/bin"});
  environment.begin();
  environment.add("PROTO", "TCP");
  environment.add("TCPREMOTEIP", "192.0.2.1");
  CHECK(entries_of(environment) ==
        Entries{"TCPREMOTEIP=192.0.2.1", "PROTO=TCP", "HOME=/root", "PATH=/bin"});
  environment.begin();
  environment.add("PROTO", "IPC");
  CHECK(entries_of(environment) == Entries{"PROTO=IPC", "HOME=/root", "PATH=/bin"});
}

TEST_CASE("what a rule changes for one program is as before for the next") {
  const auto made = std::make_unique<Prepared>();
  ChildEnvironment& environment = made->environment;
  environment.begin();
  environment.add("PROTO", "TCP");
  environment.set("HOME", "/home/x");
  environment.unset("PATH");
  environment.unset("NONE");
  environment.set("PROTO", "");
  CHECK(entries_of(environment) == Entries{"PROTO=", "HOME=/home/x"});
  CHECK(environment.complete());
  environment.begin();
  CHECK(entries_of(environment) == Entries{"HOME=/root", "PATH=/bin"});
}

TEST_CASE("variables that do not fit are noticed") {
  const auto made = std::make_unique<Prepared>();
  ChildEnvironment& environment = made->environment;
  environment.begin();
  environment.add("LONG", std::string(17000, 'x'));
  CHECK_FALSE(environment.complete());
  environment.begin();
  CHECK(environment.complete());
  for (size_t count = 0; count <= ChildEnvironment::most_changes; ++count) environment.add("A", "");
  CHECK_FALSE(environment.complete());
  CHECK(entries_of(environment).size() == ChildEnvironment::most_changes + 2);
}
