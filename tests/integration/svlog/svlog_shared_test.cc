// SPDX-License-Identifier: ISC
// svlog in log directories that others can write to: whatever was planted there is not shown.
#include <sys/stat.h>
#include <unistd.h>

#include "reader.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr uid_t nobody = 65534;

std::string refusal_of(const std::string& name) {
  return "svlog: warning: not following " + name + ": others can write to the directory\n";
}

std::string refusal_of_link(const std::string& name) {
  return "unable to open " + name + ": a link that others can change is not followed\n";
}

// A service whose log directory belongs to another user, beside a secret of root's.
struct Foreign : Sandbox {
  Foreign() {
    write("secret/current", said(1, "the secret"));
    mode("secret/current", 0600);
    directory("web/log/main");
    give_away("web/log");
    give_away("web/log/main");
  }
  void give_away(const std::string& name) {
    REQUIRE(lchown(path(name).c_str(), nobody, nobody) == 0);
  }
  void plant(const std::string& name) {
    link(path("secret/current"), "web/log/main/" + name);
    give_away("web/log/main/" + name);
  }
  void log(const std::string& name, int64_t second, const std::string& text) {
    write("web/log/main/" + name, said(second, text));
    give_away("web/log/main/" + name);
  }
  Result shown(Argv arguments) {
    arguments.insert(arguments.begin(), {"svlog", "-o", "raw"});
    return run(arguments, {.environment = {{"SVDIR", path("")}}});
  }
};

}  // namespace

TEST_CASE("in another user's log directory, current is not followed") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  box.log(label_at(0) + ".s", 0, "old");
  box.plant("current");
  const Result result = box.shown({"./web/log/main"});
  CHECK(result.out == said(0, "old"));
  CHECK(result.err == refusal_of("./web/log/main/current"));
  CHECK(result.code == 0);
  CHECK(box.shown({"-n", "5", "web"}).out == said(0, "old"));
  CHECK(contains(box.shown({"-n", "5", "web"}).err, "/web/log/main/current: others can write"));
}

TEST_CASE("in another user's log directory, no file is followed that is to become an old log") {
  if (!can_be_root()) SKIP("needs root");
  for (const std::string& name : {label_at(2) + ".s", label_at(2) + ".u", std::string("previous"),
                                  std::string("processed")}) {
    Foreign box;
    INFO(name);
    box.log("current", 3, "new");
    box.plant(name);
    const Result result = box.shown({"./web/log/main"});
    CHECK(result.out == said(3, "new"));
    CHECK(result.err == refusal_of("./web/log/main/" + name));
  }
}

TEST_CASE("in another user's log directory, a second name of a file and a FIFO are not read") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  CHECK(::link(box.path("secret/current").c_str(), box.path("web/log/main/current").c_str()) == 0);
  const Result second_name = box.shown({"./web/log/main"});
  CHECK(second_name.out.empty());
  CHECK(second_name.err == refusal_of("./web/log/main/current"));
  box.remove("web/log/main/current");
  const Channel planted = box.channel("web/log/main/current");
  CHECK(box.shown({"./web/log/main"}).err == refusal_of("./web/log/main/current"));
}

TEST_CASE("in another user's directory, a link to a log directory is not followed") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  box.remove("web/log/main");
  box.link(box.path("secret"), "web/log/main");
  box.give_away("web/log/main");
  const Result found = box.shown({"./web"});
  CHECK(found.out.empty());
  CHECK(found.err ==
        "svlog: fatal: unable to find the log of ./web: " + refusal_of_link("./web/log/main"));
  CHECK(found.code == 111);
  const Result direct = box.shown({"./web/log/main"});
  CHECK(direct.out.empty());
  CHECK(contains(direct.err, refusal_of_link("./web/log/main")));
  CHECK(box.shown({"-f", "./web/log/main"}).err ==
        "svlog: fatal: " + refusal_of_link("./web/log/main"));
}

TEST_CASE("svlog -f does not follow a current that another user replaces, and goes on") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  box.log("current", 0, "first");
  const Process reader = box.start({"svlog", "-f", "-o", "raw", "./web/log/main"});
  await_shown(box, reader, said(0, "first"));
  box.move("web/log/main/current", "web/log/main/" + label_at(1) + ".s");
  box.plant("current");
  box.wait_for([&] { return reader.err() == refusal_of("./web/log/main/current"); }, "no word");
  box.remove("web/log/main/current");
  box.log("current", 2, "second");
  await_shown(box, reader, said(0, "first") + said(2, "second"));
  CHECK(reader.err() == refusal_of("./web/log/main/current"));
}

TEST_CASE("svlog -f does not follow a link that another user puts in place of the directory") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  box.log("current", 0, "first");
  const Process reader = box.start({"svlog", "-f", "-o", "raw", "./web/log/main"});
  await_shown(box, reader, said(0, "first"));
  box.move("web/log/main", "web/log/other");
  box.link(box.path("secret"), "web/log/main");
  box.give_away("web/log/main");
  box.wait_for(
      [&] { return reader.err() == "svlog: warning: " + refusal_of_link("./web/log/main"); },
      "no word");
  box.remove("web/log/main");
  box.move("web/log/other", "web/log/main");
  // Not over the first line, which has been read.
  box.remove("web/log/main/current");
  box.log("current", 2, "second");
  box.wait_for([&] { return contains(reader.out(), said(2, "second")); }, "it does not go on");
  CHECK_FALSE(contains(reader.out(), "secret"));
}

TEST_CASE("sv log and sv status --lines show nothing that another user has linked to") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  box.write("web/run", "");
  box.plant("current");
  const Setup setup = {.environment = {{"SVDIR", box.path("")}}};
  for (const Argv& command :
       {Argv{"sv", "log", "web"}, Argv{"sv", "--lines", "5", "status", "web"}}) {
    const Result result = box.run(command, setup);
    CHECK_FALSE(contains(result.out + result.err, "secret"));
    CHECK(contains(result.err, "/web/log/main/current: others can write to the directory"));
  }
}

TEST_CASE("links in one's own log directory are followed") {
  Sandbox box;
  box.write("elsewhere", said(1, "linked"));
  box.directory("logs");
  box.link(box.path("elsewhere"), "logs/current");
  box.link(box.path("logs"), "other");
  CHECK(svlog(box, {"-o", "raw", "./logs"}) == said(1, "linked"));
  CHECK(svlog(box, {"-o", "raw", "./other"}) == said(1, "linked"));
}
