// SPDX-License-Identifier: ISC
// sv: where names lead, init scripts, other suites' supervisors, scarce descriptors.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Only the state directory of a supervisor: the test writes its status and reads
// its letters.
struct Puppet : Services {
  Fd ok, control;

  explicit Puppet(std::string_view status) {
    directory("sv/web/supervise");
    write("sv/web/supervise/status", status);
    for (const char* const fifo : {"ok", "control"})
      REQUIRE(mkfifo(path("sv/web/supervise/" + std::string(fifo)).c_str(), 0600) == 0);
    ok = open_read(AT_FDCWD, path("sv/web/supervise/ok").c_str());
    control = open_read(AT_FDCWD, path("sv/web/supervise/control").c_str());
    // Keeps the letters until they are read.
    keep = open_write(AT_FDCWD, path("sv/web/supervise/control").c_str());
  }
  std::string letters() {
    char bytes[64];
    const ssize_t got = ::read(control.get(), bytes, sizeof bytes);
    return got > 0 ? std::string(bytes, static_cast<size_t>(got)) : "";
  }
  Fd keep;
};

std::string daemontools_status(pid_t pid, char want) {
  const auto bytes = encode(RunitStatus{.since = tai_now(), .pid = pid, .want = want});
  return {bytes.begin(), bytes.begin() + daemontools_status_size};
}

std::string runit_status(const RunitStatus& runit) {
  const auto bytes = encode(runit);
  return {bytes.begin(), bytes.end()};
}

void limit_descriptors(rlim_t most) {
  const rlimit limit{most, most};
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

TEST_CASE("bare names are services of SVDIR, and paths are paths") {
  Services box;
  box.plain("web");
  box.script("other/deep/run", "exec sleep 1000");
  box.directory("elsewhere/web");
  const Process one = box.supervise("sv/web"), two = box.supervise("other/deep");
  CHECK(contains(box.sv({"status", "web"}).out, "run: web: "));
  CHECK(contains(box.sv({"status", box.path("sv/web")}).out, "run: " + box.path("sv/web") + ": "));
  CHECK(contains(box.sv({"status", "./sv/web"}).out, "run: ./sv/web: "));
  CHECK(contains(box.sv({"status", "sv/web/"}).out, "run: sv/web/: "));
  CHECK(contains(box.sv({"restart", "sv/web/"}).out, "ok: run: sv/web/: "));
  // A name with a slash that is no service of SVDIR.
  CHECK(contains(box.sv({"status", "other/deep"}).out, "run: other/deep: "));
  box.setup.directory = "elsewhere";
  CHECK(contains(box.sv({"status", "web"}).out, "run: web: "));
  CHECK(contains(box.sv({"status", "./web"}).out, "unable to open supervise/ok"));
  box.setup.directory = "sv/web";
  CHECK(contains(box.sv({"status", "."}).out, "run: .: "));
}

TEST_CASE("any name works: blanks, newlines, 255 bytes") {
  Services box;
  for (const std::string& name : {std::string("a b"), std::string("a\nb"), std::string(255, 'n')}) {
    box.plain(name);
    const Process supervisor = box.supervise("sv/" + name);
    CHECK(contains(box.sv({"start", name}).out, "ok: run: " + name + ": (pid "));
  }
  CHECK(box.sv({"status", std::string(300, 'n')}).out ==
        "fail: " + std::string(300, 'n') +
            ": unable to change to service directory: file name too long\n");
}

TEST_CASE("with SVSTATE the state is found there, under the service's name") {
  Services box;
  box.plain("web");
  box.script("sv/web/log/run", "exec cat");
  box.directory("state");
  box.setup.environment["SVSTATE"] = box.path("state");
  box.state_root(box.path("state"));
  const Process supervisor = box.supervise("sv/web", box.setup);
  box.await(State::ready, "sv/web");
  box.await_log(State::ready, "sv/web");
  CHECK(steady(box.sv({"status", "web"}).out) == "run: web: (pid N) Ns; run: log: (pid N) Ns\n");
  CHECK(steady(box.sv({"restart", "web/log"}).out) == "ok: run: web/log: (pid N) Ns\n");
  box.setup.directory = "sv/web";
  CHECK(steady(box.sv({"restart", "."}).out) == "ok: run: .: (pid N) Ns\n");
  CHECK(steady(box.sv({"status", "./log"}).out) == "run: ./log: (pid N) Ns\n");
  box.setup.directory = "sv/web/log";
  CHECK(steady(box.sv({"status", "."}).out) == "run: .: (pid N) Ns\n");
  CHECK_FALSE(box.exists("sv/web/supervise"));
}

TEST_CASE("an init script's exit code is the service's state, whatever its logger's") {
  Services box;
  box.plain("web");
  box.script("sv/web/log/run", "exec cat");
  box.write("sv/web/log/down", "");
  const Process supervisor = box.supervise("sv/web");
  box.await(State::ready, "sv/web");
  box.link(program_directory() + "/sv", "init.d/web");
  const auto call = [&](Argv words) {
    words.insert(words.begin(), box.path("init.d/web"));
    return box.run(words, box.setup);
  };
  const Result status = call({"status"});
  CHECK(steady(status.out) == "run: web: (pid N) Ns; down: log: Ns\n");
  CHECK(status.code == 0);
  CHECK(steady(call({"stop"}).out) == "ok: down: web: Ns, normally up\n");
  CHECK(call({"status"}).code == 3);
  CHECK(call({"start"}).code == 0);
  const Result misuse = call({"frobnicate"});
  CHECK(misuse.err == "web: fatal: unknown command 'frobnicate': see web --help\n");
  CHECK(misuse.code == 2);
  box.write("sv/web/supervise/status", "short");
  CHECK(call({"status"}).code == 4);
  supervisor.signal(SIGKILL);
  supervisor.wait();
  CHECK(call({"status"}).code == 1);
}

TEST_CASE("a file that begins with #! and sv is an init script, too") {
  Services box;
  box.plain("web");
  const Process supervisor = box.supervise("sv/web");
  box.await(State::ready, "sv/web");
  box.script("init.d/web", "#!" + program_directory() + "/sv\n");
  const Result result = box.run({box.path("init.d/web"), "status"}, box.setup);
  CHECK(steady(result.out) == "run: web: (pid N) Ns\n");
  CHECK(result.code == 0);
  CHECK(box.run({box.path("init.d/web"), "nonsense"}, box.setup).code == 2);
}

TEST_CASE("daemontools' supervisor is asked to stop the service before it exits") {
  Puppet box(daemontools_status(77, 'u'));
  CHECK(steady(box.sv({"status", "web"}).out) == "run: web: (pid N) Ns\n");
  CHECK(box.sv({"exit", "web"}).code == 0);
  CHECK(box.letters() == "dx");
  CHECK(box.sv({"-w", "0.05", "restart", "web"}).code == 1);
  CHECK(box.letters() == "tcu");
  CHECK(box.sv({"reload", "web"}).code == 0);
  CHECK(box.letters() == "h");
}

TEST_CASE("runit's supervisor is only asked to exit") {
  Puppet box(runit_status({.since = tai_now(), .pid = 77, .phase = Phase::run}));
  CHECK(box.sv({"exit", "web"}).code == 0);
  CHECK(box.letters() == "x");
  CHECK_FALSE(box.exists("sv/web/supervise/event"));
}

TEST_CASE("daemontools-encore's status is understood") {
  // Its last bytes are a state of its own, here `running`, and 0.
  std::string status = daemontools_status(77, 'u') + std::string("\3\0", 2);
  Puppet box(status);
  CHECK(steady(box.sv({"status", "web"}).out) == "run: web: (pid N) Ns\n");
  CHECK(box.sv({"start", "web"}).code == 0);
  CHECK(box.letters() == "u");
  CHECK(box.sv({"exit", "web"}).code == 0);
  CHECK(box.letters() == "dx");
}

TEST_CASE("up is sent even if the status says that up is wanted") {
  Puppet box(runit_status({.since = tai_now(), .pid = 77, .phase = Phase::run}));
  CHECK(box.sv({"up", "web"}).code == 0);
  CHECK(box.letters() == "u");
}

TEST_CASE("hundreds of services are controlled with a few descriptors") {
  Services box;
  Argv names;
  for (int number = 0; number < 40; ++number) {
    names.push_back("s" + std::to_string(number));
    box.at_rest(names.back());
    box.start({"supervise", "sv/" + names.back()});
  }
  for (const std::string& name : names) box.await_supervisor("sv/" + name);
  box.setup.in_child = [] { limit_descriptors(24); };
  for (const std::string verb : {"start", "restart", "stop"}) {
    Argv words = names;
    words.insert(words.begin(), verb);
    const Result result = box.sv(words);
    CHECK(result.code == 0);
    CHECK(std::count(result.out.begin(), result.out.end(), '\n') == 40);
  }
  Argv words = names;
  words.insert(words.begin(), "events");
  const Result events = box.sv(words);
  CHECK(events.code == 100);
  CHECK(events.err ==
        "sv: fatal: too few file descriptors to listen to all services; see ulimit -n\n");
}

TEST_CASE("the exit code counts the failures, up to 99") {
  Services box;
  box.plain("web");
  const Process supervisor = box.supervise("sv/web");
  CHECK(box.sv({"status", "web", "no", "none"}).code == 2);
  Argv many(150, "no");
  many.insert(many.begin(), "status");
  CHECK(box.sv(many).code == 99);
}
