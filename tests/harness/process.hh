// SPDX-License-Identifier: ISC
// Processes under test. The test process is a subreaper, and a thread of it reaps
// whatever ends at once, as init would; so orphans never linger as zombies.
#pragma once
#include <sys/types.h>

#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker::test {

// How long anything is waited for. Only what hangs ever takes so long, however busy the machine
// is, and only tests that fail wait for it.
constexpr Moment timeout = 5min;
// How long all tests of one program may take, also for hangs only.
constexpr Moment whole_timeout = 30min;

using Argv = std::vector<std::string>;

// How a process is started, beyond its words. Its environment is PATH, HOME and
// what stands here, nothing else.
struct Setup {
  std::string directory{};  // relative to the sandbox; the sandbox itself if empty
  std::map<std::string, std::string> environment{};
  std::string input{};               // what standard input gives before its end
  bool fed = false;                  // standard input is a pipe instead: see feed()
  bool merged = false;               // standard error goes where standard output goes
  std::function<void()> in_child{};  // runs between fork and exec: system calls only
  std::string output_file{};         // standard output goes there, if given
};

struct Result {
  int code = -1;  // exit code, or 128 + signal
  std::string out, err;
};

// A process that was started in a sandbox. It runs on when this object goes, but
// not longer than the sandbox lives.
class Process {
 public:
  pid_t pid() const { return pid_; }

  // Its exit code, or 128 + signal; fails the test if it does not end.
  int wait() const;
  // The same if it has ended already; never waits.
  std::optional<int> ended() const;
  void signal(int number) const;

  // What it has said so far, on standard output and standard error.
  std::string out() const;
  std::string err() const;

  // Only if Setup::fed.
  void feed(std::string_view text);
  void close_input() { input_.reset(); }

  // Used by Sandbox::start.
  Process(const Argv& argv, const Setup& setup, const std::string& home,
          const std::string& outputs);

 private:
  pid_t pid_ = -1;
  std::string name_, out_, err_;
  Fd input_;
};

// Becomes a subreaper and puts the programs under test first in PATH. Done once, by
// the first sandbox.
void prepare_for_processes();

// Kills all that this process has started and what came of it, and waits for the end.
void kill_all_descendants();

// What the test program itself can be as a child, for what a shell script cannot do:
// `exec $SELF part NAME ARGUMENT ...` calls the function with the arguments, and ends
// with what it returns.
struct Part {
  using Play = int (*)(const std::vector<std::string>& arguments);
  Part(const char* name, Play play);
};
// Used by main: plays the part that the command line asks for, if it does.
std::optional<int> play_part(int argc, char** argv);

// --- what /proc tells ---

// Does the process exist and is no zombie?
bool alive(pid_t pid);
std::vector<pid_t> children_of(pid_t pid);
// Is there one, of those that this process has started and what came of them, that has not all
// the processor time it wants?
bool any_is_busy();
// Those whose current directory it is.
std::vector<pid_t> processes_in(const std::string& directory);
// What each open descriptor leads to, by number.
std::map<int, std::string> descriptors(pid_t pid);
// A line of /proc/PID/status, such as "SigBlk" or "voluntary_ctxt_switches".
std::string proc_status(pid_t pid, const std::string& field);
// Does it sleep all that time, without a wakeup? Absence has no event: time is the event here.
bool sleeps_for(pid_t pid, Moment time);
// Where things are in its memory, which changes when it executes a program.
std::string contents_of_memory(pid_t pid);

// This program, by its whole path, and the directory with the programs under test.
const std::string& test_program();
std::string program_directory();
// Where `reboot` and the like are, which must not hide those of the machine.
std::string init_directory();

// One of them with shared libraries, as valgrind and what is preloaded want it.
std::string shared_program(const std::string& name);

}  // namespace stoker::test
