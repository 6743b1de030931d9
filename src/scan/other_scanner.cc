// SPDX-License-Identifier: ISC
#include "scan/other_scanner.hh"

#include <sys/stat.h>
#include <unistd.h>

#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "scan/scan_tree.hh"

namespace stoker {

namespace {

bool is_scanner(std::string_view name) {
  return name == scan_personalities[0].name || name == scan_personalities[1].name;
}

Text<32> name_of(pid_t pid) {
  const Text<64> shown = name_and_pid(pid);
  const std::string_view text = shown.view();
  return Text<32>(std::string_view(text.data(), text.rfind(" (")));
}

bool shares(pid_t pid, const char* what) {
  struct stat theirs {
  }, own{};
  return stat(Text<64>("/proc/", pid, "/", what).c_str(), &theirs) == 0 &&
         stat(Text<64>("/proc/self/", what).c_str(), &own) == 0 && is_same_file(theirs, own);
}

bool is_of_our_user(pid_t pid) {
  struct stat facts {};
  return stat(Text<32>("/proc/", pid).c_str(), &facts) == 0 && facts.st_uid == geteuid();
}

// Containers may have the processes of their host, and those share its directories.
bool is_of_our_container(pid_t pid) { return shares(pid, "ns/pid") && shares(pid, "ns/mnt"); }

// Not a script of the same name, which may have started us.
bool is_program(pid_t pid) {
  constexpr std::string_view replaced = " (deleted)";  // the kernel appends it
  char path[4096];
  const ssize_t length = readlink(Text<32>("/proc/", pid, "/exe").c_str(), path, sizeof path);
  std::string_view file = base_name({path, static_cast<size_t>(length > 0 ? length : 0)});
  if (file.ends_with(replaced)) file.remove_suffix(replaced.size());
  return file == name_of(pid).view() || file == base_name(program_path("").view());
}

pid_t find_other(int directory) {
  struct stat own {};
  pid_t found = 0;
  if (fstat(directory, &own) != 0) return 0;
  meet_residents([&](pid_t pid, const struct stat& current) {
    if (is_same_file(current, own) && is_scanner(name_of(pid).view()) && is_program(pid) &&
        is_of_our_user(pid) && is_of_our_container(pid))
      found = pid;
  });
  return found;
}

}  // namespace

// A child that a killed svscan had just started looks like it until it executes its program.
void refuse_other_scanner(const ScanTree& tree) {
  constexpr Moment timeout = 1s, pause = 20ms;
  const int directory = tree.directory.fd();
  pid_t other = directory >= 0 ? find_other(directory) : 0;
  for (const Moment deadline = now() + timeout; other != 0 && now() < deadline;) {
    wait_until({}, now() + pause);
    other = find_other(directory);
  }
  if (other != 0)
    die({"another ", name_of(other), " (pid ", Digits(other), ") watches this directory"},
        tree.personality.trouble);
}

}  // namespace stoker
