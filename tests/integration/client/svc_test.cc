// SPDX-License-Identifier: ISC
// svc: which bytes reach the control FIFO, and what is reported if they cannot.
#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A control FIFO whose reader is the test.
struct Control : Services {
  Fd reader, writer;

  Control() {
    directory("web/supervise");
    const std::string fifo = path("web/supervise/control");
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    reader = open_read(AT_FDCWD, fifo.c_str());
    writer = open_write(AT_FDCWD, fifo.c_str());
  }
  Result svc(Argv words) {
    words.insert(words.begin(), "svc");
    return run(words, setup);
  }
  std::string sent(Argv options) {
    options.push_back("web");
    CHECK(svc(options).code == 0);
    char bytes[256];
    const ssize_t got = ::read(reader.get(), bytes, sizeof bytes);
    return got > 0 ? std::string(bytes, static_cast<size_t>(got)) : "";
  }
};

constexpr char options_text[] =
    "svc options: u up, d down, o once, x exit, p pause, c continue, h hup, a alarm, "
    "i interrupt, t term, k kill\nsvc: usage: svc [-letters] dir ...\n";

}  // namespace

TEST_CASE("svc writes its letters in a fixed order, each once") {
  Control box;
  CHECK(box.sent({"-u"}) == "u");
  CHECK(box.sent({"-dx"}) == "dx");
  CHECK(box.sent({"-d", "-x", "-d"}) == "dx");
  CHECK(box.sent({"-udopchaitkx"}) == "udopchaitkx");
  CHECK(box.sent({"-wq12"}) == "wq12");
  CHECK(box.sent({"-rDUOQPCKyb"}) == "rDUOQPCKyb");
  CHECK(box.sent({"-+tk"}) == "+t+k");
  CHECK(box.sent({"-Lt"}) == "Lt");
  CHECK(box.sent({}) == "");
  CHECK(box.sent({"--"}) == "");
}

TEST_CASE("svc continues with the next directory, and still exits 0") {
  Control box;
  box.directory("never");
  box.directory("dead/supervise");
  REQUIRE(mkfifo(box.path("dead/supervise/control").c_str(), 0600) == 0);
  const Result result = box.svc({"-u", "none", "never", "dead", "web"});
  CHECK(result.code == 0);
  CHECK(result.out.empty());
  CHECK(result.err ==
        "svc: warning: unable to chdir to none: file does not exist\n"
        "svc: warning: unable to control never: file does not exist\n"
        "svc: warning: unable to control dead: supervise not running\n");
  char byte = 0;
  CHECK(::read(box.reader.get(), &byte, 1) == 1);
  CHECK(byte == 'u');
  CHECK(box.svc({"-u"}).code == 0);
}

TEST_CASE("svc refuses unknown letters") {
  Control box;
  const Result result = box.svc({"-uZ", "web"});
  CHECK(result.code == 100);
  CHECK(result.err == std::string("svc: illegal option -- Z\n") + options_text);
  CHECK(box.sent({}) == "");
  CHECK(box.svc({"--up"}).code == 100);
  CHECK(box.svc({"--up"}).err == std::string("svc: illegal option -- --up\n") + options_text);
  const Result many = box.svc({"-" + std::string(32, '+'), "web"});
  CHECK(many.code == 100);
  CHECK(many.err == "svc: fatal: too many options\n");
}

TEST_CASE("svc with SVSTATE writes where the state is") {
  Control box;
  box.directory("defs/web/log");
  box.directory("state");
  box.move("web/supervise", "state/web");
  box.setup.environment["SVSTATE"] = box.path("state");
  CHECK(box.svc({"-u", "defs/web"}).err.empty());
  char byte = 0;
  CHECK(::read(box.reader.get(), &byte, 1) == 1);
  CHECK(byte == 'u');
  CHECK(box.svc({"-u", "defs/web/log"}).err ==
        "svc: warning: unable to control defs/web/log: file does not exist\n");
}

TEST_CASE("svc drives our supervisor") {
  Services box;
  box.at_rest("web");
  const Process supervisor = box.supervise("sv/web");
  CHECK(box.run({"svc", "-u", "sv/web"}).code == 0);
  box.await(State::ready, "sv/web");
  CHECK(box.run({"svc", "-dx", "sv/web"}).code == 0);
  CHECK(supervisor.wait() == 0);
}

TEST_CASE("svc -dx . log, as documented, succeeds even if both have exited before") {
  Services box;
  box.plain("web");
  box.script("sv/web/log/run", "exec cat");
  const Process supervisor = box.supervise("sv/web");
  box.await_log(State::ready, "sv/web");
  CHECK(box.run({"svc", "-dx", "sv/web"}).code == 0);
  CHECK(supervisor.wait() == 0);
  CHECK(box.run({"svc", "-dx", "sv/web", "sv/web/log"}).err == "");
  CHECK(box.run({"svc", "-u", "sv/web/log"}).err ==
        "svc: warning: unable to control sv/web/log: supervise not running\n");
  const Process killed = box.supervise("sv/web");
  box.await_log(State::ready, "sv/web");
  killed.signal(SIGKILL);
  killed.wait();
  CHECK(box.run({"svc", "-dx", "sv/web"}).err ==
        "svc: warning: unable to control sv/web: supervise not running\n");
}
