// SPDX-License-Identifier: ISC
// jail's options, and the rules that each stands for.
#include "jail/options.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/boolean.hh"

namespace stoker {

namespace {

using Kind = PathRule::Kind;

// `value` is null if there is none. False if it is invalid.
using Reader = bool (*)(Jail& jail, char* value);

// Trailing slashes are ignored.
bool clean(char* path) {
  for (size_t size = strlen(path); size > 1 && path[size - 1] == '/'; --size) path[size - 1] = '\0';
  return is_clean_path(path);
}

bool cut_dash(char*& path) {
  const bool may_miss = *path == '-';
  if (may_miss) ++path;
  return may_miss;
}

// Cuts off what follows the colon, and the colon; null if there is none.
char* cut_tail(char* path) {
  char* const colon = strchr(path, ':');
  if (colon == nullptr) return nullptr;
  *colon = '\0';
  return colon + 1;
}

// `PATH`, or `-PATH` for one that need not exist.
template <Kind kind>
bool read_path(Jail& jail, char* value) {
  const bool may_miss = cut_dash(value);
  return clean(value) && jail.rules.add({kind, value, nullptr, may_miss});
}

// `SOURCE:PATH`, or one for both. What is mounted below is shown, too, as `:rbind` says.
template <Kind kind>
bool read_bind(Jail& jail, char* value) {
  const bool may_miss = cut_dash(value);
  char* const tail = cut_tail(value);
  char* const path = tail != nullptr ? tail : value;
  const char* const how = cut_tail(path);
  if (how != nullptr && std::string_view(how) != "rbind") return false;
  return clean(value) && clean(path) && std::string_view(path) != "/" &&
         jail.rules.add({kind, path, value, may_miss});
}

struct FileSystemFlags {
  bool read_only = false, no_exec = false;
};

// Takes the flags out of the options. False if one is unknown.
bool sort_options(char* options, FileSystemFlags& flags) {
  std::string_view rest(options);
  char* end = options;
  while (!rest.empty()) {
    const std::string_view word(rest.data(), std::min(rest.find(','), rest.size()));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (word == "ro" || word == "rw") {
      flags.read_only = word == "ro";
    } else if (word == "noexec" || word == "exec") {
      flags.no_exec = word == "noexec";
    } else if (word != "nodev" && word != "nosuid") {  // always
      constexpr std::string_view known[] = {"mode=", "size=", "nr_inodes=", "uid=", "gid="};
      const auto names = [&](std::string_view name) { return has_prefix(word, name); };
      if (std::none_of(std::begin(known), std::end(known), names)) return false;
      if (end != options) *end++ = ',';
      end = std::copy_n(word.data(), word.size(), end);
    }
  }
  *end = '\0';
  return true;
}

// `PATH` or `PATH:OPTION,...`.
bool read_temporary(Jail& jail, char* value) {
  const bool may_miss = cut_dash(value);
  char* const options = cut_tail(value);
  FileSystemFlags flags;
  if (!clean(value) || (options != nullptr && !sort_options(options, flags))) return false;
  const Kind kind = flags.read_only ? Kind::read_only_temporary : Kind::temporary;
  return jail.rules.add({kind, value, nullptr, may_miss, options}) &&
         (!flags.no_exec || jail.rules.add({Kind::no_exec, value, nullptr, may_miss}));
}

template <Allowance::Kind kind>
bool read_allowance(Jail& jail, char* value) {
  return *value != '\0' && jail.allowances.add({kind, value});
}

bool protect_system(Jail& jail, char* value) {
  using enum SystemProtection;
  const std::string_view how = value != nullptr ? value : "yes";
  const auto on = parse_boolean(how);
  jail.system = on.value_or(false) ? usual : none;
  if (how == "full") jail.system = full;
  if (how == "strict") jail.system = strict;
  return on || jail.system != none;
}

bool protect_home(Jail& jail, char* value) {
  using enum HomeProtection;
  const std::string_view how = value != nullptr ? value : "yes";
  const auto on = parse_boolean(how);
  jail.home = on.value_or(false) ? hidden : none;
  if (how == "read-only") jail.home = read_only;
  if (how == "tmpfs") jail.home = temporary;
  return on || jail.home != none;
}

// A rule for paths that need not exist.
bool add(Jail& jail, Kind kind, std::initializer_list<const char*> paths) {
  for (const char* const path : paths)
    if (!jail.rules.add({kind, path, nullptr, true})) return false;
  return true;
}

std::optional<ProcVisibility> proc_visibility(std::string_view word) {
  using enum ProcVisibility;
  if (word == "default") return usual;
  if (word == "noaccess") return noaccess;
  if (word == "invisible") return invisible;
  if (word == "ptraceable") return ptraceable;
  return {};
}

bool add_system_rules(Jail& jail) {
  switch (jail.system) {
  case SystemProtection::none: return true;
  case SystemProtection::full:
    if (!add(jail, Kind::read_only, {"/etc"})) return false;
    [[fallthrough]];
  case SystemProtection::usual: return add(jail, Kind::read_only, {"/usr", "/boot", "/efi"});
  case SystemProtection::strict:
    return add(jail, Kind::read_only, {"/"}) &&
           add(jail, Kind::read_write, {"/dev", "/proc", "/sys"});
  }
  return true;
}

bool add_home_rules(Jail& jail) {
  if (jail.home == HomeProtection::none) return true;
  constexpr Kind kinds[] = {{}, Kind::inaccessible, Kind::read_only, Kind::read_only_temporary};
  return add(jail, kinds[static_cast<size_t>(jail.home)], {"/home", "/root", "/run/user"});
}

// Where the kernel's log can be read, and its modules are.
bool add_wall_rules(Jail& jail) {
  return (!jail.walls.has(Wall::kernel_logs) ||
          add(jail, Kind::inaccessible, {"/proc/kmsg", "/dev/kmsg"})) &&
         (!jail.walls.has(Wall::kernel_modules) ||
          add(jail, Kind::inaccessible, {"/lib/modules", "/usr/lib/modules"}));
}

bool add_tunables_rules(Jail& jail) {
  return add(jail, Kind::read_only,
             {"/proc/sys", "/proc/sysrq-trigger", "/proc/acpi", "/proc/fs", "/proc/irq",
              "/proc/bus", "/sys"}) &&
         add(jail, Kind::inaccessible, {"/proc/kallsyms", "/proc/kcore"});
}

// False if there are too many.
bool add_rules(Jail& jail) {
  return add_system_rules(jail) && add_home_rules(jail) && add_wall_rules(jail) &&
         (!jail.private_tmp || add(jail, Kind::temporary, {"/tmp", "/var/tmp"})) &&
         (!jail.private_devices || jail.rules.add({Kind::devices, "/dev"})) &&
         (!jail.protect_kernel_tunables || add_tunables_rules(jail)) &&
         (!jail.protect_control_groups || add(jail, Kind::read_only, {"/sys/fs/cgroup"}));
}

bool read_root(Jail& jail, char* value) {
  jail.root = value;
  return *value != '\0';
}

bool read_proc(Jail& jail, char* value) {
  const auto how = proc_visibility(value);
  jail.proc = how.value_or(ProcVisibility::usual);
  return how.has_value();
}

bool read_proc_subset(Jail& jail, char* value) {
  const std::string_view subset(value);
  jail.only_pids_in_proc = subset == "pid";
  return jail.only_pids_in_proc || subset == "all";
}

bool read_users(Jail& jail, char* value) {
  const std::string_view who = value != nullptr ? value : "self";
  const auto on = parse_boolean(who);
  jail.users = on.value_or(who == "self") ? PrivateUsers::self : PrivateUsers::none;
  if (who == "identity") jail.users = PrivateUsers::identity;
  return on || jail.users != PrivateUsers::none;
}

// A list of what is permitted; `yes` permits nothing, `no` everything.
bool read_namespaces(Jail& jail, char* value) {
  const auto restricted = value != nullptr ? parse_boolean(value) : true;
  if (!restricted) return jail.walls.namespaces.add_list(value);
  jail.walls.namespaces = {};
  if (*restricted) jail.walls.namespaces.refuse_all();
  return true;
}

bool read_families(Jail& jail, char* value) {
  if (std::string_view(value) != "none") return jail.walls.families.add_list(value);
  jail.walls.families.refuse_all();
  return true;
}

bool read_architectures(Jail& jail, char* value) {
  return jail.walls.architectures.add_list(value);
}

bool read_filter(Jail& jail, char* value) { return jail.filter.add_list(value); }

bool read_error(Jail& jail, char* value) {
  struct Name {
    std::string_view name;
    int number;
  };
  constexpr Name names[] = {{"EPERM", EPERM},           {"EACCES", EACCES},
                            {"ENOSYS", ENOSYS},         {"EINVAL", EINVAL},
                            {"ENOENT", ENOENT},         {"EIO", EIO},
                            {"ENXIO", ENXIO},           {"ENOMEM", ENOMEM},
                            {"EBUSY", EBUSY},           {"ENODEV", ENODEV},
                            {"ENOTTY", ENOTTY},         {"EAGAIN", EAGAIN},
                            {"EROFS", EROFS},           {"ENOTSUP", ENOTSUP},
                            {"EOPNOTSUPP", EOPNOTSUPP}, {"EAFNOSUPPORT", EAFNOSUPPORT}};
  jail.filter_error = 0;
  if (std::string_view(value) == "kill") return true;
  for (const auto& [name, number] : names)
    if (name == value) jail.filter_error = number;
  if (jail.filter_error == 0) jail.filter_error = parse_number<int>(value).value_or(0);
  return jail.filter_error > 0 && jail.filter_error < 4096;
}

struct Option {
  std::string_view name;
  Reader read;
  bool may_lack_value = false;
};
struct Flag {
  std::string_view name;
  bool Jail::*flag;
};
struct WallFlag {
  std::string_view name;
  Wall wall;
};

constexpr Option options_with_value[] = {
    {"allow-execute", read_allowance<Allowance::Kind::execute>},
    {"allow-read", read_allowance<Allowance::Kind::read>},
    {"allow-write", read_allowance<Allowance::Kind::write>},
    {"bind", read_bind<Kind::bind>},
    {"bind-read-only", read_bind<Kind::read_only_bind>},
    {"exec", read_path<Kind::exec>},
    {"inaccessible", read_path<Kind::inaccessible>},
    {"no-exec", read_path<Kind::no_exec>},
    {"private-users", read_users, true},
    {"proc-subset", read_proc_subset},
    {"protect-home", protect_home, true},
    {"protect-proc", read_proc},
    {"protect-system", protect_system, true},
    {"read-only", read_path<Kind::read_only>},
    {"read-write", read_path<Kind::read_write>},
    {"restrict-address-families", read_families},
    {"restrict-namespaces", read_namespaces, true},
    {"root", read_root},
    {"system-call-architectures", read_architectures},
    {"system-call-error-number", read_error},
    {"system-call-filter", read_filter},
    {"temporary-fs", read_temporary},
};
constexpr Flag flags[] = {
    {"explain", &Jail::explain},
    {"keep-capabilities", &Jail::keep_capabilities},
    {"private-devices", &Jail::private_devices},
    {"private-ipc", &Jail::private_ipc},
    {"private-mounts", &Jail::private_mounts},
    {"private-network", &Jail::private_network},
    {"private-pids", &Jail::private_pids},
    {"private-tmp", &Jail::private_tmp},
    {"protect-control-groups", &Jail::protect_control_groups},
    {"protect-kernel-tunables", &Jail::protect_kernel_tunables},
    {"try", &Jail::try_only},
};

constexpr WallFlag wall_flags[] = {
    {"lock-personality", Wall::personality},
    {"memory-deny-write-execute", Wall::write_execute},
    {"protect-clock", Wall::clock},
    {"protect-hostname", Wall::hostname},
    {"protect-kernel-logs", Wall::kernel_logs},
    {"protect-kernel-modules", Wall::kernel_modules},
    {"restrict-realtime", Wall::realtime},
    {"restrict-suid-sgid", Wall::suid_sgid},
};

[[noreturn]] void die_of_value(std::string_view name, std::string_view value) {
  die({"invalid value for --", name, ": ", value}, exit_misuse);
}

bool is_on(Options& options) {
  const char* const value = options.joined_value();
  const auto on = value != nullptr ? parse_boolean(value) : true;
  if (!on) die_of_value(options.name(), value);
  return *on;
}

bool read_flag(Jail& jail, Options& options) {
  for (const auto& [name, flag] : flags)
    if (name == options.name()) {
      jail.*flag = is_on(options);
      return true;
    }
  for (const auto& [name, wall] : wall_flags)
    if (name == options.name()) {
      jail.walls.set(wall, is_on(options));
      return true;
    }
  return false;
}

bool read_value(Jail& jail, Options& options) {
  for (const auto& [name, read, may_lack] : options_with_value) {
    if (name != options.name()) continue;
    const char* const value = may_lack ? options.joined_value() : options.value();
    if (value == nullptr && !may_lack) die({"option requires an argument: --", name}, exit_misuse);
    // It points into argv, which we may change; the copy is for the message.
    const PathText given(std::string_view(value != nullptr ? value : ""));
    if (!read(jail, const_cast<char*>(value))) die_of_value(name, given);
    return true;
  }
  return false;
}

// Other rules know only the numbers of native calls.
void check_architectures(const Jail& jail) {
  if (!jail.walls.architectures.foreign(native_machine())) return;
  Walls others = jail.walls;
  others.architectures = {};
  if (others.any() || jail.filter.any())
    die({"system calls of other architectures cannot be restricted: permit only native ones, or "
         "remove the other restrictions of system calls"},
        exit_misuse);
}

}  // namespace

void read_jail_options(Jail& jail, Options& options) {
  while (const char letter = options.next())
    if (letter != Options::long_option || !(read_flag(jail, options) || read_value(jail, options)))
      options.refuse(letter);
  if (!add_rules(jail)) die({"too many paths"}, exit_misuse);
  check_architectures(jail);
}

}  // namespace stoker
