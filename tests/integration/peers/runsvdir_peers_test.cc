// SPDX-License-Identifier: ISC
// runsvdir beside runit's own: signals, the title in the process list, and when things
// happen. Both live the same life, at the same time.
#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

bool no_runit() { return genuine("runsvdir").empty(); }

// The command line of a process as ps(1) shows it.
std::string command_line(pid_t pid) {
  const Fd file = open_read(AT_FDCWD, ("/proc/" + std::to_string(pid) + "/cmdline").c_str());
  char bytes[2000];
  const ssize_t size = file ? read_all(file.get(), bytes) : 0;
  std::string words(bytes, static_cast<size_t>(std::max<ssize_t>(size, 0)));
  for (char& byte : words)
    if (byte == '\0' || byte == '\n') byte = ' ';
  return words;
}

// A tree of either's runsvdir and runsv, in a directory of its own.
class Lives {
 public:
  Lives(Sandbox& box, const std::string& name, const std::string& bin)
      : box_(box), name_(name), bin_(bin) {
    box_.script(name + "/sv/a/run", "echo $$ >>starts; echo hello >&2; exec sleep 1000");
    box_.script(name + "/sv/stubborn/run", "trap '' TERM; echo $$ >>starts; exec sleep 1000");
  }

  Process begin(Argv words) {
    words.insert(words.begin(), "runsvdir");
    return box_.start(words, {.directory = name_, .environment = {{"PATH", bin_ + ":/bin"}}});
  }
  void await_service(const std::string& service) {
    const std::string starts = name_ + "/sv/" + service + "/starts";
    box_.wait_for([&] { return box_.exists(starts) && !box_.read(starts).empty(); },
                  service + " does not begin");
    box_.await_supervisor(name_ + "/sv/" + service);
  }
  std::string state(const std::string& service) {
    return box_.read(name_ + "/sv/" + service + "/supervise/stat");
  }
  pid_t pid(const std::string& service) {
    return std::stoi(box_.read(name_ + "/sv/" + service + "/starts"));
  }
  Sandbox& box() { return box_; }
  std::string path(const std::string& name) const { return name_ + "/" + name; }

 private:
  Sandbox& box_;
  std::string name_, bin_;
};

struct Pair {
  Sandbox box;
  Lives theirs{box, "theirs", "/usr/bin"}, ours{box, "ours", program_directory()};
  // The same for both.
  void play(const std::function<void(Lives&, const Process&)>& life, const Argv& words) {
    const Process one = theirs.begin(words), other = ours.begin(words);
    life(theirs, one);
    life(ours, other);
  }
};

const std::string dots(40, '.');

}  // namespace

TEST_CASE("runsvdir shows its standard error in its title, as runit's does") {
  if (no_runit()) SKIP("runit is not installed");
  Pair pair;
  std::vector<std::string> titles;
  pair.play(
      [&](Lives& tree, const Process& scanner) {
        tree.await_service("a");
        tree.box().wait_for([&] { return contains(command_line(scanner.pid()), "hello"); },
                            "the title does not change");
        titles.push_back(command_line(scanner.pid()));
        CHECK(scanner.err() == "");
        // The output of a service never makes it fail, and a long message is cut.
        const std::string error = "/proc/" + std::to_string(tree.pid("a")) + "/fd/2";
        tree.box().run({"sh", "-c", "seq 100000 >" + error});
        tree.box().wait_for([&] { return contains(command_line(scanner.pid()), " 100000 "); },
                            "the title does not scroll");
        titles.push_back(command_line(scanner.pid()));
      },
      {"sv", "log: " + dots});
  CHECK(titles[0] == titles[2]);
  CHECK(titles[1] == titles[3]);
}

TEST_CASE("runsvdir reports a title that is too short as runit's does") {
  if (no_runit()) SKIP("runit is not installed");
  Pair pair;
  std::vector<std::string> said;
  pair.play(
      [&](Lives& tree, const Process& scanner) {
        tree.await_service("a");
        const std::string err = scanner.err();
        said.push_back(err.substr(0, err.find("hello")));
      },
      {"sv", "log: ."});
  CHECK(said[0] == said[1]);
  CHECK(contains(said[1], "log service disabled.\n"));
}

TEST_CASE("runsvdir: TERM, HUP and ALRM work as with runit's") {
  if (no_runit()) SKIP("runit is not installed");
  const int number = GENERATE(SIGTERM, SIGHUP, SIGALRM);
  Pair pair;
  std::vector<std::string> results;
  pair.play(
      [&](Lives& tree, const Process& scanner) {
        tree.await_service("a");
        tree.await_service("stubborn");
        if (number == SIGALRM) tree.box().script(tree.path("sv/new/run"), "exec sleep 1000");
        scanner.signal(number);
        if (number == SIGALRM) return tree.box().await_supervisor(tree.path("sv/new"));
        const int code = scanner.wait();
        const std::string after = number == SIGHUP ? "run, got TERM, want exit\n" : "run\n";
        tree.box().wait_for([&] { return tree.state("stubborn") == after; }, "not " + after);
        const bool ended = number == SIGHUP;
        tree.box().wait_for([&] { return alive(tree.pid("a")) != ended; }, "a is not as expected");
        results.push_back(std::to_string(code) + tree.state("stubborn") + scanner.err());
      },
      {"-P", "sv"});
  if (number != SIGALRM) CHECK(results[0] == results[1]);
}

TEST_CASE("runsvdir restarts a runsv that has exited, late enough to see that it has") {
  if (no_runit()) SKIP("runit is not installed");
  Sandbox box;
  Lives tree(box, "ours", program_directory());
  const Process scanner = tree.begin({"sv"});
  tree.await_service("a");
  const Setup setup = {.environment = {{"SVDIR", box.path("ours/sv")}}};
  const Result result = box.run({genuine("sv"), "exit", "a"}, setup);
  CHECK(result.code == 0);
  const Result waiting = box.run({genuine("sv"), "shutdown", "a"}, setup);
  CHECK(waiting.out == "ok: a: runsv not running\n");
  // One that was killed is missed at once.
  box.await_supervisor("ours/sv/a");
  const pid_t before = box.status("ours/sv/a").supervisor;
  kill(before, SIGKILL);
  box.wait_for([&] { return !alive(before); }, "it does not die");
  box.await([&](const StatusFile& now) { return now.supervisor != before; }, "no other",
            "ours/sv/a");
}

TEST_CASE("runsvdir waits for a directory that does not exist yet") {
  Sandbox box;
  const Process scanner = box.start({"runsvdir", "later"});
  box.wait_for([&] { return !scanner.err().empty(); }, "nothing is said");
  CHECK(scanner.err() == "runsvdir later: warning: unable to stat later: file does not exist\n");
  box.script("there/a/run", obedient);
  box.move("there", "later");
  CHECK(contains(box.event(), "up "));
  box.script("new/run", obedient);
  box.move("new", "later/b");
  CHECK(contains(box.event(), "up "));
  CHECK_FALSE(scanner.ended());
}

TEST_CASE("runsvdir keeps its title after an upgrade") {
  if (is_portable_twin()) SKIP("needs /proc");
  Sandbox box;
  box.script("sv/a/run",
             "trap 'echo again >&2' USR1; echo up >$EVENTS; while :; do sleep 1000 & wait; done");
  const Process scanner = box.start({"runsvdir", "sv", "log: " + dots});
  CHECK(box.event() == "up");
  const std::string memory = contents_of_memory(scanner.pid());
  const auto title = [&] { return command_line(scanner.pid()); };
  box.run({"sh", "-c", "printf R >sv/.svscan/control"});
  box.wait_for([&] { return contents_of_memory(scanner.pid()) != memory; }, "it stays the same");
  kill(box.status("sv/a").main.pid, SIGUSR1);
  box.wait_for([&] { return contains(title(), "again"); }, "the title does not change any more");
  CHECK(scanner.err() == "");
}
