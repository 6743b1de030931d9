// SPDX-License-Identifier: ISC
// What src/base does to processes, files and clocks.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "base/child.hh"
#include "base/directory.hh"
#include "base/environment.hh"
#include "base/fd.hh"
#include "base/file.hh"
#include "base/process.hh"
#include "base/report.hh"
#include "base/signals.hh"
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Runs a function in a process of its own; its value is the exit code.
Result apart(Sandbox& box, const std::function<int()>& body, Setup setup = {}) {
  setup.in_child = [&body] { _exit(body()); };
  return box.run({"true"}, setup);
}

int exit_code_of(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("a message names program, level, action and reason on one line") {
  Sandbox box;
  const auto result = apart(box, [] {
    set_program({"supervise ", "we\nb"});
    errno = ENOENT;
    warn_errno({"unable to open ", "a\tb\n\x7f"});
    warn({"first ", "second"});
    return errno == ENOENT ? 0 : 1;
  });
  CHECK(result.code == 0);
  CHECK(result.err ==
        "supervise we?b: warning: unable to open a?b??: file does not exist\n"
        "supervise we?b: warning: first second\n");
}

TEST_CASE("bytes that are not ASCII are unchanged in messages") {
  Sandbox box;
  const auto result = apart(box, [] {
    set_program({"sv"});
    warn({"Gr\xc3\xbc\xc3\x9f"});
    return 0;
  });
  CHECK(result.err == "sv: warning: Gr\xc3\xbc\xc3\x9f\n");
}

TEST_CASE("a message that is too long is truncated to one line") {
  Sandbox box;
  const auto result = apart(box, [] {
    char big[5000];
    std::memset(big, 'x', sizeof big);
    set_program({std::string_view(big, sizeof big)});
    warn({std::string_view(big, sizeof big)});
    return 0;
  });
  CHECK(result.err.size() <= 4096);
  CHECK(result.err.starts_with(std::string(300, 'x') + ": warning: xxx"));
  CHECK(result.err.ends_with("x\n"));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
}

TEST_CASE("after a fatal message the exit code is daemontools'") {
  Sandbox box;
  set_program({"prog"});
  auto result = apart(box, []() -> int {
    errno = EACCES;
    die_errno({"unable to open ", "x"});
  });
  CHECK(result.code == 111);
  CHECK(result.err == "prog: fatal: unable to open x: access denied\n");
  result = apart(box, []() -> int { die({"no"}, 7); });
  CHECK(result.code == 7);
  CHECK(result.err == "prog: fatal: no\n");
  result = apart(box, []() -> int { usage("prog [-a] service"); });
  CHECK(result.code == 100);
  CHECK(result.err == "prog: usage: prog [-a] service\n");
  result = apart(box, []() -> int { usage_runit("prog service", 1); });
  CHECK(result.code == 1);
  CHECK(result.err == "usage: prog service\n\n");
}

TEST_CASE("a warning is printed once, until it changes or is over") {
  Sandbox box;
  set_program({"prog"});
  const auto result = apart(box, [] {
    Complaint complaint;
    for (int i = 0; i < 3; ++i) {
      errno = ENOSPC;
      complaint.warn_errno({"unable to write ", "a"});
    }
    errno = EROFS;
    complaint.warn_errno({"unable to write ", "a"});
    complaint.warn({"b"});
    complaint.warn({"b"});
    complaint.clear();
    complaint.warn({"b"});
    return 0;
  });
  CHECK(result.err ==
        "prog: warning: unable to write a: out of disk space\n"
        "prog: warning: unable to write a: read-only file system\n"
        "prog: warning: b\n"
        "prog: warning: b\n");
}

TEST_CASE("a spawned program has its own descriptors and directory, and nothing else") {
  Sandbox box;
  box.directory("there");
  box.write("in", "input");
  const auto result = apart(box, [] {
    const Fd directory = open_directory(AT_FDCWD, "there"), in = open_read(AT_FDCWD, "in");
    const Fd out = open_truncate(AT_FDCWD, "out", 0644),
             extra = open_truncate(AT_FDCWD, "extra", 0644);
    const char* const argv[] = {"sh", "-c", "pwd; cat; ls /proc/self/fd; echo ready >&7", nullptr};
    Recipe recipe;
    recipe.argv = argv;
    recipe.environment = environ;
    recipe.directory = directory.get();
    recipe.standard_input = in.get();
    recipe.standard_output = out.get();
    recipe.extra = extra.get();
    recipe.extra_target = 7;
    const Spawned child = spawn(recipe);
    return child.pid > 1 && child.error == 0 ? exit_code_of(child.pid) : 99;
  });
  CHECK(result.code == 0);
  // 3 is the directory that ls itself has open.
  CHECK(box.read("out") == box.path("there") + "\ninput0\n1\n2\n3\n7\n");
  CHECK(box.read("extra") == "ready\n");
}

TEST_CASE("a spawned program has default signal actions and an empty mask, in its own session") {
  Sandbox box;
  const auto result = apart(box, [] {
    catch_signals({SIGCHLD, SIGTERM, SIGPIPE});
    const char* const argv[] = {
        "sh", "-c",
        "sed -nE '/^Sig(Blk|Cgt)/p' /proc/self/status; cut -d ' ' -f 6 /proc/$$/stat; echo $$",
        nullptr};
    Recipe recipe;
    recipe.argv = argv;
    recipe.environment = environ;
    recipe.session = true;
    return exit_code_of(spawn(recipe).pid);
  });
  CHECK(result.code == 0);
  CHECK(contains(result.out, "SigBlk:\t0000000000000000\nSigCgt:\t0000000000000000\n"));
  std::istringstream words(result.out.substr(result.out.find("SigCgt")));
  std::string field, mask, session, pid;
  words >> field >> mask >> session >> pid;
  CHECK(session == pid);
}

TEST_CASE("a program that cannot be executed is reported at once, with the reason") {
  Sandbox box;
  box.write("plain", "no script\n");
  box.script("lost", "#!/no/such/interpreter\n");
  const auto [file, reason] = GENERATE(table<const char*, int>({{"./missing", ENOENT},
                                                                {"./plain", EACCES},
                                                                {"./lost", ENOENT},
                                                                {".", EACCES},
                                                                {"plain/x", ENOTDIR}}));
  const auto result = apart(box, [file = file, reason = reason] {
    const char* const argv[] = {file, nullptr};
    Recipe recipe;
    recipe.argv = argv;
    recipe.program = file;
    recipe.environment = environ;
    const Spawned child = spawn(recipe);
    if (child.error != reason) return 1;
    return exit_code_of(child.pid);
  });
  CHECK(result.code == 111);
}

TEST_CASE("signals are taken one by one, the lowest first, and only while waiting") {
  Sandbox box;
  const auto result = apart(box, [] {
    catch_signals({SIGHUP, SIGTERM});
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGHUP);
    if (next_signal() != 0) return 1;
    for (const int expected : {SIGHUP, SIGTERM}) {
      wait_until({}, never);
      if (next_signal() != expected || next_signal() != 0) return 2;
    }
    const Moment deadline = now() + 20ms;
    wait_until({}, deadline);
    return now() >= deadline ? 0 : 3;
  });
  CHECK(result.code == 0);
}

TEST_CASE("a wait ends when a descriptor is ready") {
  Sandbox box;
  const auto result = apart(box, [] {
    catch_signals({SIGTERM});
    Pipe pipe = make_pipe();
    if (!pipe || !write_all(pipe.write.get(), "x")) return 1;
    pollfd fd{pipe.read.get(), POLLIN, 0};
    wait_until({&fd, 1}, never);
    return (fd.revents & POLLIN) != 0 ? 0 : 2;
  });
  CHECK(result.code == 0);
}

TEST_CASE("a wait finds what is ready, and rests, below a limit lower than its descriptors") {
  Sandbox box;
  const auto result = apart(box, [] {
    catch_signals({SIGTERM});
    Pipe silent = make_pipe(), pipe = make_pipe();
    if (!silent || !pipe) return 1;
    const rlimit limit{3, 3};
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return 2;
    pollfd fds[5];
    for (pollfd& fd : fds) fd = {silent.read.get(), POLLIN, 0};
    const Moment deadline = now() + 20ms;
    int turns = 0;
    for (; now() < deadline; ++turns) wait_until(fds, deadline);
    if (turns > 3) return 3;  // it did not sleep
    fds[4].fd = pipe.read.get();
    if (!write_all(pipe.write.get(), "x")) return 4;
    wait_until(fds, never);
    return (fds[4].revents & POLLIN) != 0 && fds[0].revents == 0 ? 0 : 5;
  });
  CHECK(result.code == 0);
}

TEST_CASE("no signal is sent to all processes, to our own group or to init") {
  for (const pid_t pid : {-5, -1, 0, 1}) {
    errno = 0;
    CHECK_FALSE(signal_process(pid, SIGCONT));
    CHECK(errno == ESRCH);
    CHECK_FALSE(signal_group(pid, SIGCONT));
    CHECK(errno == ESRCH);
    CHECK_FALSE(group_exists(pid));
  }
}

TEST_CASE("closed standard descriptors are opened on /dev/null") {
  Sandbox box;
  const auto result = apart(box, [] {
    close(0);
    close(2);
    if (!occupy_standard_descriptors()) return 1;
    struct stat null {
    }, zero{}, two{};
    if (stat("/dev/null", &null) != 0 || fstat(0, &zero) != 0 || fstat(2, &two) != 0) return 2;
    return zero.st_rdev == null.st_rdev && two.st_rdev == null.st_rdev ? 0 : 4;
  });
  CHECK(result.code == 0);
}

TEST_CASE("a directory lists every name once, without the dots") {
  Sandbox box;
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back(std::string(200, 'n') + std::to_string(i));
  names.insert(names.end(), {".hidden", "with space", "line\nend", "..."});
  for (const std::string& name : names) box.write("full/" + name, "");
  std::vector<std::string> found;
  Directory directory(AT_FDCWD, box.path("full").c_str());
  REQUIRE(directory);
  while (const char* const name = directory.next()) found.emplace_back(name);
  CHECK(errno == 0);
  std::sort(names.begin(), names.end());
  std::sort(found.begin(), found.end());
  CHECK(found == names);

  Directory missing(AT_FDCWD, box.path("none").c_str());
  CHECK_FALSE(missing);
  CHECK(errno == ENOENT);
  Directory file(AT_FDCWD, box.path("full/...").c_str());
  CHECK_FALSE(file);
  CHECK(errno == ENOTDIR);
}

TEST_CASE("the environment takes more entries than it had, also removed ones again") {
  Sandbox box;
  const auto result = apart(box,
                            [] {
                              Environment environment;
                              if (!environment.adopt_process()) return 1;
                              static char one[] = "ONE=1", other[] = "COLOUR=blue",
                                          empty[] = "EMPTY=";
                              environment.set(one);
                              environment.set(other);
                              environment.set(empty);
                              if (std::string_view(environment.get("COLOUR")) != "blue") return 2;
                              if (std::string_view(environment.get("EMPTY")) != "") return 3;
                              if (environment.get("COL") != nullptr) return 4;
                              environment.unset("ONE");
                              environment.unset("NEVER");
                              if (environment.get("ONE") != nullptr) return 5;
                              environment.set(one);
                              return std::string_view(environment.get("ONE")) == "1" ? 0 : 6;
                            },
                            {.environment = {{"COLOUR", "red"}}});
  CHECK(result.code == 0);
}

TEST_CASE("a process is identified by its pid and start time") {
  Sandbox box;
  const Process sleeper = box.start({"sleep", "1000"});
  const uint64_t start_time = process_start_time(sleeper.pid());
  CHECK(start_time == process_start_time(sleeper.pid()));
  CHECK(start_time >= process_start_time(getpid()));
  sleeper.signal(SIGKILL);
  sleeper.wait();
  CHECK(process_start_time(sleeper.pid()) == 0);
}

TEST_CASE("a name exists, is taken, or is an executable file") {
  Sandbox box;
  box.script("program", "true");
  box.write("text", "true");
  box.directory("directory");
  box.link("nowhere", "dangling");
  const auto file = [&box](const char* name) { return box.path() + "/" + name; };
  CHECK(exists(AT_FDCWD, file("program").c_str()));
  CHECK(exists(AT_FDCWD, file("directory").c_str()));
  CHECK_FALSE(exists(AT_FDCWD, file("dangling").c_str()));
  CHECK(errno == ENOENT);
  CHECK(is_name_taken(AT_FDCWD, file("dangling").c_str()));
  CHECK_FALSE(is_name_taken(AT_FDCWD, file("nowhere").c_str()));
  CHECK(is_executable(AT_FDCWD, file("program").c_str()));
  for (const char* const name : {"text", "directory", "dangling", "nowhere"})
    CHECK_FALSE(is_executable(AT_FDCWD, file(name).c_str()));
}
