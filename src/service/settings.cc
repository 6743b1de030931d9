// SPDX-License-Identifier: ISC
#include "service/settings.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/duration.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "service/layout.hh"
#include "service/lint.hh"
#include "service/setting_rows.hh"

namespace stoker {

namespace {

using enum ServiceFile;
using setting_rows::rows;
using Kind = FileKind;

// Without the rest of the rows, for programs that do not show it.
consteval std::array<FileName, service_file_count> names_of_rows() {
  std::array<FileName, service_file_count> names{};
  for (size_t at = 0; at < rows.size(); ++at) names[at] = {rows[at].name, rows[at].kind};
  return names;
}

// Longer than any sensible value; what does not fit is invalid.
constexpr size_t longest_value = 128;

std::optional<int> parse_trimmed_signal(std::string_view text) { return parse_signal(trim(text)); }

std::optional<int> parse_descriptor(std::string_view text) {
  const auto number = parse_number<int>(trim(text));
  if (!number || *number < 0 || *number > 0xffff) return {};
  return number;
}

std::optional<Suite> parse_type(std::string_view text) {
  const std::string_view word = trim(text);
  if (word == "longrun") return Suite::s6;
  return word == "encore" ? std::optional(Suite::encore) : std::nullopt;
}

std::optional<Text<127>> parse_path(std::string_view text) {
  const Text<127> path(next_word(text));
  const bool whole = !path.empty() && !path.truncated() && trim(text).empty();
  return whole ? std::optional(path) : std::nullopt;
}

std::optional<unsigned> parse_count(std::string_view text) {
  const auto number = parse_number<unsigned>(trim(text));
  return number && *number <= 4096 ? number : std::nullopt;
}

std::optional<unsigned> parse_tries(std::string_view text) {
  const auto number = parse_count(text);
  return number && *number > 0 ? number : std::nullopt;
}

std::optional<unsigned> parse_store(std::string_view text) {
  const auto number = parse_number<unsigned>(trim(text));
  return number && *number <= most_stored ? number : std::nullopt;
}

}  // namespace

const std::array<FileRow, service_file_count> service_files = rows;
constinit const std::array<FileName, service_file_count> service_file_names = names_of_rows();

size_t index_of_service_file(std::string_view name) {
  size_t at = 0;
  while (at < service_file_count && name != service_file_names[at].name) ++at;
  return at;
}

bool is_valid(FileKind kind, std::string_view text) {
  if (text.size() >= longest_value && kind < Kind::marker) return false;
  switch (kind) {
  case Kind::timeout: return parse_timeout(text).has_value();
  case Kind::signal: return parse_trimmed_signal(text).has_value();
  case Kind::descriptor: return parse_descriptor(text).has_value();
  case Kind::policy: return parse_restart(text).has_value();
  case Kind::delay: return parse_delay(text).has_value();
  case Kind::limit: return parse_limit(text).has_value();
  case Kind::type: return parse_type(text).has_value();
  case Kind::count: return parse_count(text).has_value();
  case Kind::exits: return parse_exit_set(text).has_value();
  case Kind::run_limit: return parse_run_limit(text).has_value();
  case Kind::kill_mode: return parse_kill_mode(text).has_value();
  case Kind::tries: return parse_tries(text).has_value();
  case Kind::action: return parse_health_action(text).has_value();
  case Kind::store: return parse_store(text).has_value();
  case Kind::oom_policy: return parse_oom_policy(text).has_value();
  case Kind::path: return parse_path(text).has_value();
  case Kind::marker:
  case Kind::script:
  case Kind::aftermath:
  case Kind::directory:
  case Kind::names:
  case Kind::sockets:
  case Kind::reserved: return true;
  }
  return true;
}

bool has_bare_below_second(FileKind kind, std::string_view text) {
  if (kind == Kind::timeout) return is_bare_below_second(text);
  if (kind != Kind::delay && kind != Kind::run_limit) return false;
  const std::string_view least = next_word(text), most = next_word(text);
  return is_bare_below_second(least) || (kind == Kind::delay && is_bare_below_second(most));
}

// Copies what is needed, so that a program has the whole table only if it shows it.
consteval ServiceSettings::Wanted ServiceSettings::wanted(ServiceFile file, bool of_s6) {
  const FileRow& row = rows[static_cast<size_t>(file)];
  const char* const fallback = of_s6 ? row.fallback_s6 : row.fallback;
  return {file, row.name, fallback != nullptr ? std::string_view(fallback) : std::string_view(),
          row.kind};
}

bool ServiceSettings::fetch(const Wanted& wanted, std::string_view& text, std::span<char> buffer) {
  if (directory_ < 0) return false;
  Complaint& complaint = complaints_[static_cast<size_t>(wanted.file)];
  if (!may_exist(wanted.file)) {
    complaint.clear();
    return false;
  }
  const Fd file = open_read(directory_, wanted.name);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  if (got >= 0) {
    text = {buffer.data(), static_cast<size_t>(got)};
    return judge(wanted, text);
  }
  if (errno == ENOENT)
    complaint.clear();
  else
    complaint.warn_errno({"unable to read ", label(), wanted.name, ", using the default"});
  return false;
}

bool ServiceSettings::judge(const Wanted& wanted, std::string_view text) {
  Complaint& complaint = complaints_[static_cast<size_t>(wanted.file)];
  const Fault fault = fault_of_value(label(), wanted.name, wanted.kind, text);
  const bool valid = is_valid(wanted.kind, text);
  // To s6, a bare number is milliseconds and nothing else.
  if (fault.empty() || (valid && is_time_of_s6(wanted.file) && is_of_s6()))
    complaint.clear();
  else
    complaint.warn({fault});
  return valid;
}

template <typename Value, typename Parse>
Value ServiceSettings::read(const Wanted& wanted, Parse parse, Value none) {
  char buffer[longest_value];
  std::string_view text;
  if (fetch(wanted, text, buffer))
    if (const auto value = parse(text)) return *value;
  return parse(wanted.fallback).value_or(none);
}

void ServiceSettings::check(size_t at) {
  char buffer[longest_value];
  std::string_view text;
  const FileName& file = service_file_names[at];
  if (!fault_of_name(label(), file.name).empty()) return;
  static_cast<void>(fetch({static_cast<ServiceFile>(at), file.name, {}, file.kind}, text, buffer));
}

bool ServiceSettings::marked(const char* name) {
  struct stat facts {};
  const size_t at = index_of_service_file(name);
  if (at < service_file_count && !may_exist(static_cast<ServiceFile>(at))) return false;
  return fstatat(directory_, name, &facts, 0) == 0;
}

Moment ServiceSettings::timeout(const Wanted& wanted) { return read(wanted, parse_timeout, never); }

Moment ServiceSettings::timeout(const Wanted& wanted, Moment otherwise) {
  return read(Wanted{wanted.file, wanted.name, {}}, parse_timeout, otherwise);
}

Moment ServiceSettings::timeout_ready() { return timeout(wanted(ServiceFile::timeout_ready)); }

Moment ServiceSettings::timeout_kill() { return timeout(wanted(ServiceFile::timeout_kill)); }

Moment ServiceSettings::timeout_finish() {
  return timeout(is_of_s6() ? wanted(ServiceFile::timeout_finish, true)
                            : wanted(ServiceFile::timeout_finish));
}

Moment ServiceSettings::timeout_kill(Moment otherwise) {
  return timeout(wanted(ServiceFile::timeout_kill), otherwise);
}

Moment ServiceSettings::timeout_finish(Moment otherwise) {
  return timeout(wanted(ServiceFile::timeout_finish), otherwise);
}

Moment ServiceSettings::timeout_control() { return timeout(wanted(ServiceFile::timeout_control)); }

Moment ServiceSettings::timeout_start() { return timeout(wanted(ServiceFile::timeout_start)); }

Moment ServiceSettings::timeout_abort() {
  const Wanted abort = wanted(ServiceFile::timeout_abort);
  constexpr Moment unset = -1s;
  const Moment limit = timeout(abort, unset);
  return limit == unset ? timeout_kill() : limit;
}

int ServiceSettings::signal(const Wanted& wanted) { return read(wanted, parse_trimmed_signal, 0); }

int ServiceSettings::down_signal() { return signal(wanted(ServiceFile::down_signal)); }

int ServiceSettings::reload_signal() { return signal(wanted(ServiceFile::reload_signal)); }

int ServiceSettings::final_kill_signal() { return signal(wanted(ServiceFile::final_kill_signal)); }

KillMode ServiceSettings::kill_mode() {
  return read(wanted(ServiceFile::kill_mode), parse_kill_mode, KillMode::group);
}

int ServiceSettings::notification_fd() {
  return read(wanted(ServiceFile::notification_fd), parse_descriptor, -1);
}

Restart ServiceSettings::restart() {
  return read(wanted(ServiceFile::restart), parse_restart, Restart::always);
}

Delay ServiceSettings::restart_delay() {
  return read(wanted(ServiceFile::restart_delay), parse_delay, Delay{});
}

Limit ServiceSettings::max_restarts() {
  return read(wanted(ServiceFile::max_restarts), parse_limit, Limit{});
}

ExitSet ServiceSettings::success_exit() {
  return read(wanted(ServiceFile::success_exit), parse_exit_set, ExitSet{});
}

ExitSet ServiceSettings::prevent_restart() {
  return read(wanted(ServiceFile::prevent_restart), parse_exit_set, ExitSet{});
}

RunLimit ServiceSettings::runtime_max() {
  return read(wanted(ServiceFile::runtime_max), parse_run_limit, RunLimit{});
}

Suite ServiceSettings::suite() { return read(wanted(ServiceFile::type), parse_type, Suite::any); }

Moment ServiceSettings::minimum_uptime() {
  const Moment least = timeout(wanted(ServiceFile::minimum_uptime));
  return least == never ? 0s : least;
}

Moment ServiceSettings::health_period() { return timeout(wanted(ServiceFile::health_period)); }

Moment ServiceSettings::health_timeout() { return timeout(wanted(ServiceFile::health_timeout)); }

// Without the file, as long as between two runs; 0: none.
Moment ServiceSettings::health_delay() {
  constexpr Moment unset = Moment::min();
  const Moment delay = timeout(wanted(ServiceFile::health_delay), unset);
  if (delay == unset) return health_period();
  return delay == never ? 0s : delay;
}

unsigned ServiceSettings::health_failures() {
  return read(wanted(ServiceFile::health_failures), parse_tries, 1U);
}

HealthAction ServiceSettings::health_action() {
  return read(wanted(ServiceFile::health_action), parse_health_action, HealthAction::restart);
}

unsigned ServiceSettings::fd_store() {
  return read(wanted(ServiceFile::fd_store), parse_store, 0U);
}

OomPolicy ServiceSettings::oom_policy() {
  return read(wanted(ServiceFile::oom_policy), parse_oom_policy, OomPolicy::proceed);
}

Moment ServiceSettings::watchdog() { return timeout(wanted(ServiceFile::watchdog)); }

Text<127> ServiceSettings::pid_file() {
  return read(wanted(ServiceFile::pid_file), parse_path, Text<127>());
}

unsigned ServiceSettings::max_death_tally() {
  return read(is_of_s6() ? wanted(ServiceFile::max_death_tally, true)
                         : wanted(ServiceFile::max_death_tally),
              parse_count, 0U);
}

}  // namespace stoker
