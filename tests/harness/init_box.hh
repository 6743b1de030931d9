// SPDX-License-Identifier: ISC
// A machine for PID 1: a PID namespace whose root is this machine's with its own /etc, /run
// and /dev, and with a terminal as its console, which the test reads and types into.
#pragma once
#include <string>

#include "console.hh"
#include "sandbox.hh"

namespace stoker::test {

class InitBox {
 public:
  // Files of its /etc go into the sandbox's etc/.
  InitBox();

  bool can_run() const;

  // Starts PID 1: a program under test by its name, or any by its path. `mounts` are shell
  // commands that run before it, with the new root in $ROOT.
  void start(const Argv& init, const std::string& mounts = "");

  // PID 1 as seen from outside.
  pid_t init() const;
  void signal(int number) const { kill(init(), number); }
  // Runs a command in there, waits for it and returns its output.
  Result run(const Argv& argv);
  // The path, from outside, of a file in the machine.
  std::string inside(const std::string& path) const;

  // 128 and HUP after a reboot, 128 and INT after a halt or poweroff, as reboot(2) specifies.
  int wait() const { return process_->wait(); }

  // The output on the console so far, with lines ended by \n.
  std::string console() { return console_.text(); }
  // Waits for that text after the text found by the last call.
  void await(const std::string& text);
  void type(const std::string& text) const { console_.type(text); }

  Sandbox box;

 private:
  Console console_;
  std::optional<Process> process_;
};

constexpr int rebooted = 128 + SIGHUP, powered_off = 128 + SIGINT;

}  // namespace stoker::test
