// SPDX-License-Identifier: ISC
// jail's options, and the rules that each stands for.
#include "jail/options.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

namespace {

using Kind = PathRule::Kind;

// `value` is null if there is none. False if it is invalid.
using Reader = bool (*)(Jail& jail, char* value);

enum class Takes { nothing, perhaps, value };

// A rule for a path that need not exist.
bool add(Jail& jail, Kind kind, std::initializer_list<const char*> paths) {
  for (const char* const path : paths)
    if (!jail.rules.add({kind, path, nullptr, true})) return false;
  return true;
}

// Trailing slashes are ignored.
bool clean(char* path) {
  for (size_t size = strlen(path); size > 1 && path[size - 1] == '/'; --size) path[size - 1] = '\0';
  return is_clean_path(path);
}

// `PATH`, or `-PATH` for one that need not exist.
template <Kind kind>
bool read_path(Jail& jail, char* value) {
  const bool may_miss = *value == '-';
  if (may_miss) ++value;
  return clean(value) && jail.rules.add({kind, value, nullptr, may_miss});
}

// `SOURCE:PATH`, or one for both.
template <Kind kind>
bool read_bind(Jail& jail, char* value) {
  const bool may_miss = *value == '-';
  if (may_miss) ++value;
  char* const colon = strchr(value, ':');
  if (colon != nullptr) *colon = '\0';
  char* const path = colon != nullptr ? colon + 1 : value;
  return clean(value) && clean(path) && std::string_view(path) != "/" &&
         jail.rules.add({kind, path, value, may_miss});
}

template <Allowance::Kind kind>
bool read_allowance(Jail& jail, char* value) {
  return *value != '\0' && jail.allowances.add({kind, value});
}

bool protect_system(Jail& jail, char* value) {
  const std::string_view how = value != nullptr ? value : "true";
  if (how == "strict")
    return add(jail, Kind::read_only, {"/"}) &&
           add(jail, Kind::read_write, {"/dev", "/proc", "/sys"});
  if (how != "full" && how != "true") return false;
  return add(jail, Kind::read_only, {"/usr", "/boot", "/efi"}) &&
         (how == "true" || add(jail, Kind::read_only, {"/etc"}));
}

bool protect_home(Jail& jail, char* value) {
  const std::string_view how = value != nullptr ? value : "true";
  Kind kind = Kind::inaccessible;
  if (how == "read-only")
    kind = Kind::read_only;
  else if (how == "tmpfs")
    kind = Kind::read_only_temporary;
  else if (how != "true")
    return false;
  return add(jail, kind, {"/home", "/root", "/run/user"});
}

bool protect_kernel_tunables(Jail& jail, char*) {
  return add(jail, Kind::read_only,
             {"/proc/sys", "/proc/sysrq-trigger", "/proc/acpi", "/proc/fs", "/proc/irq",
              "/proc/bus", "/sys"}) &&
         add(jail, Kind::inaccessible, {"/proc/kallsyms", "/proc/kcore"});
}

bool read_error(Jail& jail, char* value) {
  struct Name {
    std::string_view name;
    int number;
  };
  constexpr Name names[] = {
      {"EPERM", EPERM}, {"EACCES", EACCES}, {"ENOSYS", ENOSYS}, {"EINVAL", EINVAL}};
  for (const auto& [name, number] : names)
    if (name == value) jail.filter_error = number;
  if (jail.filter_error == 0) jail.filter_error = parse_number<int>(value).value_or(0);
  return jail.filter_error > 0 && jail.filter_error < 4096;
}

struct Option {
  std::string_view name;
  Takes takes;
  Reader read;
};

// clang-format off
constexpr Option table[] = {
    {"allow-execute", Takes::value, read_allowance<Allowance::Kind::execute>},
    {"allow-read", Takes::value, read_allowance<Allowance::Kind::read>},
    {"allow-write", Takes::value, read_allowance<Allowance::Kind::write>},
    {"bind", Takes::value, read_bind<Kind::bind>},
    {"bind-read-only", Takes::value, read_bind<Kind::read_only_bind>},
    {"explain", Takes::nothing, [](Jail& jail, char*) { return jail.explain = true; }},
    {"inaccessible", Takes::value, read_path<Kind::inaccessible>},
    {"keep-capabilities", Takes::nothing, [](Jail& jail, char*) {
       return jail.keep_capabilities = true; }},
    {"no-exec", Takes::value, read_path<Kind::no_exec>},
    {"private-devices", Takes::nothing, [](Jail& jail, char*) {
       return jail.rules.add({Kind::devices, "/dev"}); }},
    {"private-ipc", Takes::nothing, [](Jail& jail, char*) { return jail.private_ipc = true; }},
    {"private-network", Takes::nothing, [](Jail& jail, char*) {
       return jail.private_network = true; }},
    {"private-pids", Takes::nothing, [](Jail& jail, char*) { return jail.private_pids = true; }},
    {"private-tmp", Takes::nothing, [](Jail& jail, char*) {
       return add(jail, Kind::temporary, {"/tmp", "/var/tmp"}); }},
    {"protect-control-groups", Takes::nothing, [](Jail& jail, char*) {
       return add(jail, Kind::read_only, {"/sys/fs/cgroup"}); }},
    {"protect-home", Takes::perhaps, protect_home},
    {"protect-kernel-tunables", Takes::nothing, protect_kernel_tunables},
    {"protect-system", Takes::perhaps, protect_system},
    {"read-only", Takes::value, read_path<Kind::read_only>},
    {"read-write", Takes::value, read_path<Kind::read_write>},
    {"root", Takes::value, [](Jail& jail, char* value) {
       jail.root = value;
       return *value != '\0'; }},
    {"system-call-error-number", Takes::value, read_error},
    {"system-call-filter", Takes::value, [](Jail& jail, char* value) {
       return jail.filter.add_list(value); }},
    {"temporary-fs", Takes::value, read_path<Kind::temporary>},
    {"try", Takes::nothing, [](Jail& jail, char*) { return jail.try_only = true; }},
};
// clang-format on

}  // namespace

bool read_jail_option(Jail& jail, Options& options) {
  const std::string_view name = options.name();
  for (const Option& option : table) {
    if (option.name != name) continue;
    const char* const value =
        option.takes == Takes::value ? options.value() : options.joined_value();
    if (option.takes == Takes::value && value == nullptr)
      die({"option requires an argument: --", name}, exit_misuse);
    if (option.takes == Takes::nothing && value != nullptr)
      die({"option takes no argument: --", name}, exit_misuse);
    // It points into argv, which we may change; the copy is for the message.
    const PathText given(std::string_view(value != nullptr ? value : ""));
    if (!option.read(jail, const_cast<char*>(value)))
      die({"invalid value for --", name, ": ", given}, exit_misuse);
    return true;
  }
  return false;
}

}  // namespace stoker
