// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "sandbox.hh"
#include "tree.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char told[] = "echo $AWAIT_CONDITION $AWAIT_SUBJECT $1 $2 >$EVENTS";

// Begins to wait, with `job` as the program, and returns when it waits.
Process begin(Sandbox& box, Argv words, Setup setup = {}) {
  Argv argv = {"await", "-v"};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.insert(argv.end(), {"--", "./job"});
  box.script("job", told);
  Process await = box.start(argv, setup);
  box.wait_for([&] { return contains(await.err(), "await: info: waiting\n"); }, "it does not wait");
  return await;
}

Result try_it(Sandbox& box, Argv words) {
  words.insert(words.begin(), "await");
  return box.run(words);
}

}  // namespace

TEST_CASE("what holds already is not waited for") {
  Sandbox box;
  box.write("a1", "");
  box.directory("d");
  box.write("d/x", "");
  for (const Argv& words : std::vector<Argv>{{"path-exists", "a?"},
                                             {"path-exists", "/etc/pass[w]d"},
                                             {"path-exists", "d"},
                                             {"directory-not-empty", "d"},
                                             {"interface", "lo", "up"},
                                             {"address", "127.0.0.1"},
                                             {"address", "lo"}}) {
    CAPTURE(words);
    const Result result = try_it(box, words);
    CHECK(result.code == 0);
    CHECK(result.err == "");
  }
}

TEST_CASE("await executes its program, with what came in its environment") {
  Sandbox box;
  box.write("a1", "");
  const Result result =
      try_it(box, {"-v", "path-exists", "missing", "path-exists", "a*", "--", "sh", "-c",
                   "echo $AWAIT_CONDITION $AWAIT_SUBJECT $0; exit 3", "word"});
  CHECK(result.code == 3);
  CHECK(result.out == "path-exists a1 word\n");
  CHECK(result.err == "await: info: path-exists a1\n");
}

TEST_CASE("a path is found as soon as its last part is made, wherever it begins to exist") {
  Sandbox box;
  const Process await = begin(box, {"path-exists", "a/b*/c"});
  box.directory("a");
  box.directory("a/x");
  box.directory("a/b1");
  box.directory("a/b2");
  CHECK_FALSE(box.event_within(0s));
  box.write("a/b2/c", "");
  CHECK(box.event() == "path-exists a/b2/c");
  CHECK(await.wait() == 0);
}

TEST_CASE("a path that is moved into place, or linked, is found") {
  Sandbox box;
  const Process await = begin(box, {"path-exists", "a/b"});
  SECTION("moved") {
    box.directory("other");
    box.write("other/b", "");
    box.move("other", "a");
  }
  SECTION("a dangling link counts, as a name that is taken") {
    box.directory("a");
    box.link("nowhere", "a/b");
  }
  CHECK(box.event() == "path-exists a/b");
}

TEST_CASE("the first name in a directory is noticed, also in one that is made later") {
  Sandbox box;
  const Process await = begin(box, {"directory-not-empty", "spool"});
  box.directory("spool");
  CHECK_FALSE(box.event_within(0s));
  box.write("spool/.hidden", "");
  CHECK(box.event() == "directory-not-empty spool");
}

TEST_CASE("a path that comes, goes, is replaced or written has changed") {
  Sandbox box;
  box.write("file", "x");
  box.directory("directory");
  SECTION("written") {
    const Process await = begin(box, {"path-changed", "file"});
    box.write("file", "y");
    CHECK(box.event() == "path-changed file");
  }
  SECTION("removed") {
    const Process await = begin(box, {"path-changed", "file"});
    box.remove("file");
    CHECK(box.event() == "path-changed file");
  }
  SECTION("replaced") {
    const Process await = begin(box, {"path-changed", "file"});
    box.write("new", "y");
    box.move("new", "file");
    CHECK(box.event() == "path-changed file");
  }
  SECTION("made") {
    const Process await = begin(box, {"path-changed", "missing"});
    box.write("missing", "");
    CHECK(box.event() == "path-changed missing");
  }
  SECTION("in a directory") {
    const Process await = begin(box, {"path-changed", "directory"});
    box.write("directory/x", "");
    CHECK(box.event() == "path-changed directory");
  }
}

TEST_CASE("a write is noticed before the file is closed, by path-modified") {
  Sandbox box;
  box.write("file", "x");
  const Fd file = open_append(AT_FDCWD, box.path("file").c_str(), 0644);
  const Process await = begin(box, {"path-modified", "file"});
  REQUIRE(write_all(file.get(), "more"));
  CHECK(box.event() == "path-modified file");
}

TEST_CASE("a stamp tells what has changed while nobody waited") {
  Sandbox box;
  box.write("file", "x");
  const Argv words = {"await", "--timeout=0", "--stamp=stamp", "path-changed", "file"};
  CHECK(box.run(words).code == 99);
  CHECK(box.run(words).code == 99);
  box.write("file", "longer");
  CHECK(box.run(words).code == 0);
  CHECK(box.run(words).code == 99);
  box.remove("file");
  CHECK(box.run(words).code == 0);
  const Result result = try_it(box, {"--stamp=missing/stamp", "path-changed", "file"});
  CHECK(result.code == 111);
  CHECK(result.err == "await: fatal: unable to write missing/stamp: file does not exist\n");
}

TEST_CASE("await gives up after its timeout") {
  Sandbox box;
  const Result result = try_it(box, {"--timeout=20ms", "path-exists", "missing", "--", "true"});
  CHECK(result.code == 99);
  CHECK(result.err == "await: fatal: timed out\n");
}

TEST_CASE("ALRM goes on at once, and TERM ends") {
  Sandbox box;
  const Process first = begin(box, {"path-exists", "missing"});
  first.signal(SIGALRM);
  CHECK(box.event() == "");
  CHECK(first.wait() == 0);
  const Process second = begin(box, {"path-exists", "missing"});
  second.signal(SIGTERM);
  CHECK(second.wait() == 128 + SIGTERM);
}

TEST_CASE("with -a all conditions must hold") {
  Sandbox box;
  const Process await = begin(box, {"-a", "path-exists", "one", "path-exists", "two"});
  box.write("one", "");
  CHECK_FALSE(box.event_within(0s));
  box.write("two", "");
  CHECK(box.event() == "path-exists one");
}

TEST_CASE("await sleeps without waking up") {
  Sandbox box;
  const Process await = begin(box, {"path-exists", "missing", "address", "192.0.2.1"});
  box.wait_for([&] { return sleeps_for(await.pid(), 300ms); }, "it wakes up");
}

TEST_CASE("words that cannot be are refused, by name") {
  Sandbox box;
  const auto refused = [&](const Argv& words, const std::string& message) {
    const Result result = try_it(box, words);
    CHECK(result.code == 100);
    CHECK(result.err == "await: fatal: " + message + "\n");
  };
  refused({"path-exist", "x"}, "unknown condition path-exist");
  refused({"event"}, "words are missing behind event");
  refused({"event", "a b"}, "not the name of an event: a b");
  refused({"--timeout=soon", "event", "a"}, "invalid value for --timeout: soon");
  CHECK(try_it(box, {"-v"}).code == 100);
  const Result alone = try_it(box, {"event", "a"});
  CHECK(alone.code == 111);
  CHECK(contains(alone.err, "await: fatal: unable to await events in "));
}

// --- In a tree --------------------------------------------------------------

namespace {

Setup in_tree(Tree& tree) { return {.environment = {{"SVDIR", tree.box.path("scan")}}}; }

Result sv(Tree& tree, Argv words) {
  words.insert(words.begin(), "sv");
  return tree.box.run(words, in_tree(tree));
}

}  // namespace

TEST_CASE("sv emit reaches all that await the event, with its variables") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const Process await = begin(tree.box, {"event", "go"}, in_tree(tree));
  const Process second = begin(tree.box, {"event", "other", "event", "go"}, in_tree(tree));
  tree.box.script("job", "echo $AWAIT_CONDITION $AWAIT_SUBJECT $ONE $TWO >$EVENTS");
  CHECK(sv(tree, {"emit", "nobody"}).code == 0);
  CHECK(sv(tree, {"emit", "go", "ONE=1", "TWO=2 3"}).code == 0);
  CHECK(tree.box.events(2) == std::vector<std::string>{"event go 1 2 3", "event go 1 2 3"});
  CHECK(await.wait() == 0);
  CHECK(second.wait() == 0);
  CHECK(sv(tree, {"emit", "go"}).code == 0);
  CHECK(access(tree.box.path("scan/.svscan/event").c_str(), F_OK) != 0);
}

TEST_CASE("sv emit refuses what is no event") {
  Tree tree;
  const auto refused = [&](const Argv& words, const std::string& message) {
    const Result result = sv(tree, words);
    CHECK(result.code == 100);
    CHECK(contains(result.err, message));
  };
  refused({"emit"}, "usage");
  refused({"emit", "a/b"}, "sv: fatal: not the name of an event: a/b\n");
  refused({"emit", "a", "b"}, "sv: fatal: not NAME=VALUE: b\n");
  refused({"emit", "a"}, "sv: fatal: unable to reach the svscan of ");
  refused({"emit", "a", "A=" + std::string(5000, 'x')}, "sv: fatal: the event is too long\n");
}

TEST_CASE("a service is awaited through its states, also before it exists") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const auto begun = [&](const std::string& state, const std::string& name) {
    return begin(tree.box, {"service", name, state}, in_tree(tree));
  };
  CHECK(tree.box.run({"await", "service", "a", "up"}, in_tree(tree)).code == 0);
  const Process down = begun("down", "a");
  tree.box.control("d", "scan/a");
  CHECK(tree.box.events(2) == std::vector<std::string>{"a down", "service a"});
  const Process up = begun("up", "a");
  tree.box.control("u", "scan/a");
  CHECK(tree.box.events(2) == std::vector<std::string>{"a up", "service a"});
  const Process later = begun("up", "b");
  tree.box.script("b/run", "exec $SERVE 'b up'");
  tree.box.move("b", "scan/b");
  CHECK(tree.box.events(2) == std::vector<std::string>{"b up", "service b"});
  const Process failed = begun("failed", "c");
  tree.box.script("c/run", "exit 1");
  tree.box.write("c/max-restarts", "1 10min");
  tree.box.write("c/restart-delay", "0");
  tree.box.move("c", "scan/c");
  CHECK(tree.box.event() == "service c");
  for (const Process* const one : {&down, &up, &later, &failed}) CHECK(one->wait() == 0);
}

TEST_CASE("a supervisor that dies is not the end of the wait") {
  Tree tree;
  tree.service("a");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "a up");
  const Process down = begin(tree.box, {"service", "a", "down"}, in_tree(tree));
  kill(tree.box.await(State::ready, "scan/a").supervisor, SIGKILL);
  tree.box.await([](const StatusFile& status) { return status.takeovers > 0; }, "no takeover",
                 "scan/a");
  tree.box.control("d", "scan/a");
  CHECK(tree.box.events(2) == std::vector<std::string>{"a down", "service a"});
}

TEST_CASE("a service finds the tree that it is in") {
  Tree tree;
  tree.box.script("scan/a/run", "exec await service b up -- $SERVE 'a has seen b'");
  tree.box.script("scan/b/run", "exec $SERVE 'b up'");
  const Process scanner = tree.start();
  CHECK(tree.box.events(2) == std::vector<std::string>{"a has seen b", "b up"});
}
