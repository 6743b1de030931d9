// SPDX-License-Identifier: ISC
// sv run: a command is a service until it ends, and then nothing is left.
#include <csignal>

#include "control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

struct Runs : Tree {
  // Nothing of the service is left; the tree has taken part in that.
  bool is_gone(const std::string& name) {
    return !exists("sv/" + name) && !exists("sv/.run/" + name);
  }
  void await_gone(const std::string& name) {
    wait_for([&] { return is_gone(name); }, name + " is still there");
  }
};

}  // namespace

TEST_CASE("sv run prints what the command prints, and passes on its exit code") {
  Runs box;
  box.begin();
  const Result result = box.sv(
      {"run", "--name", "job", "sh", "-c", "echo one; echo two >&2; echo; printf end; exit 3"});
  CHECK(result.out == "one\ntwo\n\nend");
  CHECK(result.err.empty());
  CHECK(result.code == 3);
  CHECK(box.is_gone("job"));
  // The name is free again.
  CHECK(box.sv({"run", "--name", "job", "true"}).code == 0);
  CHECK(box.sv({"run", "sh", "-c", "kill -9 $$"}).code == 128 + SIGKILL);
  CHECK(box.sv({"run", "no-such-program"}).code == 127);
  CHECK(box.list("sv/.run").empty());
}

TEST_CASE("the command runs here, with the variables that are given") {
  Runs box;
  box.begin();
  const Result result = box.sv(
      {"run", "-e", "A=a b", "-e", "B=it's", "sh", "-c", "echo \"$A $B\"; pwd; cat nothing"});
  CHECK(contains(result.out, "a b it's\n" + box.path() + "\n"));
  CHECK(result.code == 1);
}

TEST_CASE("it is a service like others while it runs, and is gone when sv stops it") {
  Runs box;
  box.begin();
  box.script("job", obedient);
  const Process running = box.begin_sv({"run", "--name", "job", box.path("job")});
  CHECK(box.event().substr(0, 3) == "up ");
  CHECK(steady(box.sv({"status", "job"}).out).substr(0, 28) == "run: job: (pid N) Ns, normal");
  CHECK(box.sv({"run", "--name", "job", "true"}).out ==
        "fail: job: there is a service of that name\n");
  CHECK(box.sv({"stop", "job"}).code == 0);
  CHECK(box.event() == "term");
  CHECK(running.wait() == 0);
  CHECK(box.is_gone("job"));
}

TEST_CASE("a signal to sv stops the command, and the second one kills it") {
  Runs box;
  box.begin();
  box.script("job",
             "trap 'echo term >$EVENTS' TERM; echo up >$EVENTS; while :; do read o <$ORDERS; done");
  const Process running = box.begin_sv({"run", "--name", "job", box.path("job")});
  CHECK(box.event() == "up");
  running.signal(SIGINT);
  // The shell takes the signal when its read has ended.
  box.order();
  CHECK(box.event() == "term");
  running.signal(SIGINT);
  CHECK(running.wait() == 128 + SIGKILL);
  CHECK(box.is_gone("job"));
}

TEST_CASE("a signal while no supervisor appears ends sv run, and nothing is left") {
  Runs box;
  box.directory("sv");
  const Process running = box.begin_sv({"run", "--name", "job", "true"});
  box.wait_for([&] { return box.exists("sv/job"); }, "it is not linked");
  running.signal(SIGINT);
  CHECK(running.wait() == 128 + SIGINT);
  CHECK(running.out().empty());
  CHECK(box.is_gone("job"));
}

TEST_CASE("when sv is killed, the command runs on, and is gone when it ends") {
  Runs box;
  box.begin();
  box.script("job", obedient);
  const Process running = box.begin_sv({"run", "--name", "job", box.path("job")});
  CHECK(box.event().substr(0, 3) == "up ");
  running.signal(SIGKILL);
  CHECK(running.wait() == 128 + SIGKILL);
  CHECK(box.await(State::ready, "sv/job").main_status.starts == 1);
  box.order("1");
  box.await_gone("job");
}

TEST_CASE("a detached command runs in the background, and is gone when it ends") {
  Runs box;
  box.begin();
  box.script("job", obedient);
  const Result result = box.sv({"run", "-d", "--name", "job", box.path("job")});
  CHECK(result.out == "job\n");
  CHECK(result.code == 0);
  CHECK(box.event().substr(0, 3) == "up ");
  box.order("0");
  box.await_gone("job");
  // The name is made of the command, if none is given.
  const Result other = box.sv({"run", "--detach", box.path("job")});
  CHECK(std::regex_match(other.out, std::regex("job-[0-9]+\n")));
  CHECK(box.event().substr(0, 3) == "up ");
}

TEST_CASE("its supervisor may be killed: nothing starts it again") {
  Runs box;
  box.begin();
  box.script("job", obedient);
  const Process running = box.begin_sv({"run", "--name", "job", box.path("job")});
  CHECK(box.event().substr(0, 3) == "up ");
  const pid_t supervisor = box.status("sv/job").supervisor;
  kill(supervisor, SIGKILL);
  box.await([&](const StatusFile& now) { return now.supervisor != supervisor; }, "no successor",
            "sv/job");
  box.order("4");
  running.wait();
  box.await_gone("job");
  // A second start would have said "up" before.
  box.script("last", "echo last >$EVENTS");
  CHECK(box.sv({"run", box.path("last")}).code == 0);
  CHECK(box.event() == "last");
}

TEST_CASE("what a crash has left is not started, and the next run removes it") {
  Runs box;
  box.script("sv/.run/old/run", "echo started >$EVENTS");
  box.write("sv/.run/old/down", "");
  box.link(".run/old", "sv/old");
  box.begin_and_await({"old"});
  CHECK(box.sv({"run", "true"}).code == 0);
  CHECK(box.is_gone("old"));
}

TEST_CASE("sv run says why it cannot run a command") {
  Runs box;
  const Result lonely = box.sv({"-w", "0.1", "run", "--name", "job", "true"});
  CHECK(lonely.out ==
        "fail: job: no supervisor has appeared: does svscan watch " + box.path("sv") + "?\n");
  CHECK(lonely.code == 111);
  CHECK(box.is_gone("job"));
  CHECK(contains(box.sv({"run", "-u", "no-such-user", "true"}).out, "no-such-user"));
  CHECK(box.sv({"run"}).code == 100);
  CHECK(contains(box.sv({"run"}).err, "usage: sv run "));
  CHECK(contains(box.sv({"run", "-e", "A", "true"}).err, "-e: not of the form VAR=VALUE: A"));
  CHECK(contains(box.sv({"run", "--name", "a/b", "true"}).err, "not the name of a service: a/b"));
}
