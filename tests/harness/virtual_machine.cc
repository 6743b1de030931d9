// SPDX-License-Identifier: ISC
#include "virtual_machine.hh"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace stoker::test {

namespace {

std::string build_directory() { return std::filesystem::path(program_directory()).parent_path(); }

// See tests/harness/kernel; it is the same for every build.
std::string kernel() {
  for (const std::string& place :
       {build_directory() + "/kernel/vmlinuz", std::string("build/kernel/vmlinuz")})
    if (access(place.c_str(), R_OK) == 0) return std::filesystem::absolute(place);
  return "";
}

bool is_there(const std::string& program) {
  for (const char* const place : {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"})
    if (access((place + program).c_str(), X_OK) == 0) return true;
  return false;
}

}  // namespace

std::string stoker_program() { return build_directory() + "/multicall/stoker-static"; }

std::string missing_for_machine() {
  if (kernel().empty()) return "a kernel: tests/harness/kernel build/kernel/vmlinuz";
  if (access(stoker_program().c_str(), X_OK) != 0) return "static programs";
  for (const char* const program : {"qemu-system-x86_64", "cpio", "busybox", "mke2fs", "debugfs"})
    if (!is_there(program)) return program;
  return "";
}

VirtualMachine::VirtualMachine(Sandbox& box)
    : box_(box),
      process_(box.start(
          {std::filesystem::absolute("examples/appliance/boot"), kernel(), "initramfs", "disk"},
          Setup{.fed = true, .merged = true})) {}

void VirtualMachine::await(const std::string& text) {
  for (const Moment deadline = now() + timeout; now() < deadline;) {
    const size_t at = said().find(text, found_);
    if (at != std::string::npos) {
      found_ = at + text.size();
      return;
    }
    if (process_.ended()) break;
    poll(nullptr, 0, 20);
  }
  box_.give_up("the console does not say: " + text + "\nbut:\n" + said());
}

std::string VirtualMachine::run(const std::string& command) {
  const size_t before = found_;
  process_.feed(command + "\n");
  await("appliance# ");
  return said().substr(before, found_ - before);
}

std::string VirtualMachine::said() const {
  std::string text = process_.out();
  text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
  return text;
}

}  // namespace stoker::test
