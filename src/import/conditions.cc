// SPDX-License-Identifier: ISC
#include "import/conditions.hh"

#include "base/parse.hh"
#include "chain/capabilities.hh"
#include "import/shell.hh"
#include "import/unit_words.hh"

namespace stoker::importer {

namespace {

using Make = std::string (*)(std::string_view value);

std::string test_with(const char* operation, std::string_view value) {
  return std::string("[ ") + operation + " " + quoted(value) + " ]";
}

std::string path_exists(std::string_view value) { return test_with("-e", value); }
std::string is_directory(std::string_view value) { return test_with("-d", value); }
std::string is_link(std::string_view value) { return test_with("-L", value); }
std::string is_writable(std::string_view value) { return test_with("-w", value); }
std::string is_not_empty(std::string_view value) { return test_with("-s", value); }
std::string is_mount_point(std::string_view value) { return "mountpoint -q " + quoted(value); }

std::string is_executable_file(std::string_view value) {
  return test_with("-f", value) + " && " + test_with("-x", value);
}

std::string directory_not_empty(std::string_view value) {
  return "[ -n \"$(ls -A " + quoted(value) + " 2>/dev/null)\" ]";
}

// The pattern must reach the shell without quotes.
std::string glob_exists(std::string_view value) {
  if (value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "/._-+*?[]@:") != value.npos)
    return {};
  return "ls -d " + std::string(value) + " >/dev/null 2>&1";
}

std::string in_container() {
  return "{ [ -e /run/.containerenv ] || [ -e /.dockerenv ] || "
         "grep -qsz '^container=' /proc/1/environ; }";
}
std::string in_machine() { return "grep -q '^flags.* hypervisor' /proc/cpuinfo"; }

std::string virtualization(std::string_view value) {
  if (value == "container") return in_container();
  if (value == "vm") return in_machine();
  const auto answer = parse_switch(value);
  if (!answer) return {};
  const std::string either = "{ " + in_container() + " || " + in_machine() + "; }";
  return *answer ? either : "! " + either;
}

// As systemd has it: on power unless a supply says that it is off, and none that it is on.
std::string on_power(std::string_view value) {
  const auto answer = parse_switch(value);
  if (!answer) return {};
  const std::string supplies = "/sys/class/power_supply/*/online";
  const std::string on = "{ ! grep -qs 0 " + supplies + " || grep -qs 1 " + supplies + "; }";
  return *answer ? on : "! " + on;
}

std::string capability(std::string_view value) {
  const auto set = parse_capabilities(value);
  if (!set || *set == 0 || (*set & (*set - 1)) != 0) return {};
  unsigned number = 0;
  while ((*set >> number & 1) == 0) ++number;
  return "[ $((0x$(sed -n 's/^CapBnd:.//p' /proc/self/status) >> " + std::to_string(number) +
         " & 1)) = 1 ]";
}

std::string kernel_command_line(std::string_view value) {
  const bool whole = value.find('=') != value.npos;
  return "tr ' ' '\\n' </proc/cmdline | grep -q" + std::string(whole ? "xF -- " : "e ") +
         quoted(whole ? std::string(value) : "^" + std::string(value) + "\\(=\\|$\\)");
}

std::string user(std::string_view value) {
  if (value == "@system") return "[ \"$(id -u)\" -lt 1000 ]";
  const bool number = parse_number<unsigned>(value).has_value();
  return std::string("[ \"$(id -u") + (number ? "" : "n") + ")\" = " + quoted(value) + " ]";
}

std::string group(std::string_view value) {
  const bool number = parse_number<unsigned>(value).has_value();
  return std::string("id -G") + (number ? "" : "n") + " | tr ' ' '\\n' | grep -qxF -- " +
         quoted(value);
}

std::string host(std::string_view value) {
  return "{ [ \"$(uname -n)\" = " + quoted(value) + " ] || grep -qsxF -- " + quoted(value) +
         " /etc/machine-id; }";
}

std::string architecture(std::string_view value) {
  std::string machine(value);
  if (value == "x86-64") machine = "x86_64";
  if (value == "arm64") machine = "aarch64";
  return "[ \"$(uname -m)\" = " + quoted(machine) + " ]";
}

std::string security(std::string_view value) {
  if (value == "selinux") return "[ -e /sys/fs/selinux/enforce ]";
  if (value == "apparmor") return "grep -qs Y /sys/module/apparmor/parameters/enabled";
  if (value == "smack") return "[ -d /sys/fs/smackfs ]";
  if (value == "audit") return "[ -e /proc/self/loginuid ]";
  if (value == "ima") return "[ -d /sys/kernel/security/ima ]";
  if (value == "tomoyo") return "[ -e /sys/kernel/security/tomoyo/version ]";
  if (value == "uefi-secureboot")
    return "od -An -tu1 -j4 /sys/firmware/efi/efivars/SecureBoot-* 2>/dev/null | grep -q 1";
  if (value == "tpm2") return "[ -e /sys/class/tpmrm/tpmrm0 ]";
  return {};
}

std::string controllers(std::string_view value) {
  if (value == "v2") return "[ -e /sys/fs/cgroup/cgroup.controllers ]";
  std::string tests;
  for (std::string_view one = next_word(value); !one.empty(); one = next_word(value))
    tests += (tests.empty() ? "" : " && ") + ("grep -qsw " + quoted(one)) +
             " /sys/fs/cgroup/cgroup.controllers";
  return tests;
}

std::string environment(std::string_view value) {
  const size_t sign = value.find('=');
  const std::string name(value.substr(0, sign));
  if (sign == value.npos) return "[ -n \"${" + name + "+set}\" ]";
  return "[ \"${" + name + "-}\" = " + quoted(value.substr(sign + 1)) + " ]";
}

std::string needs_update(std::string_view value) {
  return "[ /usr -nt " + quoted(std::string(value) + "/.updated") + " ]";
}

// The machine has no ID until its first boot.
std::string first_boot(std::string_view value) {
  const auto answer = parse_switch(value);
  if (!answer) return {};
  return std::string(*answer ? "! " : "") + "[ -s /etc/machine-id ]";
}

std::string feature(std::string_view value) {
  return "grep -qw " + quoted(value) + " /proc/cpuinfo";
}

// No credentials are passed to a system that systemd does not run.
std::string credential(std::string_view) { return "false"; }

struct Condition {
  std::string_view kind;
  Make make;
};
constexpr Condition conditions[] = {
    {"PathExists", path_exists},
    {"PathExistsGlob", glob_exists},
    {"PathIsDirectory", is_directory},
    {"PathIsSymbolicLink", is_link},
    {"PathIsMountPoint", is_mount_point},
    {"PathIsReadWrite", is_writable},
    {"DirectoryNotEmpty", directory_not_empty},
    {"FileNotEmpty", is_not_empty},
    {"FileIsExecutable", is_executable_file},
    {"Virtualization", virtualization},
    {"ACPower", on_power},
    {"Capability", capability},
    {"KernelCommandLine", kernel_command_line},
    {"User", user},
    {"Group", group},
    {"Host", host},
    {"Architecture", architecture},
    {"Security", security},
    {"ControlGroupController", controllers},
    {"Environment", environment},
    {"NeedsUpdate", needs_update},
    {"FirstBoot", first_boot},
    {"CPUFeature", feature},
    {"Credential", credential},
};

}  // namespace

ConditionTest condition_test(std::string_view kind, std::string_view value) {
  ConditionTest test;
  value = trim(value);
  if (value.starts_with("|")) {
    test.any = true;
    value = trim(value.substr(1));
  }
  if (value.starts_with("!")) {
    test.negated = true;
    value = trim(value.substr(1));
  }
  for (const Condition& condition : conditions)
    if (condition.kind == kind) test.shell = condition.make(value);
  return test;
}

}  // namespace stoker::importer
