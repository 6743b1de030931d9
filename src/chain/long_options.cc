// SPDX-License-Identifier: ISC
// chpst's long options: one row and one reader each.
#include "chain/long_options.hh"

#include "base/parse.hh"
#include "base/report.hh"
#include "chain/boolean.hh"
#include "chain/dynamic_user.hh"
#include "chain/octal.hh"

namespace stoker {

namespace {

// Each stores its value in the plan; false if the value is invalid.
using Reader = bool (*)(Plan& plan, const char* value);

template <typename Value>
bool take(std::optional<Value>& into, const std::optional<Value>& value) {
  into = value;
  return value.has_value();
}

bool take_number(std::optional<int>& into, const char* text, int least, int most) {
  const auto number = parse_number<int>(text);
  if (!number || *number < least || *number > most) return false;
  into = number;
  return true;
}

bool change_environment(Plan& plan, EnvChange::Kind kind, const char* text) {
  return plan.env_changes.add({kind, text});
}

bool take_flag(bool& into, const char* value) {
  const auto on = value != nullptr ? parse_boolean(value) : true;
  into = on.value_or(false);
  return on.has_value();
}

bool read_bounding(Plan& plan, const char* value) {
  return add_capabilities(plan.privileges.bounding, value, every_capability);
}

bool read_inheritable(Plan& plan, const char* value) {
  return add_capabilities(plan.privileges.inheritable, value, 0);
}

bool read_ambient(Plan& plan, const char* value) {
  return add_capabilities(plan.privileges.ambient, value, 0);
}

bool read_capabilities(Plan& plan, const char* value) {
  return read_bounding(plan, value) && read_inheritable(plan, value) && read_ambient(plan, value);
}

bool read_chdir(Plan& plan, const char* value) {
  plan.directory_may_miss = *value == '-';
  plan.directory = plan.directory_may_miss ? value + 1 : value;
  return true;
}

bool read_keep(Plan& plan, const char* name) {
  plan.clear_environment = true;
  return *name != '\0' && change_environment(plan, EnvChange::Kind::keep, name);
}

bool read_set(Plan& plan, const char* assignment) {
  const size_t equals = std::string_view(assignment).find('=');
  return equals != std::string_view::npos && equals > 0 && equals < 512 &&
         change_environment(plan, EnvChange::Kind::set, assignment);
}

bool read_unset(Plan& plan, const char* name) {
  const std::string_view text(name);
  return !text.empty() && text.find('=') == std::string_view::npos &&
         change_environment(plan, EnvChange::Kind::unset, name);
}

bool read_limit(Plan& plan, const char* value) {
  const auto limit = parse_system_limit(value);
  if (limit) plan.limits.set(*limit);
  return limit.has_value();
}

template <Place place>
bool read_directory(Plan& plan, const char* value) {
  const auto directory = parse_own_directory(place, value);
  return directory && plan.own_directories.add(*directory);
}

template <int fd>
bool read_standard(Plan& plan, const char* value) {
  plan.standard[fd] = value;
  return *value != '\0';
}

bool read_keyring(Plan& plan, const char* value) {
  const std::string_view mode(value);
  plan.keyring = KeyringMode::inherit;
  if (mode == "private") plan.keyring = KeyringMode::separate;
  if (mode == "shared") plan.keyring = KeyringMode::shared;
  return mode == "inherit" || plan.keyring != KeyringMode::inherit;
}

template <std::optional<Credential> (*parse)(const char*)>
bool read_credential(Plan& plan, const char* value) {
  const auto credential = parse(value);
  return credential && plan.credentials.add(*credential);
}

bool read_dynamic_user(Plan& plan, const char* name) {
  plan.dynamic_user = name;
  return is_dynamic_user_name(name);
}

struct LongOption {
  std::string_view name;
  bool has_value;  // else it is a flag, which may have one after `=`
  Reader read;
};

// clang-format off
constexpr LongOption table[] = {
    {"ambient-capabilities", true, read_ambient},
    {"cache-directory", true, read_directory<Place::cache>},
    {"capabilities", true, read_capabilities},
    {"capability-bounding-set", true, read_bounding},
    {"chdir", true, read_chdir},
    {"clear-environment", false, [](Plan& plan, const char* value) {
       return take_flag(plan.clear_environment, value); }},
    {"configuration-directory", true, read_directory<Place::configuration>},
    {"cpu-affinity", true, [](Plan& plan, const char* value) {
       return add_cpus(plan.scheduling.cpus, value); }},
    {"cpu-scheduling-policy", true, [](Plan& plan, const char* value) {
       return take(plan.scheduling.policy, parse_policy(value)); }},
    {"cpu-scheduling-priority", true, [](Plan& plan, const char* value) {
       return take_number(plan.scheduling.priority, value, 1, 99); }},
    {"cpu-scheduling-reset-on-fork", false, [](Plan& plan, const char* value) {
       return take_flag(plan.scheduling.reset_on_fork, value); }},
    {"death-signal", true, [](Plan& plan, const char* value) {
       return take(plan.death_signal, parse_signal(value)); }},
    {"dynamic-user", true, read_dynamic_user},
    {"env-file", true, [](Plan& plan, const char* value) {
       return change_environment(plan, EnvChange::Kind::file, value); }},
    {"expand", false, [](Plan& plan, const char* value) { return take_flag(plan.expand, value); }},
    {"inheritable-capabilities", true, read_inheritable},
    {"init-groups", false, [](Plan& plan, const char* value) {
       return take_flag(plan.all_groups, value); }},
    {"io-priority", true, [](Plan& plan, const char* value) {
       return take(plan.scheduling.io, parse_io_priority(value)); }},
    {"keep", true, read_keep},
    {"keyring-mode", true, read_keyring},
    {"limit", true, read_limit},
    {"load-credential", true, read_credential<parse_loaded_credential>},
    {"logs-directory", true, read_directory<Place::logs>},
    {"nice", true, [](Plan& plan, const char* value) {
       return take_number(plan.scheduling.nice, value, -20, 19); }},
    {"no-new-privileges", false, [](Plan& plan, const char* value) {
       return take_flag(plan.no_new_privileges, value); }},
    {"oom-score-adjust", true, [](Plan& plan, const char* value) {
       return take_number(plan.oom_score, value, -1000, 1000); }},
    {"runtime-directory", true, read_directory<Place::runtime>},
    {"securebits", true, [](Plan& plan, const char* value) {
       return add_secure_bits(plan.privileges.secure_bits, value); }},
    {"set", true, read_set},
    {"set-credential", true, read_credential<parse_set_credential>},
    {"state-directory", true, read_directory<Place::state>},
    {"stderr", true, read_standard<2>},
    {"stdin", true, read_standard<0>},
    {"stdin-text", true, [](Plan& plan, const char* value) { return plan.input_text.add(value); }},
    {"stdout", true, read_standard<1>},
    {"try", false, [](Plan& plan, const char* value) { return take_flag(plan.try_only, value); }},
    {"tty", true, [](Plan& plan, const char* value) {
       plan.terminal = value;
       return *value != '\0'; }},
    {"tty-reset", false, [](Plan& plan, const char* value) {
       return take_flag(plan.terminal_reset, value); }},
    {"umask", true, [](Plan& plan, const char* value) {
       return take(plan.umask, parse_octal(value, 0777)); }},
    {"unset", true, read_unset},
};
// clang-format on

}  // namespace

bool read_long_option(Plan& plan, Options& options) {
  const std::string_view name = options.name();
  for (const LongOption& option : table) {
    if (option.name != name) continue;
    const char* const value = option.has_value ? options.value() : options.joined_value();
    if (option.has_value && value == nullptr)
      die({"option requires an argument: --", name}, exit_misuse);
    if (!option.read(plan, value))
      die({"invalid value for --", name, ": ", value != nullptr ? value : ""}, exit_misuse);
    return true;
  }
  return false;
}

void check_long_options(const Plan& plan) {
  if (plan.all_groups && (plan.user == nullptr || *plan.user == ':'))
    die({"--init-groups requires -u with a user name"}, exit_misuse);
  if (plan.dynamic_user != nullptr && plan.user != nullptr)
    die({"-u and --dynamic-user exclude each other"}, exit_misuse);
  if (plan.terminal_reset && plan.terminal == nullptr)
    die({"--tty-reset requires --tty"}, exit_misuse);
  if (plan.standard[0] != nullptr && !plan.input_text.empty())
    die({"--stdin and --stdin-text exclude each other"}, exit_misuse);
  const auto& scheduling = plan.scheduling;
  const bool realtime = scheduling.policy == Policy::fifo || scheduling.policy == Policy::rr;
  if (scheduling.priority && !realtime)
    die({"--cpu-scheduling-priority requires --cpu-scheduling-policy fifo or rr"}, exit_misuse);
}

}  // namespace stoker
