// SPDX-License-Identifier: ISC
// svscan: one default logger for all services without their own.
#include <csignal>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A box with a scan directory.
struct Tree {
  Process svscan(const Argv& options = {}) {
    Argv argv = {"svscan"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back("scan");
    return box.start(argv);
  }
  Sandbox box;
};

}  // namespace

TEST_CASE("svlogd as the default logger gives each service a rotated log of its own") {
  Tree tree;
  const std::string logger = "svlogd -tt " + tree.box.path("logs") + "/%n";
  for (const char* const name : {"a", "b"}) {
    tree.box.script(std::string("scan/") + name + "/run",
                    std::string("echo from ") + name + "; exec sleep 1000");
    tree.box.write(std::string("logs/") + name + "/config", "s2000\n");
  }
  std::optional<Process> scanner;
  SECTION("given by -L") { scanner.emplace(tree.svscan({"-L", logger})); }
  SECTION("given by the file .svscan/log") {
    tree.box.write("scan/.svscan/log", logger + "\n");
    scanner.emplace(tree.svscan());
  }
  SECTION("given by the file, when state is kept elsewhere") {
    tree.box.write("scan/.svscan/log", logger + "\n");
    tree.box.directory("state");
    tree.box.state_root(tree.box.path("state"));
    scanner.emplace(tree.box.start({"svscan", "-S", "state", "scan"}));
  }
  SECTION("given by both, -L counts") {
    tree.box.write("scan/.svscan/log", "false\n");
    scanner.emplace(tree.svscan({"-L", logger}));
  }
  for (const char* const name : {"a", "b"}) {
    const std::string current = std::string("logs/") + name + "/current";
    const std::string end = std::string(" from ") + name + "\n";
    tree.box.wait_for(
        [&] { return tree.box.exists(current) && tree.box.read(current).ends_with(end); },
        current + " is not complete");
  }
  scanner->signal(SIGTERM);
  CHECK(scanner->wait() == 0);
  CHECK(scanner->err() == "");
}

TEST_CASE("an invalid file .svscan/log is reported, and no logger is started") {
  Tree tree;
  tree.box.script("scan/a/run", "echo up >$EVENTS; exec sleep 1000");
  const auto complaint = [&tree](const std::string& text) {
    tree.box.write("scan/.svscan/log", text);
    const Process scanner = tree.svscan();
    CHECK(tree.box.event() == "up");
    CHECK_FALSE(tree.box.status("scan/a").has_log);
    scanner.signal(SIGTERM);
    CHECK(scanner.wait() == 0);
    return scanner.err();
  };
  CHECK(complaint("one\ntwo\n") ==
        "svscan: warning: .svscan/log has more than one line: no logger\n");
  CHECK(complaint(std::string(1250, 'x')) ==
        "svscan: warning: the command in .svscan/log is too long: no logger\n");
  CHECK(complaint("\n").empty());
}
