// SPDX-License-Identifier: ISC
// examples/appliance in a virtual machine of its own, with a real kernel.
#pragma once
#include <string>

#include "sandbox.hh"

namespace stoker::test {

// What such a machine needs and is not there; empty if all is.
std::string missing_for_machine();
// All of Stoker in one static program.
std::string stoker_program();

class VirtualMachine {
 public:
  // With the files `initramfs` and `disk` of the sandbox.
  explicit VirtualMachine(Sandbox& box);

  // Until that has come out at the console, after what was found by the last call.
  void await(const std::string& text);
  // At the shell's prompt; gives what comes out, to the next one.
  std::string run(const std::string& command);
  void type(const std::string& command) { process_.feed(command + "\n"); }
  int wait() { return process_.wait(); }
  std::string said() const;

 private:
  Sandbox& box_;
  Process process_;
  size_t found_ = 0;
};

}  // namespace stoker::test
