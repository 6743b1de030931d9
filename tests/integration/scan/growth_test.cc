// SPDX-License-Identifier: ISC
// supervise and svscan: neither memory nor descriptors grow, however often anything happens.
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

namespace fs = std::filesystem;

constexpr char sleeper[] = "exec sleep 1000";

size_t resident_kilobytes(pid_t pid) { return std::stoul(proc_status(pid, "VmRSS")); }

// Runs this command under valgrind, which prints a summary at exit. It sees nothing of a
// static program's heap.
Process watched(Sandbox& box, Argv argv) {
  argv[0] = shared_program(argv[0]);
  argv.insert(argv.begin(), {"valgrind", "--log-file=" + box.path("report")});
  return box.start(argv);
}

}  // namespace

TEST_CASE("supervise never allocates memory") {
  if (is_sanitized() || is_portable_twin()) SKIP("this build allocates");
  Sandbox box;
  if (box.run({"sh", "-c", "valgrind --version"}).code != 0) SKIP("needs valgrind");
  box.script("a/run", sleeper);
  box.script("a/finish", "exit 0");
  box.script("a/check", "exit 0");
  box.script("a/control/h", "exit 1");
  box.script("a/notify", "exit 0");
  box.script("a/log/run", "exec cat >/dev/null");
  box.write("a/restart-delay", "0");
  box.write("a/max-restarts", "nonsense");
  const Process supervisor = watched(box, {"supervise", "a"});
  // Not until it is ready: with valgrind vfork does not wait, so that what the child writes
  // down may come after what the parent does next.
  const auto starts = [&box](uint32_t count) {
    box.await(
        [count](const StatusFile& now) {
          return now.main.pid != 0 && now.main_status.starts == count;
        },
        "it does not come up", "a");
  };
  starts(1);
  box.control("hpck", "a");
  starts(2);
  box.control("d", "a");
  box.await(State::down, "a");
  box.control("t", "a/log");
  box.control("u", "a");
  starts(3);
  box.remove("a/run");
  box.control("k", "a");
  box.await([](const StatusFile& now) { return now.main_status.starts >= 6; }, "no restarts", "a");
  supervisor.signal(SIGTERM);
  CHECK(supervisor.wait() == 0);
  CHECK(contains(box.read("report"), "total heap usage: 0 allocs, 0 frees, 0 bytes allocated"));
  CHECK(contains(box.read("report"), "ERROR SUMMARY: 0 errors"));
}

TEST_CASE("svscan never allocates memory") {
  if (is_sanitized() || is_portable_twin()) SKIP("this build allocates");
  Sandbox box;
  if (box.run({"sh", "-c", "valgrind --version"}).code != 0) SKIP("needs valgrind");
  for (const char* const name : {"a", "b", "c"}) {
    box.script("all/" + std::string(name) + "/run", sleeper);
    box.script("all/" + std::string(name) + "/log/run", "exec cat >/dev/null");
  }
  box.directory("scan");
  box.link("nowhere", "scan/dangling");
  box.link("../all/a", "scan/a");
  const Process scanner = watched(box, {"svscan", "scan"});
  box.await(State::ready, "scan/a");
  box.link("../all/b", "scan/b");
  box.await(State::ready, "scan/b");
  box.remove("scan/a");
  box.link("../all/c", "scan/c");
  box.await(State::ready, "scan/c");
  scanner.signal(SIGHUP);
  scanner.signal(SIGTERM);
  CHECK(scanner.wait() == 0);
  CHECK(contains(box.read("report"), "total heap usage: 0 allocs, 0 frees, 0 bytes allocated"));
  CHECK(contains(box.read("report"), "ERROR SUMMARY: 0 errors"));
}

// $RESTARTS sets a larger number than the usual 1000.
TEST_CASE("thousands of restarts of a service leak nothing") {
  Sandbox box;
  box.directory("a");
  fs::copy_file("/bin/true", box.path("a/run"));
  box.write("a/restart-delay", "0");
  box.script("a/log/run", "exec cat >/dev/null");
  const Process supervisor = box.supervise("a");
  const auto after = [&box](uint32_t count) {
    box.await([count](const StatusFile& now) { return now.main_status.starts >= count; },
              "it is not started that often", "a");
  };
  after(500);
  box.control("d", "a");
  box.await(State::down, "a");
  const auto open = descriptors(supervisor.pid());
  const size_t resident = resident_kilobytes(supervisor.pid());
  box.control("u", "a");
  const char* const asked = getenv("RESTARTS");
  const auto last = static_cast<uint32_t>(asked != nullptr ? std::stoul(asked) : 1000);
  for (uint32_t count = 1000; count <= last; count += 500) after(count);
  box.control("d", "a");
  box.await(State::down, "a");
  box.wait_for([&] { return descriptors(supervisor.pid()).size() <= open.size(); }, "it grows");
  CHECK(resident_kilobytes(supervisor.pid()) <= resident + 8);
  CHECK(children_of(supervisor.pid()).size() == 1);  // the logger
  CHECK(supervisor.err() == "");
}

TEST_CASE("services that come and go leak nothing in svscan") {
  Sandbox box;
  box.directory("scan");
  box.script("all/a/run", sleeper);
  box.script("all/a/log/run", "exec cat >/dev/null");
  const Process scanner = box.start({"svscan", "scan"});
  const auto come_and_go = [&box] {
    box.link("../all/a", "scan/a");
    box.await_supervisor("scan/a");
    box.remove("scan/a");
    // The next one waits until this one has ended.
    box.wait_for([&box] { return processes_in(box.path("all/a")).empty(); }, "it does not end");
  };
  come_and_go();
  const auto open = descriptors(scanner.pid());
  for (int round = 0; round < 15; ++round) come_and_go();
  box.wait_for([&] { return children_of(scanner.pid()).empty(); }, "a supervisor is left");
  box.wait_for([&] { return descriptors(scanner.pid()).size() <= open.size(); }, "it grows");
  CHECK(scanner.err() == "");
}
