// SPDX-License-Identifier: ISC
#include "supervise/settings.hh"

#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <iterator>

#include "base/fd.hh"
#include "base/parse.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// Longer than any sensible value; what does not fit is a bad value.
constexpr size_t longest_value = 128;

std::optional<int> parse_descriptor(std::string_view text) {
  const auto number = parse_number<int>(trim(text));
  if (!number || *number < 0 || *number > 0xffff) return {};
  return number;
}

}  // namespace

const char* Settings::file_of(Setting setting) {
  constexpr const char* files[] = {
      layout::timeout_ready,   layout::timeout_kill, layout::timeout_finish,
      layout::timeout_control, layout::down_signal,  layout::reload_signal,
      layout::notification_fd, layout::restart,      layout::restart_delay,
      layout::max_restarts,    layout::type,         layout::max_death_tally};
  static_assert(std::size(files) == count);
  return files[static_cast<size_t>(setting)];
}

template <typename Value, typename Parse>
Value Settings::read(Setting setting, Value fallback, Parse parse) {
  if (directory_ < 0) return fallback;
  const char* const name = file_of(setting);
  Complaint& complaint = complaints_[static_cast<size_t>(setting)];
  const Fd file = open_read(directory_, name);
  char buffer[longest_value];
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  if (got < 0) {
    if (errno == ENOENT)
      complaint.clear();
    else
      complaint.warn_errno({"unable to read ", name, ", using the default"});
    return fallback;
  }
  if (static_cast<size_t>(got) < longest_value)
    if (const auto value = parse(std::string_view(buffer, static_cast<size_t>(got)))) {
      complaint.clear();
      return static_cast<Value>(*value);
    }
  complaint.warn({"invalid value in ", name, ", using the default"});
  return fallback;
}

bool Settings::marked(const char* name) const {
  struct stat facts {};
  return fstatat(directory_, name, &facts, 0) == 0;
}

Moment Settings::timeout(Setting setting, Moment fallback) {
  return read(setting, fallback, parse_timeout);
}

int Settings::down_signal() {
  return read(Setting::down_signal, SIGTERM, [](auto text) { return parse_signal(trim(text)); });
}

int Settings::reload_signal() {
  return read(Setting::reload_signal, SIGHUP, [](auto text) { return parse_signal(trim(text)); });
}

int Settings::notification_fd() { return read(Setting::notification_fd, -1, parse_descriptor); }

Restart Settings::restart() { return read(Setting::restart, Restart::always, parse_restart); }

Delay Settings::restart_delay() { return read(Setting::restart_delay, Delay{}, parse_delay); }

Limit Settings::max_restarts() { return read(Setting::max_restarts, Limit{}, parse_limit); }

bool Settings::is_of_s6() {
  return read(Setting::type, false, [](std::string_view text) {
    return trim(text) == "longrun" ? std::optional(true) : std::nullopt;
  });
}

unsigned Settings::max_death_tally() {
  const unsigned usual = is_of_s6() ? 100 : 0;
  return read(Setting::max_death_tally, usual, [](std::string_view text) {
    const auto number = parse_number<unsigned>(trim(text));
    return number && *number <= 4096 ? number : std::nullopt;
  });
}

}  // namespace stoker
