// SPDX-License-Identifier: ISC
// runsvchdir, beside the genuine one where that is installed.
#include <unistd.h>

#include <filesystem>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

std::string leads_to(const Sandbox& box, const std::string& name) {
  return std::filesystem::read_symlink(box.path(name)).string();
}

struct Runlevels : Sandbox {
  Runlevels() {
    directory("levels/a");
    directory("levels/b");
    link("a", "levels/current");
    setup.environment["RUNSVDIR"] = path("levels");
  }
  Result change(const std::string& name) { return run({"runsvchdir", name}, setup); }
  Setup setup;
};

}  // namespace

TEST_CASE("runsvchdir makes another directory the current one, and remembers the last") {
  Runlevels box;
  Result result = box.change("a");
  CHECK(result.code == 0);
  CHECK(result.out == "runsvchdir: a: current.\n");
  result = box.change("b");
  CHECK(result.code == 0);
  CHECK(result.out == "runsvchdir: b: now current.\n");
  CHECK(leads_to(box, "levels/current") == "b");
  CHECK(leads_to(box, "levels/previous") == "a");
  CHECK(box.change("a").code == 0);
  CHECK(leads_to(box, "levels/previous") == "b");
  CHECK_FALSE(box.exists("levels/current.new"));
}

TEST_CASE("runsvchdir reports a bad directory, and changes nothing") {
  Runlevels box;
  box.write("levels/file", "");
  const std::pair<const char*, const char*> cases[] = {{".h", ".h: must not start with a dot."},
                                                       {"nothing", "nothing: file does not exist"},
                                                       {"file", "file: not a directory."}};
  for (const auto& [name, message] : cases) {
    const Result result = box.change(name);
    CHECK(result.code == 111);
    CHECK(result.err == "runsvchdir: fatal: " + std::string(message) + "\n");
  }
  box.setup.environment["RUNSVDIR"] = box.path("away");
  CHECK(box.change("a").err ==
        "runsvchdir: fatal: unable to chdir: " + box.path("away") + ": file does not exist\n");
  CHECK(box.run({"runsvchdir"}).code == 1);
  CHECK(box.run({"runsvchdir"}).err == "usage: runsvchdir dir\n\n");
}

TEST_CASE("runsvdir notices the directories that runsvchdir switches") {
  Runlevels box;
  for (const std::string name : {"a", "b"})
    box.script("levels/" + name + "/s" + name + "/run", "exec $SERVE 'up " + name + "' TERM!0");
  const Process scanner = box.start({"runsvdir", box.path("levels/current")});
  CHECK(box.event() == "up a");
  CHECK(box.change("b").code == 0);
  CHECK(box.event() == "up b");
}
