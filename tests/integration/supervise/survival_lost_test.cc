// SPDX-License-Identifier: ISC
// No second copy of a service is started when what its supervisor has saved is gone, damaged, out
// of reach, or could never be written.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "base/process.hh"
#include "sandbox.hh"
#include "service/control.hh"
#include "started.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool knows_processes() { return process_start_time(getpid()) != 0; }

void make_service(Sandbox& box, const std::string& rest = "exec sleep 1000") {
  box.script("sv/one/run", "echo $$ >>\"$BOX/started\"\n" + rest);
  box.link("../sv/one", "scan/one");
}

// What a service does that does not stay in its directory.
const std::vector<std::string> ways = {"exec sleep 1000", "exec env -C / sleep 1000",
                                       "cd / && exec sleep 1000"};

const std::vector<std::string> damages = {"no directory", "no status", "empty",
                                          "truncated",    "garbage",   "a directory"};

// While nobody can make it again.
void damage(Sandbox& box, const std::string& state, const std::string& how) {
  const std::string file = state + "/status";
  if (how == "no directory") return box.remove(state);
  const std::string bytes = box.read(file);
  box.remove(file);
  if (how == "empty") box.write(file, "");
  if (how == "truncated") box.write(file, bytes.substr(0, bytes.size() / 3));
  if (how == "garbage") box.write(file, std::string(700, 'x'));
  if (how == "a directory") box.directory(file);
}

void damage_and_kill(Sandbox& box, pid_t supervisor, const std::string& state,
                     const std::string& how) {
  // What the status shows, svscan is told a moment later; it sleeps for other reasons before.
  const auto rests = [=] {
    if (proc_status(supervisor, "State").starts_with("T")) return true;
    return sleeps_for(supervisor, 50ms) && !any_is_busy();
  };
  box.wait_for(rests, "it is busy");
  kill(supervisor, SIGSTOP);
  damage(box, state, how);
  kill(supervisor, SIGKILL);
}

StatusFile await_successor(Sandbox& box, pid_t old, const std::string& service = "sv/one") {
  box.wait_for(
      [&] {
        const Fd state = open_directory(AT_FDCWD, box.state_directory(service).c_str());
        const auto status = state ? read_status(state.get()) : std::nullopt;
        return status && status->supervisor != old && presence(state.get()) == Presence::running;
      },
      "no new supervisor");
  return settled(box, service);
}

}  // namespace

TEST_CASE("a supervisor that is killed after its state was damaged gets one that goes on") {
  Sandbox box;
  const std::string how = GENERATE(from_range(damages));
  const std::string rest = GENERATE("exec sleep 1000", "cd / && exec env - /bin/sleep 1000");
  CAPTURE(how, rest);
  make_service(box, rest);
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile before = settled(box);
  damage_and_kill(box, before.supervisor, "sv/one/supervise", how);
  if (how == "a directory") {
    box.wait_for([&] { return contains(tree.err(), "taking over"); }, "it is not taken over");
    CHECK(starts(box) == 1);
    return;
  }
  const StatusFile after = await_successor(box, before.supervisor);
  CHECK(after.main.pid == before.main.pid);
  CHECK(after.log.pid == before.log.pid);
  CHECK(starts(box) == 1);
  CHECK(contains(tree.err(), "supervise/status is "));
  const std::string pid = std::to_string(before.main.pid);
  CHECK(contains(tree.err(), ": taking over " +
                                 (knows_processes() ? "sleep (" + pid + ")" : "process " + pid)));
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
}

TEST_CASE("supervise alone starts no second copy after its state was damaged") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  const std::string how = GENERATE(from_range(damages)), way = GENERATE(from_range(ways));
  CAPTURE(how, way);
  make_service(box, way);
  const Process first = box.supervise("sv/one");
  const StatusFile before = settled(box);
  damage_and_kill(box, before.supervisor, "sv/one/supervise", how);
  first.wait();
  const Process second = box.start({"supervise", "sv/one"});
  const std::string who = "sleep (" + std::to_string(before.main.pid) + ")";
  box.wait_for([&] { return contains(second.err(), who); }, "it does not see the service");
  if (how != "no directory") {
    // That its number is in the file `pid` is not enough where its directory is another one.
    const bool stays = way == ways[0];
    CHECK(contains(second.err(), (stays ? "taking over " : "not starting while ") + who));
    CHECK(starts(box) == 1);
    return;
  }
  CHECK(second.err() ==
        "supervise sv/one: warning: supervise/status is missing: not starting while " + who +
            " runs, which may be the service\n");
  CHECK(starts(box) == 1);
  kill(before.main.pid, SIGKILL);
  settled(box);
  CHECK(starts(box) == 2);
}

TEST_CASE("a service whose state could never be written is not started twice") {
  if (!can_mount()) SKIP("needs a mount namespace");
  Sandbox box;
  const Mount mount(box, "state", "size=16k,nr_inodes=64");
  box.directory("state/one");
  {
    const Fd filler(open(box.path("state/filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const std::string page(4096, 'x');
    while (write(filler.get(), page.data(), page.size()) > 0) {
    }
  }
  make_service(box, GENERATE("exec sleep 1000", "cd / && exec env - /bin/sleep 1000"));
  const Process tree = box.start({"svscan", "-S", box.path("state"), "scan"});
  box.wait_for([&] { return starts(box) == 1; }, "it is not started");
  for (int round = 0; round < 3; ++round) {
    const std::vector<pid_t> children = children_of(tree.pid());
    const auto supervisor = std::find_if(children.begin(), children.end(), [](pid_t pid) {
      return proc_status(pid, "Name") == "supervise";
    });
    REQUIRE(supervisor != children.end());
    const std::string said = tree.err();
    kill(*supervisor, SIGKILL);
    box.wait_for([&] { return contains(tree.err().substr(said.size()), "taking over"); },
                 "it is not taken over");
  }
  CHECK(starts(box) == 1);
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
  CHECK_FALSE(alive(std::stoi(box.read("started"))));
}

TEST_CASE("what of another's may be written is not believed") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  make_service(box);
  const Process other = box.start({"sleep", "1000"});
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile before = settled(box);
  const std::string file = box.path("sv/one/supervise/status");
  kill(before.supervisor, SIGSTOP);
  SECTION("by its owner") { REQUIRE(chown(file.c_str(), 65534, 65534) == 0); }
  SECTION("by all") { box.mode("sv/one/supervise/status", 0666); }
  kill(before.supervisor, SIGKILL);
  CHECK(await_successor(box, before.supervisor).main.pid == before.main.pid);
  CHECK(contains(tree.err(), "supervise/status is damaged: taking over"));
}

TEST_CASE("the next svscan finds supervisors though their state was removed") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box);
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const Process first = box.start({"svscan", "scan"});
  const StatusFile before = settled(box);
  const std::string how = GENERATE("no directory", "no status", "garbage");
  const bool without_scanner = GENERATE(false, true);
  CAPTURE(how, without_scanner);
  kill(before.supervisor, SIGSTOP);
  first.signal(SIGKILL);
  first.wait();
  damage(box, "sv/one/supervise", how);
  if (without_scanner) box.remove("scan/.svscan");
  const Process second = box.start({"svscan", "scan"});
  box.script("sv/two/run", "exec sleep 1000");
  box.link("../sv/two", "scan/two");
  box.await(State::ready, "sv/two");
  kill(before.supervisor, SIGCONT);
  box.await_supervisor("sv/one");
  CHECK(settled(box).main.pid == before.main.pid);
  CHECK(starts(box) == 1);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  for (const pid_t pid : {before.main.pid, before.log.pid, before.supervisor})
    CHECK_FALSE(alive(pid));
}

TEST_CASE("an svscan with another state root goes on with what an earlier one has left") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box, GENERATE("exec sleep 1000", "cd / && exec env - /bin/sleep 1000"));
  box.script("sv/one/log/run", "exec cat >>\"$BOX/log\"");
  const std::string from = GENERATE("", "a"), to = GENERATE("", "b");
  if (from.empty() && to.empty()) return;
  const auto words = [&box](const std::string& root) {
    Argv argv = {"svscan"};
    if (!root.empty()) argv.insert(argv.end(), {"-S", box.path(root)});
    argv.emplace_back("scan");
    return argv;
  };
  CAPTURE(from, to);
  box.state_root(from.empty() ? "" : box.path(from));
  const Process first = box.start(words(from));
  const std::string service = from.empty() ? "sv/one" : "one";
  const StatusFile before = settled(box, service);
  box.control("o", service);
  box.await([](const StatusFile& status) { return status.main_status.want == Want::once; }, "once",
            service);
  first.signal(SIGKILL);
  first.wait();
  box.state_root(to.empty() ? "" : box.path(to));
  const Process second = box.start(words(to));
  const StatusFile after = settled(box, to.empty() ? "sv/one" : "one");
  CHECK(after.main.pid == before.main.pid);
  CHECK(after.log.pid == before.log.pid);
  CHECK(after.main_status.want == Want::once);
  CHECK(after.takeovers == 1);
  CHECK(starts(box) == 1);
  second.signal(SIGTERM);
  CHECK(second.wait() == 0);
  for (const pid_t pid : {before.main.pid, before.log.pid, before.supervisor})
    CHECK_FALSE(alive(pid));
}

TEST_CASE("two trees with the same definitions and states of their own leave each other alone") {
  Sandbox box;
  make_service(box);
  const Process one = box.start({"svscan", "-S", box.path("a"), "scan"});
  box.state_root(box.path("a"));
  const StatusFile first = settled(box, "one");
  box.link("../sv/one", "other/one");
  const Process two = box.start({"svscan", "-S", box.path("b"), "other"});
  box.state_root(box.path("b"));
  const StatusFile second = settled(box, "one");
  CHECK(first.main.pid != second.main.pid);
  two.signal(SIGTERM);
  CHECK(two.wait() == 0);
  CHECK((alive(first.main.pid) && alive(first.supervisor)));
}

TEST_CASE("a tree that was killed as a whole and has lost its state is not started again") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box, GENERATE(from_range(ways)));
  const Process first = box.start({"svscan", "scan"});
  const StatusFile before = settled(box);
  kill(before.supervisor, SIGSTOP);
  first.signal(SIGKILL);
  first.wait();
  damage_and_kill(box, before.supervisor, "sv/one/supervise", GENERATE("no directory", "garbage"));
  const Process second = box.start({"svscan", "scan"});
  const std::string who = "sleep (" + std::to_string(before.main.pid) + ")";
  box.wait_for([&] { return contains(second.err(), who); }, "it does not see the service");
  CHECK(second.err() == "svscan: warning: one has no status: not starting it while " + who +
                            " runs, which may be the service\n");
  CHECK(starts(box) == 1);
  kill(before.main.pid, SIGKILL);
  settled(box);
  CHECK(starts(box) == 2);
}

TEST_CASE(
    "what a person has started in a service directory, with a terminal or as a job, is not "
    "taken for the service") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box);
  // A job of a shell leads no session.
  const Process job =
      box.start({"sh", "-c", "env -C / sleep 1000 & exec sleep 1000"},
                {.directory = "sv/one", .environment = {{"PWD", box.path("sv/one")}}});
  box.wait_for([&] { return proc_status(job.pid(), "Name") == "sleep"; }, "no job");
  const bool alone = GENERATE(true, false);
  const Process starter =
      alone ? box.start({"supervise", "sv/one"}) : box.start({"svscan", "scan"});
  settled(box);
  CHECK(starter.err() == "");
}

TEST_CASE("sv upgrade starts no second copy of a service whose state was removed") {
  if (!knows_processes()) SKIP("the directory of a process is not shown here");
  Sandbox box;
  make_service(box);
  const Process tree = box.start({"svscan", "scan"});
  const StatusFile before = settled(box);
  const std::string what = GENERATE("", "/status", "/control");
  CAPTURE(what);
  box.remove("sv/one/supervise" + what);
  SECTION("of the supervisor") { kill(before.supervisor, SIGURG); }
  SECTION("of svscan") {
    std::ofstream(box.path("scan/.svscan/control")) << 'R';
    box.script("sv/two/run", "exec sleep 1000");
    box.link("../sv/two", "scan/two");
    box.await(State::ready, "sv/two");
    kill(before.supervisor, SIGURG);
  }
  box.wait_for(
      [&] {
        return box.exists("sv/one/supervise/status") && box.exists("sv/one/supervise/control");
      },
      "it is not made again");
  box.await_supervisor("sv/one");
  const Result result = box.run({"sv", "upgrade"}, {.environment = {{"SVDIR", box.path("scan")}}});
  INFO(result.out << result.err << tree.err());
  CHECK(result.code == 0);
  const StatusFile after = settled(box);
  CHECK(after.main.pid == before.main.pid);
  CHECK(after.supervisor == before.supervisor);
  CHECK(starts(box) == 1);
  tree.signal(SIGTERM);
  CHECK(tree.wait() == 0);
  CHECK_FALSE(alive(before.main.pid));
}

TEST_CASE("a new program needs no file to know what it supervises") {
  Sandbox box;
  box.script("run", "echo $$ >>\"$BOX/started\"\nexec sleep 1000");
  const Process supervisor = box.supervise();
  const StatusFile before = box.await(State::ready);
  const auto memory = contents_of_memory(supervisor.pid());
  box.control(std::string(1, letter::upgrade));
  box.wait_for([&] { return contents_of_memory(supervisor.pid()) != memory; }, "no new program");
  box.remove("supervise/status");
  supervisor.signal(SIGURG);
  const StatusFile after = box.await(State::ready);
  CHECK(after.main == before.main);
  CHECK(starts(box) == 1);
}
