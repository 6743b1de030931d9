// SPDX-License-Identifier: ISC
// What sv shows of a control group, and sets in it.
#include <filesystem>

#include "groups.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Web {
  Web() {
    box.script("web/run", obedient);
    box.directory("web/cgroup");
    process_.emplace(box.supervise("web", groups.inside()));
    box.event();
    status = box.await(State::ready, "web");
  }
  Result sv(const Argv& words) {
    Argv argv{"sv"};
    argv.insert(argv.end(), words.begin(), words.end());
    return box.run(argv);
  }
  std::string in_group(const std::string& file) { return box.read("web/supervise/cgroup/" + file); }

  Sandbox box;
  Groups groups{box};
  StatusFile status;

 private:
  std::optional<Process> process_;
};

}  // namespace

TEST_CASE("sv status shows what a service's group uses, and JSON has its path") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  const std::string line = web.sv({"status", "./web"}).out;
  CHECK(contains(line, ", cpu "));
  CHECK(contains(line, ", 1 task\n"));
  const std::string json = web.sv({"--json", "status", "./web"}).out;
  const std::string path = std::filesystem::read_symlink(web.box.path("web/supervise/cgroup"));
  CHECK(contains(json, "\"cgroup\":{\"path\":\"" + path + "\",\"memory\":"));
  CHECK(contains(json, ",\"tasks\":1,\"tasks_max\":"));
  CHECK(contains(json, ",\"frozen\":false,\"cpu_pressure\":"));
  web.box.control("d", "web");
  web.box.event();
  web.box.await(State::down, "web");
  CHECK(contains(web.sv({"--json", "status", "./web"}).out, ",\"cgroup\":null,"));
  CHECK(!contains(web.sv({"status", "./web"}).out, "task"));
}

TEST_CASE("sv set changes the group of a running service") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  const Result result = web.sv({"set", "./web", "cgroup.max.depth", "7"});
  CHECK(result.out == "ok: ./web: cgroup.max.depth 7\n");
  CHECK(result.code == 0);
  CHECK(web.in_group("cgroup.max.depth") == "7\n");
  CHECK(web.box.list("web/cgroup").empty());
  web.box.control("t", "web");
  web.box.event();
  web.box.event();
  web.box.await(State::ready, "web");
  CHECK(web.in_group("cgroup.max.depth") == "max\n");
}

TEST_CASE("sv set --keep changes the definition, too, even of a service that is down") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  CHECK(web.sv({"set", "--keep", "./web", "cgroup.max.depth", "7"}).out ==
        "ok: ./web: cgroup.max.depth 7\n");
  CHECK(web.in_group("cgroup.max.depth") == "7\n");
  CHECK(web.box.read("web/cgroup/cgroup.max.depth") == "7\n");
  web.box.control("d", "web");
  web.box.event();
  web.box.await(State::down, "web");
  CHECK(web.sv({"set", "./web", "cgroup.max.depth", "8", "--keep"}).out ==
        "ok: ./web: cgroup.max.depth 8, from the next start on\n");
  web.box.control("u", "web");
  web.box.event();
  web.box.await(State::ready, "web");
  CHECK(web.in_group("cgroup.max.depth") == "8\n");
  CHECK(web.box.list("web/cgroup") == std::vector<std::string>{"cgroup.max.depth"});
}

TEST_CASE("what cannot be set fails with a reason, and is not kept") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  const Result refused = web.sv({"set", "--keep", "./web", "cgroup.max.depth", "deep"});
  CHECK(refused.code == 1);
  CHECK(refused.out == "fail: ./web: unable to set cgroup.max.depth to deep: invalid argument\n");
  CHECK(web.box.list("web/cgroup").empty());
  const Result absent = web.sv({"set", "./web", "nothing.max", "1"});
  CHECK(absent.code == 1);
  CHECK(contains(absent.out, "fail: ./web: unable to set nothing.max to 1: "));
  web.box.control("d", "web");
  web.box.event();
  web.box.await(State::down, "web");
  const Result down = web.sv({"set", "./web", "cgroup.max.depth", "1"});
  CHECK(down.code == 1);
  CHECK(contains(down.out, "fail: ./web: it has no control group now; "));
}

TEST_CASE("sv set takes three words and a setting of a group") {
  Sandbox box;
  const Result few = box.run({"sv", "set", "./web", "memory.max"});
  CHECK(few.code == 100);
  CHECK(contains(few.err, "set needs a service, a file such as memory.max, and a value"));
  const Result other = box.run({"sv", "set", "./web", "cgroup.procs", "1"});
  CHECK(other.code == 100);
  CHECK(contains(other.err, "cgroup.procs is no setting of a control group, as memory.max is"));
  const Result keep = box.run({"sv", "status", "--keep", "./web"});
  CHECK(contains(keep.err, "--keep does not go with status"));
}

TEST_CASE("sv pause --all freezes the group, and sv continue thaws it") {
  if (!can_group()) SKIP("needs control groups");
  Web web;
  const auto frozen = [&] { return contains(web.in_group("cgroup.events"), "frozen 1"); };
  CHECK(web.sv({"-v", "pause", "--all", "./web"}).code == 0);
  web.box.wait_for(frozen, "frozen");
  CHECK(contains(web.sv({"--json", "status", "./web"}).out, "\"frozen\":true"));
  CHECK(contains(web.sv({"status", "./web"}).out, ", paused"));
  CHECK(web.sv({"-v", "continue", "./web"}).code == 0);
  web.box.wait_for([&] { return !frozen(); }, "thawed");
  CHECK(contains(web.sv({"stop", "--all", "./web"}).err, "--all does not go with stop"));
}
