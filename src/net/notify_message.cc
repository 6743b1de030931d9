// SPDX-License-Identifier: ISC
#include "net/notify_message.hh"

#include <algorithm>
#include <limits>

#include "base/json.hh"
#include "base/lines.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

enum class Word : uint8_t {
  ready,
  reloading,
  stopping,
  status,
  error,
  main_pid,
  watchdog,
  watchdog_time,
  extension,
  store,
  remove,
  name,
  poll,
  reload_time,
  barrier,
};

struct WordRow {
  std::string_view name;
  Word word;
};
// EXIT_STATUS, BUSERROR, VARLINKERROR and the like mean nothing here.
constexpr WordRow words[] = {
    {"READY", Word::ready},
    {"RELOADING", Word::reloading},
    {"STOPPING", Word::stopping},
    {"STATUS", Word::status},
    {"ERRNO", Word::error},
    {"MAINPID", Word::main_pid},
    {"WATCHDOG", Word::watchdog},
    {"WATCHDOG_USEC", Word::watchdog_time},
    {"EXTEND_TIMEOUT_USEC", Word::extension},
    {"FDSTORE", Word::store},
    {"FDSTOREREMOVE", Word::remove},
    {"FDNAME", Word::name},
    {"FDPOLL", Word::poll},
    {"MONOTONIC_USEC", Word::reload_time},
    {"BARRIER", Word::barrier},
};

// Ten years: far from overflow.
constexpr uint64_t longest_time = 3650ULL * 24 * 3600 * 1'000'000;

std::optional<Moment> parse_time(std::string_view value) {
  const auto time = parse_number<uint64_t>(value);
  if (!time) return {};
  return std::chrono::microseconds(std::min(*time, longest_time));
}

std::optional<Moment> parse_watchdog(std::string_view value) {
  const auto time = parse_number<uint64_t>(value);
  if (!time) return {};
  return *time == 0 || *time > longest_time ? never : Moment(std::chrono::microseconds(*time));
}

std::optional<pid_t> parse_pid(std::string_view value) {
  const auto pid = parse_number<pid_t>(value);
  return pid && *pid > 1 ? pid : std::nullopt;
}

std::optional<int> parse_error(std::string_view value) {
  constexpr int most = 4095;
  const auto error = parse_number<int>(value);
  return error && *error >= 0 && *error <= most ? error : std::nullopt;
}

// As in sd_pid_notify_with_fds(3).
bool is_valid_name(std::string_view name) {
  constexpr size_t longest_name = 255;
  return !name.empty() && name.size() <= longest_name &&
         std::all_of(name.begin(), name.end(),
                     [](char byte) { return byte >= ' ' && byte < 127 && byte != ':'; });
}

void take(NotifyMessage& message, Word word, std::string_view value) {
  const bool yes = value == "1";
  switch (word) {
  case Word::ready: message.ready = yes; return;
  case Word::reloading: message.reloading = yes; return;
  case Word::stopping: message.stopping = yes; return;
  case Word::status:
    message.has_status = true;
    message.status = value;
    return;
  case Word::error: message.error = parse_error(value); return;
  case Word::main_pid: message.main_pid = parse_pid(value); return;
  case Word::watchdog:
    message.alive = yes;
    message.hangs = value == "trigger";
    return;
  case Word::watchdog_time: message.watchdog = parse_watchdog(value); return;
  case Word::extension: message.extension = parse_time(value); return;
  case Word::store: message.stores = yes; return;
  case Word::remove: message.removes = yes; return;
  case Word::name: message.name = is_valid_name(value) ? value : std::string_view(); return;
  case Word::poll: message.watches_stored = value != "0"; return;
  case Word::reload_time: message.reload_time = parse_time(value); return;
  case Word::barrier: message.barrier = yes; return;
  }
}

// ASCII and what begins with C2 80 to C2 9F.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 2)
    return first == 0xC2 && static_cast<unsigned char>(character.back()) < 0xA0;
  return character.size() == 1 && (first < ' ' || first == 127);
}

}  // namespace

std::optional<NotifyMessage> parse_notify_message(std::string_view datagram) {
  if (datagram.ends_with('\0')) datagram.remove_suffix(1);
  if (datagram.find('\0') != std::string_view::npos) return {};
  NotifyMessage message;
  uint32_t seen = 0;
  while (!datagram.empty()) {
    const std::string_view line = next_line(datagram);
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto* const row =
        std::find_if(std::begin(words), std::end(words), [&](const WordRow& candidate) {
          return candidate.name == std::string_view(line.data(), equals);
        });
    if (row == std::end(words)) continue;
    const uint32_t bit = 1U << static_cast<unsigned>(row->word);
    if ((seen & bit) != 0) continue;
    seen |= bit;
    take(message, row->word, {line.data() + equals + 1, line.size() - equals - 1});
  }
  return message;
}

NotifyText notify_text(std::string_view status) {
  NotifyText text;
  while (!status.empty()) {
    const size_t size = character_size(status);
    const std::string_view character(status.data(), std::max<size_t>(size, 1));
    const std::string_view shown = size == 0 || is_control(character) ? "?" : character;
    if (text.size() + shown.size() > longest_notify_text) break;
    text.append(shown);
    status.remove_prefix(character.size());
  }
  return text;
}

}  // namespace stoker
