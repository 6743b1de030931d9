// SPDX-License-Identifier: ISC
#include "service/settings.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.hh"
#include "base/directory.hh"
#include "base/duration.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "service/layout.hh"
#include "service/lint.hh"

namespace stoker {

namespace {

using enum ServiceFile;
using Kind = FileKind;

// clang-format off
constexpr std::array<FileRow, service_file_count> rows = {{
    // file          name                     kind              default      in s6
    {timeout_ready,   layout::timeout_ready,   Kind::timeout,    "0",         nullptr,
     "time to become ready before it is killed"},
    {timeout_kill,    layout::timeout_kill,    Kind::timeout,    "0",         nullptr,
     "time to stop before it is killed"},
    {timeout_finish,  layout::timeout_finish,  Kind::timeout,    "0",         "5000",
     "time that finish or stop may run"},
    {timeout_control, layout::timeout_control, Kind::timeout,    "60000",     nullptr,
     "time that a control script may run"},
    {down_signal,     layout::down_signal,     Kind::signal,     "TERM",      nullptr,
     "the signal that stops the service"},
    {reload_signal,   layout::reload_signal,   Kind::signal,     "HUP",       nullptr,
     "the signal that reloads the service"},
    {notification_fd, layout::notification_fd, Kind::descriptor, nullptr,     nullptr,
     "the descriptor on which the service reports that it is ready"},
    {restart,         layout::restart,         Kind::policy,     "always",    nullptr,
     "whether the service is restarted when it exits"},
    {restart_delay,   layout::restart_delay,   Kind::delay,      "100 10000", nullptr,
     "the shortest and the longest time before a restart"},
    {max_restarts,    layout::max_restarts,    Kind::limit,      nullptr,     nullptr,
     "how often the service may exit within a period before it has failed"},
    {type,            layout::type,            Kind::type,       nullptr,     nullptr,
     "the suite that the directory was written for, if that is s6 or daemontools-encore"},
    {max_death_tally, layout::max_death_tally, Kind::count,      "0",         "100",
     "the number of exits to record for s6-permafailon"},
    {minimum_uptime,  layout::minimum_uptime,  Kind::timeout,    "0",         nullptr,
     "how long the service must run so that sv calls it started"},
    {down,            layout::down,            Kind::marker,     nullptr,     nullptr,
     "the service is not started automatically"},
    {keep_group,      layout::keep_group,      Kind::marker,     nullptr,     nullptr,
     "processes that run leaves behind are left running"},
    {essential,       layout::essential,       Kind::marker,     nullptr,     nullptr,
     "the tree is shut down when the service ends for good"},
    {no_setsid,       layout::no_setsid,       Kind::marker,     nullptr,     nullptr,
     "the service stays in the session of the supervisor"},
    {keep,            layout::keep,            Kind::marker,     nullptr,     nullptr,
     "sv isolate does not stop the service"},
    {run,             layout::run,             Kind::script,     nullptr,     nullptr,
     "the program of the service"},
    {finish,          layout::finish,          Kind::script,     nullptr,     nullptr,
     "executed when run has exited"},
    {check,           layout::check,           Kind::script,     nullptr,     nullptr,
     "tests whether the service is available"},
    {start,           layout::start,           Kind::script,     nullptr,     nullptr,
     "executed before the first run"},
    {stop,            layout::stop,            Kind::script,     nullptr,     nullptr,
     "executed after the last run"},
    {notify,          layout::notify,          Kind::script,     nullptr,     nullptr,
     "executed on each transition"},
    {condition,       layout::condition,       Kind::script,     nullptr,     nullptr,
     "tells whether the service is needed here"},
    {control,         layout::control_scripts, Kind::directory,  nullptr,     nullptr,
     "scripts that are executed instead of sending signals"},
    {log,             layout::log,             Kind::directory,  nullptr,     nullptr,
     "the logger"},
    {event,           layout::event_s6,        Kind::directory,  nullptr,     nullptr,
     "FIFOs of s6's listeners"},
    {needs,           "needs",                 Kind::names,      nullptr,     nullptr,
     "services that are started too, and must be ready first"},
    {binds,           "binds",                 Kind::names,      nullptr,     nullptr,
     "as needs; the service is stopped when one of them dies"},
    {wants,           "wants",                 Kind::names,      nullptr,     nullptr,
     "services that are started too and first, whether that succeeds or not"},
    {after,           "after",                 Kind::names,      nullptr,     nullptr,
     "services that come first if they are started"},
    {starts,          "starts",                Kind::names,      nullptr,     nullptr,
     "services that are started too, in no order"},
    {part_of,         "part-of",               Kind::names,      nullptr,     nullptr,
     "services that this one is stopped and restarted with"},
    {conflicts,       "conflicts",             Kind::names,      nullptr,     nullptr,
     "services that do not run at the same time"},
    {listen,          "listen",                Kind::reserved,   nullptr,     nullptr, "reserved"},
    {cgroup,          "cgroup",                Kind::reserved,   nullptr,     nullptr, "reserved"},
    {every,           "every",                 Kind::reserved,   nullptr,     nullptr, "reserved"},
}};
// clang-format on

static_assert(rows[static_cast<size_t>(conflicts)].kind == Kind::names &&
              static_cast<size_t>(conflicts) - static_cast<size_t>(needs) == 6);

consteval bool is_in_order() {
  for (size_t at = 0; at < rows.size(); ++at)
    if (rows[at].file != static_cast<ServiceFile>(at)) return false;
  return rows[setting_count - 1].kind < Kind::marker && rows[setting_count].kind == Kind::marker;
}
static_assert(is_in_order());

// Without the rest of the rows, for programs that do not show it.
consteval std::array<FileName, service_file_count> names_of_rows() {
  std::array<FileName, service_file_count> names{};
  for (size_t at = 0; at < rows.size(); ++at) names[at] = {rows[at].name, rows[at].kind};
  return names;
}

// Longer than any sensible value; what does not fit is invalid.
constexpr size_t longest_value = 128;

// Ten years: longer than any sensible value, and far from overflow.
constexpr Moment longest_time = std::chrono::hours(24 * 3650);

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

std::optional<unsigned> parse_count(std::string_view text) {
  const auto number = parse_number<unsigned>(trim(text));
  return number && *number <= 4096 ? number : std::nullopt;
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
  case Kind::marker:
  case Kind::script:
  case Kind::directory:
  case Kind::names:
  case Kind::reserved: return true;
  }
  return true;
}

std::optional<Restart> parse_restart(std::string_view text) {
  const std::string_view word = trim(text);
  if (word == "always") return Restart::always;
  if (word == "on-failure") return Restart::on_failure;
  if (word == "never") return Restart::not_again;
  return {};
}

std::optional<Delay> parse_delay(std::string_view text) {
  const auto least = parse_duration(next_word(text), 1ms, longest_time);
  text = trim(text);
  const auto most = text.empty() ? least : parse_duration(next_word(text), 1ms, longest_time);
  if (!least || !most || *most < *least || !text.empty()) return {};
  return Delay{*least, *most};
}

std::optional<Limit> parse_limit(std::string_view text) {
  const auto deaths = parse_number<uint32_t>(next_word(text));
  const auto period = parse_duration(text, 1s, longest_time);
  if (!deaths || *deaths == 0 || !period || *period == 0s) return {};
  return Limit{*deaths, *period};
}

std::optional<Moment> parse_timeout(std::string_view text) {
  return parse_time_limit(text, 1ms, longest_time);
}

bool has_bare_below_second(FileKind kind, std::string_view text) {
  if (kind == Kind::timeout) return is_bare_below_second(text);
  if (kind != Kind::delay) return false;
  const std::string_view least = next_word(text);
  return is_bare_below_second(least) || is_bare_below_second(text);
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

namespace {

// Changes when one of the files with a value is written.
uint32_t stamp_of_values(int directory) {
  Digest digest;
  for (const FileName& file : std::span(service_file_names).first(setting_count)) {
    struct stat facts {};
    if (fstatat(directory, file.name, &facts, 0) != 0) continue;
    digest.mix(static_cast<unsigned char>(&file - service_file_names.data()));
    for (uint64_t word : {static_cast<uint64_t>(facts.st_ctim.tv_sec),
                          static_cast<uint64_t>(facts.st_ctim.tv_nsec)})
      for (; word != 0; word >>= 8) digest.mix(static_cast<unsigned char>(word));
  }
  return static_cast<uint32_t>(digest.value());
}

}  // namespace

void ServiceSettings::inspect(uint32_t stamp, bool asked) {
  if (directory_ < 0) return;
  stamp ^= stamp_of_values(directory_);
  const bool changed = std::exchange(inspected_, stamp) != stamp;
  if (!(changed || asked)) return;
  Reported now{};
  size_t count = 0;
  Directory entries(directory_, ".");
  if (entries) seen_ = 0;
  while (const char* const name = entries ? entries.next() : nullptr) {
    const size_t at = index_of_service_file(name);
    seen_ = static_cast<uint16_t>(seen_ | bit_of(static_cast<ServiceFile>(at)));
    if (at < setting_count) check(at);
    const Fault fault = fault_of_name(label(), name);
    if (fault.empty()) continue;
    Digest digest;
    for (const char byte : fault.view()) digest.mix(static_cast<unsigned char>(byte));
    const auto sum = static_cast<uint32_t>(digest.value());
    if (std::find(reported_.begin(), reported_.end(), sum) == reported_.end()) warn({fault});
    if (count < now.size()) now[count++] = sum;
  }
  reported_ = now;
}

Text<64> ServiceSettings::names_files() const {
  Text<64> names;
  for (const FileName& file : service_file_names) {
    const auto at = static_cast<ServiceFile>(&file - service_file_names.data());
    if (file.kind == Kind::names && seen(at)) names.append(names.empty() ? "" : ", ", file.name);
  }
  return names;
}

void ServiceSettings::check(size_t at) {
  char buffer[longest_value];
  std::string_view text;
  const FileName& file = service_file_names[at];
  if (!fault_of_name(label(), file.name).empty()) return;
  static_cast<void>(fetch({static_cast<ServiceFile>(at), file.name, {}, file.kind}, text, buffer));
}

bool ServiceSettings::marked(const char* name) const {
  struct stat facts {};
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

int ServiceSettings::signal(const Wanted& wanted) { return read(wanted, parse_trimmed_signal, 0); }

int ServiceSettings::down_signal() { return signal(wanted(ServiceFile::down_signal)); }

int ServiceSettings::reload_signal() { return signal(wanted(ServiceFile::reload_signal)); }

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

Suite ServiceSettings::suite() { return read(wanted(ServiceFile::type), parse_type, Suite::any); }

Moment ServiceSettings::minimum_uptime() {
  const Moment least = timeout(wanted(ServiceFile::minimum_uptime));
  return least == never ? 0s : least;
}

unsigned ServiceSettings::max_death_tally() {
  return read(is_of_s6() ? wanted(ServiceFile::max_death_tally, true)
                         : wanted(ServiceFile::max_death_tally),
              parse_count, 0U);
}

}  // namespace stoker
