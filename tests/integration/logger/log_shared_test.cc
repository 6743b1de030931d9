// SPDX-License-Identifier: ISC
// Loggers in directories that others can write to: whatever was planted there is not followed,
// nothing is executed, and the log goes on.
#include <sys/stat.h>
#include <unistd.h>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using Names = std::vector<std::string>;

constexpr uid_t nobody = 65534;
const std::string label = "@400000006b02b4060e950e1c";
constexpr char backup[] = "#!/bin/sh\necho backup\n";

void be_nobody() {
  if (setgid(nobody) != 0 || setuid(nobody) != 0) _exit(126);
}

void give_away(const Sandbox& box, const std::string& name) {
  REQUIRE(lchown(box.path(name).c_str(), nobody, nobody) == 0);
}

void plant_link(Sandbox& box, const std::string& target, const std::string& name) {
  box.link(box.path(target), name);
  give_away(box, name);
}

bool is_file(const Sandbox& box, const std::string& name) {
  struct stat facts {};
  return lstat(box.path(name).c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

std::string not_following(const std::string& program, const std::string& name) {
  return program + ": warning: not following " + name + ": others can write to the directory\n";
}

const Argv loggers[] = {{"svlogd", "./logs"}, {"multilog", "./logs"}};

// A log directory of another user's, beside a secret and a script of root's.
struct Foreign : Sandbox {
  Foreign() {
    write("secret", "s1x: the secret\npmore of it\n-*\n");
    mode("secret", 0600);
    write("script", backup);
    mode("script", 0700);
    directory("logs");
    give_away(*this, "logs");
  }
  void check_untouched() {
    CHECK(read("script") == backup);
    CHECK(mode_of(*this, "script") == 0700);
    CHECK(mode_of(*this, "secret") == 0600);
    CHECK_FALSE(exists("made"));
  }
  // What the logger says.
  std::string log(const Argv& logger, const std::string& input = "one\n") {
    const Result result = run(logger, {.input = input});
    CHECK(result.code == 0);
    check_untouched();
    return result.err;
  }
};

}  // namespace

TEST_CASE("in another user's directory, current is not followed") {
  if (!can_be_root()) SKIP("needs root");
  for (const Argv& logger : loggers) {
    for (const std::string target : {"script", "made", "logs"}) {
      Foreign box;
      INFO(logger[0] << " " << target);
      plant_link(box, target, "logs/current");
      CHECK(box.log(logger) == not_following(logger[0], "./logs/current"));
      CHECK(is_file(box, "logs/current"));
      CHECK(box.read("logs/current") == "one\n");
    }
  }
}

TEST_CASE("in another user's directory, a current that is a second name or a FIFO is removed") {
  if (!can_be_root()) SKIP("needs root");
  for (const Argv& logger : loggers) {
    Foreign box;
    CHECK(link(box.path("script").c_str(), box.path("logs/current").c_str()) == 0);
    CHECK(box.log(logger) == not_following(logger[0], "./logs/current"));
    CHECK(box.read("logs/current") == "one\n");
    box.remove("logs/current");
    const Channel planted = box.channel("logs/current");
    CHECK(box.log(logger, "two\n") == not_following(logger[0], "./logs/current"));
    CHECK(box.read("logs/current") == "two\n");
  }
}

TEST_CASE("in another user's directory, a current of that user's is kept as an old log") {
  if (!can_be_root()) SKIP("needs root");
  for (const Argv& logger : loggers) {
    Foreign box;
    box.write("logs/current", "old\n");
    box.mode("logs/current", 0744);
    give_away(box, "logs/current");
    CHECK(box.log(logger) == not_following(logger[0], "./logs/current"));
    CHECK(old_logs(box, "logs").size() == 1);
    CHECK(logged(box, "logs") == "old\none\n");
    // From then on it is a file of the logger's own.
    CHECK(box.log(logger, "two\n").empty());
    CHECK(box.read("logs/current") == "one\ntwo\n");
  }
}

TEST_CASE("in another user's directory, lock is not followed") {
  if (!can_be_root()) SKIP("needs root");
  for (const Argv& logger : loggers) {
    Foreign box;
    plant_link(box, "made", "logs/lock");
    CHECK(box.log(logger) == not_following(logger[0], "./logs/lock"));
    box.remove("logs/lock");
    CHECK(link(box.path("script").c_str(), box.path("logs/lock").c_str()) == 0);
    CHECK(box.log(logger) == not_following(logger[0], "./logs/lock"));
    box.remove("logs/lock");
    const Channel planted = box.channel("logs/lock");
    CHECK(box.log(logger) == not_following(logger[0], "./logs/lock"));
    CHECK(logged(box, "logs") == "one\none\none\n");
    CHECK(is_file(box, "logs/lock"));
  }
}

TEST_CASE("a lock that the owner's logger has left is taken over, and excludes it") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Foreign box;
  Process logger = box.start({"svlogd", "logs"}, {.fed = true, .in_child = be_nobody});
  logger.feed("one\n");
  await_logged(box, "logs", "one\n");
  const Result second = box.run({"svlogd", "logs"});
  CHECK(second.code == 111);
  CHECK(contains(second.err, "unable to lock directory: logs: temporary failure"));
  logger.close_input();
  CHECK(logger.wait() == 0);
  CHECK(box.log({"svlogd", "logs"}, "two\n") == not_following("svlogd", "logs/current"));
  CHECK(logged(box, "logs") == "one\ntwo\n");
}

TEST_CASE("in another user's directory, a config that may be another's secret is not quoted") {
  if (!can_be_root()) SKIP("needs root");
  const std::string planting = GENERATE("ln -s ../secret", "ln ../secret", "cp -p ../secret");
  Foreign box;
  CHECK(box.run({"sh", "-c", "cd logs && " + planting + " config"}).code == 0);
  if (planting.starts_with("ln -s")) give_away(box, "logs/config");
  const std::string said = box.log({"svlogd", "logs"});
  CHECK_FALSE(contains(said, "secret"));
  CHECK(
      said.starts_with("svlogd: warning: unable to read config: logs: others can write to the "
                       "directory: "));
  CHECK(box.read("logs/current") == "one\n");
}

TEST_CASE("in another user's directory, the user's own settings count") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  box.write("logs/config", "pweb: \nsx\n");
  box.mode("logs/config", 0600);
  give_away(box, "logs/config");
  CHECK(box.log({"svlogd", "logs"}) == "svlogd: warning: invalid line in logs/config: sx\n");
  CHECK(box.read("logs/current") == "web: one\n");
}

TEST_CASE("in another user's directory, no processor runs") {
  if (!can_be_root()) SKIP("needs root");
  const std::string command = "!echo ran >../made; cat";
  const std::string said =
      ": warning: not running a processor in ./logs: "
      "others can write to the directory\n";
  Foreign box;
  SECTION("svlogd's") {
    box.write("logs/config", "s2000\n" + command + "\n");
    give_away(box, "logs/config");
    CHECK(box.log({"svlogd", "./logs"}, numbered(1, 50, 49)) == "svlogd" + said);
  }
  SECTION("multilog's") {
    CHECK(box.log({"multilog", "s4096", command, "./logs"}, numbered(1, 50, 49)) ==
          "multilog" + said);
  }
  CHECK(logged(box, "logs") == numbered(1, 50, 49));
  REQUIRE_FALSE(old_logs(box, "logs").empty());
  for (const std::string& name : old_logs(box, "logs")) CHECK(name.ends_with(".s"));
}

TEST_CASE("in another user's directory, no other name is followed") {
  if (!can_be_root()) SKIP("needs root");
  const std::string name = GENERATE(as<std::string>(), "state", "newstate", "previous", "processed",
                                    label + ".u", label + ".s", label + ".t");
  for (const std::string target : {"script", "made"}) {
    for (const Argv& logger :
         {Argv{"svlogd", "./logs"}, Argv{"multilog", "mode=640", "s4096", "./logs"}}) {
      Foreign box;
      INFO(name << " " << target << " " << logger[0]);
      plant_link(box, target, "logs/" + name);
      box.write("logs/config", "mode 640\ns2000\n");
      give_away(box, "logs/config");
      CHECK_FALSE(contains(box.log(logger, numbered(1, 105, 49)), "fatal"));
      CHECK(contains(box.read("logs/current"), numbered(105, 105, 49)));
    }
  }
}

TEST_CASE("in another user's directory, a status file is not followed") {
  if (!can_be_root()) SKIP("needs root");
  for (const std::string target : {"script", "made"}) {
    Foreign box;
    plant_link(box, target, "logs/status");
    CHECK(box.log({"multilog", "=./logs/status"}) == not_following("multilog", "./logs/status"));
    CHECK(box.read("logs/status") == "one" + std::string(998, '\n'));
    CHECK(is_file(box, "logs/status"));
  }
}

TEST_CASE("a link to a log directory is not followed where others may have made it") {
  if (!can_be_root()) SKIP("needs root");
  Foreign box;
  box.directory("etc");
  for (const std::string planted : {"logs/main", "logs/deep"}) {
    plant_link(box, "etc", planted);
    const std::string log = planted == "logs/main" ? planted : planted + "/er";
    const Result runit = box.run({"svlogd", log}, {.input = "one\n"});
    CHECK(runit.code == 111);
    CHECK(runit.err == "svlogd: warning: unable to open log directory: " + log +
                           ": a link that others can change is not followed\n"
                           "svlogd: fatal: no functional log directories.\n");
    const Result daemontools = box.run({"multilog", "./" + log}, {.input = "one\n"});
    CHECK(daemontools.code == 111);
    CHECK(daemontools.err == "multilog: fatal: unable to open directory ./" + log +
                                 ": a link that others can change is not followed\n");
    CHECK(box.list("etc").empty());
  }
  // A new directory there is the logger's own.
  CHECK(box.log({"svlogd", "logs/new"}).empty());
  CHECK(box.read("logs/new/current") == "one\n");
}

TEST_CASE("a link to a log directory is followed where nobody else can change it") {
  Sandbox box;
  box.link("there", "here");
  box.directory("there");
  box.link(box.path("there/deep"), "deep");
  CHECK(box.run({"svlogd", "here", "deep/er"}, {.input = "one\n"}).code == 0);
  CHECK(box.read("there/current") == "one\n");
  CHECK(box.read("there/deep/er/current") == "one\n");
  box.link("loop", "loop");
  const Result loop = box.run({"svlogd", "loop"});
  CHECK(loop.code == 111);
  CHECK(contains(loop.err, "unable to open log directory: loop: "));
}

TEST_CASE("a directory that a group or all can write to is not trusted either") {
  if (!can_be_root()) SKIP("needs root");
  for (const unsigned mode : {0777u, 01777u, 0775u}) {
    Sandbox box;
    box.write("script", backup);
    box.directory("logs");
    REQUIRE(chown(box.path("logs").c_str(), 0, nobody) == 0);
    box.mode("logs", mode);
    plant_link(box, "script", "logs/current");
    const Result result = box.run({"svlogd", "logs"}, {.input = "one\n"});
    CHECK(result.err == not_following("svlogd", "logs/current"));
    CHECK(box.read("script") == backup);
    CHECK(box.read("logs/current") == "one\n");
  }
}

TEST_CASE("a logger in a directory of its own user follows and executes as ever") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  for (const std::string directory : {"logs", "own"}) {
    box.directory(directory);
    give_away(box, directory);
  }
  // As a user's own group may have it.
  box.mode("logs", 0775);
  box.write("logs/config", "s2000\n!tr . ,\n");
  plant_link(box, "own/state", "logs/state");
  const Result result =
      box.run({"svlogd", "logs"}, {.input = numbered(1, 50, 49), .in_child = be_nobody});
  CHECK(result.code == 0);
  CHECK(result.err.empty());
  const Names names = old_logs(box, "logs");
  REQUIRE_FALSE(names.empty());
  CHECK(contains(box.read("logs/" + names[0]), ",,,,"));
  CHECK(box.exists("own/state"));
}

TEST_CASE("current may be a link to standard output in one's own directory") {
  Sandbox box;
  box.write("logs/config", "s2000\n");
  box.link("/dev/stdout", "logs/current");
  SECTION("a pipe, which has no size and keeps its mode") {
    const Result result =
        box.run({"sh", "-c", "svlogd logs | cat"}, {.input = numbered(1, 100, 49)});
    CHECK(result.err.empty());
    CHECK(result.out == numbered(1, 100, 49));
    CHECK_FALSE(is_file(box, "logs/current"));
    CHECK(old_logs(box, "logs").empty());
  }
  SECTION("a pipe whose reader is slow") {
    box.write("in", numbered(1, 20000, 49));
    const Process all = box.start({"sh", "-c", "svlogd logs <in | { read go <../orders; cat; }"});
    const auto is_open = [&all] {
      for (const pid_t child : children_of(all.pid()))
        for (const auto& [number, target] : descriptors(child))
          if (number > STDERR_FILENO && target.starts_with("pipe:")) return true;
      return false;
    };
    box.wait_for(is_open, "the logger does not start");
    box.order();
    CHECK(all.wait() == 0);
    CHECK(all.out() == numbered(1, 20000, 49));
    CHECK(all.err() == "");
  }
  SECTION("a file that is not empty") {
    box.write("out", "before\n");
    CHECK(box.run({"sh", "-c", "echo one | svlogd logs >>out"}).code == 0);
    CHECK(box.read("out") == "before\none\n");
    CHECK_FALSE(is_file(box, "logs/current"));
  }
  SECTION("a pipe of another user's") {
    if (!can_be_root()) SKIP("needs root");
    if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
    give_away(box, "logs");
    // Whoever opens it by name needs the right to.
    Channel out = box.channel("out");
    box.remove("logs/current");
    box.link(out.path(), "logs/current");
    box.mode("out", 0622);
    Process logger = box.start({"svlogd", "logs"}, {.fed = true, .in_child = be_nobody});
    logger.feed("one\n");
    logger.close_input();
    CHECK(logger.wait() == 0);
    CHECK(logger.err() == "");
    CHECK(out.line() == "one");
    CHECK(mode_of(box, "out") == 0622);
  }
}
