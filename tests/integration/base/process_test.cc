// SPDX-License-Identifier: ISC
// What src/base learns about processes and passes on to them. What a system does not
// provide may be missing, but never wrong.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/child.hh"
#include "base/environment.hh"
#include "base/process.hh"
#include "base/report.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Runs a function in a process of its own; its value is the exit code.
Result apart(Sandbox& box, const std::function<int()>& body, Setup setup = {}) {
  setup.in_child = [&body] { _exit(body()); };
  return box.run({"true"}, setup);
}

Recipe recipe_of(const char* const* argv) {
  Recipe recipe;
  recipe.argv = argv;
  recipe.environment = environ;
  return recipe;
}

int exit_code_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// A session leader, as a supervised service is.
Process session(Sandbox& box) { return box.start({"setsid", "sleep", "1000"}); }

void await_session(Sandbox& box, const Process& process) {
  const auto there = [&process] {
    const std::string name = proc_status(process.pid(), "Name");
    return getsid(process.pid()) == process.pid() && name != "setsid" && name != "process_test";
  };
  box.wait_for(there, "it leads no session");
}

}  // namespace

TEST_CASE("a process is alive while its pid has the same start time") {
  Sandbox box;
  const Process sleeper = session(box);
  await_session(box, sleeper);
  const uint64_t start_time = process_start_time(sleeper.pid());
  CHECK(is_alive(sleeper.pid(), start_time));
  if (start_time != 0) CHECK_FALSE(is_alive(sleeper.pid(), start_time + 1));
  CHECK_FALSE(is_alive(0, 0));
  CHECK_FALSE(is_alive(1, 0));
  CHECK_FALSE(is_alive(-1, 0));
  sleeper.signal(SIGKILL);
  sleeper.wait();
  CHECK_FALSE(is_alive(sleeper.pid(), start_time));
}

TEST_CASE("the exit of a process that is not a child is noticed") {
  Sandbox box;
  const Process sleeper = session(box);
  await_session(box, sleeper);
  ForeignProcess foreign;
  CHECK_FALSE(foreign.is_adopted());
  REQUIRE(foreign.adopt(sleeper.pid(), process_start_time(sleeper.pid())));
  CHECK(foreign.is_adopted());
  CHECK_FALSE(foreign.has_ended());
  CHECK((foreign.fd() >= 0) == (foreign.look_interval() == never));
  sleeper.signal(SIGKILL);
  if (foreign.fd() >= 0) {
    pollfd fd{foreign.fd(), POLLIN, 0};
    CHECK(poll(&fd, 1, 10000) == 1);
  }
  sleeper.wait();
  CHECK(foreign.has_ended());
  foreign.forget();
  CHECK_FALSE(foreign.is_adopted());
  CHECK(foreign.fd() == -1);
}

TEST_CASE("a process that has exited cannot be adopted") {
  Sandbox box;
  const Process gone = box.start({"true"});
  const uint64_t start_time = process_start_time(gone.pid());
  gone.wait();
  ForeignProcess foreign;
  CHECK_FALSE(foreign.adopt(gone.pid(), start_time));
  CHECK_FALSE(foreign.is_adopted());
  CHECK(foreign.fd() == -1);
}

TEST_CASE("the members of a process group are listed") {
  Sandbox box;
  const Process leader = session(box);
  await_session(box, leader);
  const std::string members(members_of(leader.pid()).view());
  if (!members.empty()) CHECK(members == "sleep (" + std::to_string(leader.pid()) + ")");
  leader.signal(SIGKILL);
  leader.wait();
  CHECK(members_of(leader.pid()).empty());
}

TEST_CASE("a process name may contain blanks and parentheses") {
  Sandbox box;
  box.link("/bin/sleep", "a) 1 (b");
  const Process odd = box.start({"setsid", "./a) 1 (b", "1000"});
  await_session(box, odd);
  box.wait_for([&] { return proc_status(odd.pid(), "Name") == "a) 1 (b"; }, "it is not executed");
  const std::string members(members_of(odd.pid()).view());
  if (!members.empty()) CHECK(members == "a) 1 (b (" + std::to_string(odd.pid()) + ")");
  CHECK(is_alive(odd.pid(), process_start_time(odd.pid())));
}

TEST_CASE("members that do not fit are left out, not truncated") {
  Sandbox box;
  box.start({"setsid", "sh", "-c",
             "echo $$ >pid; for i in $(seq 60); do sleep 1000 & done; echo >$BOX/all; wait"},
            {.environment = {{"BOX", box.path()}}});
  box.wait_for([&] { return box.exists("all"); }, "they do not start");
  const std::string members(members_of(std::stoi(box.read("pid"))).view());
  if (!members.empty()) {
    CHECK(members.size() <= 400);
    CHECK(members.ends_with(")"));
  }
}

TEST_CASE("a pipe of another process can be reopened, other files cannot") {
  Sandbox box;
  Process cat = box.start({"cat"}, {.fed = true});
  Pipe pipe = reopen_pipe(cat.pid(), 0);
  if (pipe) {
    CHECK((fcntl(pipe.read.get(), F_GETFL) & O_NONBLOCK) == 0);
    CHECK((fcntl(pipe.write.get(), F_GETFD) & FD_CLOEXEC) != 0);
    REQUIRE(write_all(pipe.write.get(), "hello\n"));
    box.wait_for([&] { return cat.out() == "hello\n"; }, "what is written does not arrive");
  }
  CHECK_FALSE(reopen_pipe(cat.pid(), 1));   // a file
  CHECK_FALSE(reopen_pipe(cat.pid(), 99));  // nothing
  CHECK_FALSE(reopen_pipe(-1, 0));
}

TEST_CASE("the boot mark is constant") { CHECK(boot_mark() == boot_mark()); }

TEST_CASE("a program finds the file that it was executed from, even when it is replaced") {
  Sandbox box;
  const std::string path(program_path("as-called").view());
  CHECK((path == "as-called" || path.ends_with("process_test")));
}

TEST_CASE("inherited descriptors are not passed on once they are sealed") {
  Sandbox box;
  const auto result = apart(box, [] {
    const int one = open("/dev/null", O_RDONLY), high = fcntl(one, F_DUPFD, 200);
    if (one < 3 || high < 200) return 98;
    seal_descriptors();
    if ((fcntl(one, F_GETFD) & FD_CLOEXEC) == 0 || (fcntl(high, F_GETFD) & FD_CLOEXEC) == 0)
      return 97;
    const char* const argv[] = {"sh", "-c", "[ ! -e /proc/self/fd/200 ] && echo still here",
                                nullptr};
    return exit_code_of(spawn(recipe_of(argv)).pid);
  });
  CHECK(result.code == 0);
  CHECK(result.out == "still here\n");
}

TEST_CASE("a recipe can place and keep descriptors, and act in the child") {
  Sandbox box;
  const auto result = apart(box, [] {
    // Out of the way of the targets.
    Pipe pipe = make_pipe();
    const Fd out(fcntl(pipe.write.get(), F_DUPFD_CLOEXEC, 100));
    const Fd file(fcntl(open_truncate(AT_FDCWD, "file", 0644).get(), F_DUPFD_CLOEXEC, 110));
    const Placed placed[] = {{out.get(), 8}, {file.get(), 9}};
    const int kept[] = {file.get()};
    const char* const argv[] = {
        "sh", "-c",
        "echo one >&8; echo two >&9; [ -e /dev/fd/110 ] && [ ! -e /dev/fd/100 ] && umask", nullptr};
    Recipe recipe = recipe_of(argv);
    recipe.placed = placed;
    recipe.kept = kept;
    const mode_t mask = 0123;
    const auto set_mask = [] { umask(mask); };
    recipe.in_child = set_mask;
    const int code = exit_code_of(spawn(recipe).pid);
    char text[8] = {};
    if (read(pipe.read.get(), text, sizeof text) != 4 || std::string_view(text) != "one\n")
      return 97;
    return code;
  });
  CHECK(result.code == 0);
  CHECK(box.read("file") == "two\n");
  CHECK(result.out == "0123\n");
}

TEST_CASE("flags that one process sets on a shared pipe do not harm the next") {
  Sandbox box;
  const auto result = apart(box, [] {
    Pipe pipe = make_pipe();
    if (!set_nonblocking(pipe.read.get())) return 98;
    const char* const argv[] = {"true", nullptr};
    Recipe recipe = recipe_of(argv);
    recipe.standard_input = pipe.read.get();
    const int code = exit_code_of(spawn(recipe).pid);
    return (fcntl(pipe.read.get(), F_GETFL) & O_NONBLOCK) == 0 ? code : 97;
  });
  CHECK(result.code == 0);
}

TEST_CASE("children are recognised without being reaped") {
  Sandbox box;
  const auto result = apart(box, [] {
    const char* const argv[] = {"true", nullptr};
    const pid_t child = spawn(recipe_of(argv)).pid;
    if (!is_child(child) || is_child(getpid()) || is_child(getppid())) return 1;
    int status = 0;
    if (waitpid(child, &status, 0) != child) return 2;
    return is_child(child) ? 3 : 0;
  });
  CHECK(result.code == 0);
}

TEST_CASE("the current directory is $PWD if that is correct") {
  Sandbox box;
  box.directory("real/deep");
  box.link("real", "named");
  const std::string named = box.path("named/deep"), real = box.path("real/deep"),
                    other = box.path();
  const auto result = apart(box,
                            [&] {
                              if (logical_directory(named.c_str()).view() != named) return 1;
                              if (logical_directory(other.c_str()).view() != real) return 2;
                              if (logical_directory("relative").view() != real) return 3;
                              if (logical_directory(nullptr).view() != real) return 4;
                              return 0;
                            },
                            {.directory = "named/deep"});
  CHECK(result.code == 0);
}

TEST_CASE("programs can print messages with their own levels") {
  Sandbox box;
  set_program({"prog"});
  const auto result = apart(box, [] {
    say("info", {"a ", "b"});
    say("pausing", {"unable to open ", "x"}, ENOENT);
    Complaint complaint;
    errno = ENOSPC;
    complaint.say_errno("pausing", {"c"});
    errno = ENOSPC;
    complaint.say_errno("pausing", {"c"});
    complaint.fail({"d"});
    return 0;
  });
  CHECK(result.err ==
        "prog: info: a b\n"
        "prog: pausing: unable to open x: file does not exist\n"
        "prog: pausing: c: out of disk space\n"
        "prog: fatal: d\n");
}
