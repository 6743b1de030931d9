// SPDX-License-Identifier: ISC
// sv tree and sv graph: what services name, and what names them.
#include "control.hh"
#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Nothing runs: what is shown are files.
struct Named : Services {
  Named() {
    for (const char* const name : {"web", "db", "worker", "alone", "other"}) plain(name);
    write("sv/web/needs", "db\n# not this\n\nghost\n");
    write("sv/worker/binds", "web\n");
    write("sv/multi/wants/worker", "");
    setup.environment["LC_ALL"] = "C.UTF-8";
  }
};

}  // namespace

TEST_CASE("sv tree shows all services that stand in a relation, from those that nothing names") {
  Named box;
  const Result result = box.sv({"tree"});
  CHECK(result.code == 0);
  CHECK(result.out ==
        "multi: group, no supervisor\n"
        "└─ wants worker: no supervisor\n"
        "   └─ is bound to web: no supervisor\n"
        "      ├─ needs db: no supervisor\n"
        "      └─ needs ghost: does not exist\n"
        "2 services named by none and naming none\n");
}

TEST_CASE("sv tree NAME shows both directions") {
  Named box;
  CHECK(box.sv({"tree", "web"}).out ==
        "web: no supervisor\n"
        "├─ needs db: no supervisor\n"
        "└─ needs ghost: does not exist\n"
        "\n"
        "web is named by:\n"
        "└─ worker is bound to it: no supervisor\n"
        "   └─ multi wants it: group, no supervisor\n");
  CHECK(box.sv({"tree", "alone"}).out == "alone: no supervisor\n");
}

TEST_CASE("sv tree draws with what the locale has") {
  Named box;
  box.setup.environment["LC_ALL"] = "C";
  CHECK(contains(box.sv({"tree", "worker"}).out, "`- is bound to web: no supervisor\n   |- needs"));
}

TEST_CASE("sv tree and sv graph print JSON of what was asked for") {
  Named box;
  const std::string all = box.sv({"tree", "-o", "json"}).out;
  CHECK(lines_of(all).size() == 2 + 7);
  CHECK(contains(all,
                 "{\"name\":\"web\",\"state\":\"no supervisor\",\"group\":false,\"reason\":null,"
                 "\"needs\":[\"db\",\"ghost\"],\"binds\":[],\"wants\":[],\"after\":[],"
                 "\"starts\":[],\"part-of\":[],\"conflicts\":[]}"));
  const std::string one = box.sv({"--json", "tree", "db"}).out;
  CHECK(lines_of(one).size() == 2 + 4);
  CHECK_FALSE(contains(one, "ghost\",\"state"));
  CHECK(box.sv({"--json", "graph", "db"}).out == one);
}

TEST_CASE("sv graph prints a graph for dot") {
  Named box;
  const std::string text = box.sv({"graph"}).out;
  CHECK(text.substr(0, 19) == "digraph services {\n");
  CHECK(contains(text, "\"worker\" -> \"web\" [penwidth=2];\n"));
  CHECK_FALSE(contains(text, "alone"));
  CHECK(contains(box.sv({"graph", "alone"}).out, "alone"));
}

TEST_CASE("sv tree of what does not exist fails, and shows the rest") {
  Named box;
  const Result result = box.sv({"tree", "wbe", "alone"});
  CHECK(result.code == 1);
  CHECK(contains(result.out, "alone: no supervisor\n"));
  CHECK(contains(result.err, "sv: warning: wbe: unable to change to service directory"));
  CHECK(contains(result.err, "is it web?"));
}

TEST_CASE("a path leads to the same service as its name") {
  Named box;
  CHECK(box.sv({"tree", box.path("sv/db")}).out == box.sv({"tree", "db"}).out);
}

TEST_CASE("a deep circle of services has an end") {
  Services box;
  for (int at = 0; at < 1000; ++at) {
    const std::string name = "s" + std::to_string(at);
    box.plain(name);
    box.write("sv/" + name + "/needs", "s" + std::to_string((at + 1) % 1000) + "\n");
  }
  CHECK(box.sv({"tree", "s0"}).code == 0);
  CHECK(box.sv({"tree"}).code == 0);
  CHECK(lines_of(box.sv({"graph"}).out).size() == 2004 + 1);
  CHECK(box.sv({"-n", "start", "s5"}).code == 0);
  CHECK(box.sv({"-n", "stop", "s5"}).code == 0);
}
