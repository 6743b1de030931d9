// SPDX-License-Identifier: ISC
#include "service/lint.hh"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/duration.hh"
#include "base/parse.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// --- Values -----------------------------------------------------------------

std::string_view expectation(FileKind kind) {
  switch (kind) {
  case FileKind::timeout: return "a time such as 20s or 500ms";
  case FileKind::signal: return "a signal such as TERM or 15";
  case FileKind::descriptor: return "the number of a descriptor";
  case FileKind::policy:
    return "always, never, on-success, on-failure, on-abnormal, on-abort or on-watchdog";
  case FileKind::delay: return "a time, or a shorter and a longer one, such as 100ms 10s";
  case FileKind::exits: return "exit codes and names of signals, such as 3 USR1";
  case FileKind::run_limit: return "a time such as 1h or 1h jitter 10%";
  case FileKind::kill_mode: return "group, process, mixed or control-group";
  case FileKind::limit: return "a number and a time, such as 5 1min";
  case FileKind::type: return "a type such as longrun";
  case FileKind::count: return "a number up to 4096";
  case FileKind::tries: return "a number from 1 to 4096";
  case FileKind::action: return "restart, mark or stop";
  case FileKind::store: return "a number up to 128";
  case FileKind::oom_policy: return "continue, stop or kill";
  case FileKind::path: return "a path without blanks, of at most 127 bytes";
  case FileKind::marker:
  case FileKind::script:
  case FileKind::aftermath:
  case FileKind::directory:
  case FileKind::names:
  case FileKind::sockets:
  case FileKind::reserved: break;
  }
  return "empty";
}

// --- Names ------------------------------------------------------------------

constexpr size_t longest_key = 24;
using Key = Text<longest_key>;

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool is_separator(char byte) { return byte == '-' || byte == '_' || byte == '.'; }

bool is_alphanumeric(char byte) {
  return (lower(byte) >= 'a' && lower(byte) <= 'z') || (byte >= '0' && byte <= '9');
}

// A name in lower case and without separators, as it is and with its last part first.
struct Keys {
  Key straight, turned;
  size_t parts = 1;
  bool dotted = false;
};

void append_key(Key& key, std::string_view text) {
  for (const char byte : text)
    if (!is_separator(byte)) key.append(lower(byte));
}

Keys keys_of(std::string_view name) {
  Keys keys;
  size_t last = 0;
  for (size_t at = 0; at < name.size(); ++at) {
    if (!is_separator(name[at])) continue;
    ++keys.parts;
    keys.dotted |= name[at] == '.';
    last = at;
  }
  append_key(keys.straight, name);
  append_key(keys.turned, {name.data() + last, name.size() - last});
  append_key(keys.turned, {name.data(), last});
  return keys;
}

// Could it be a misspelling at all? What a user has put out of the way is not: `_down`, `run.old~`.
bool is_candidate(std::string_view name) {
  return !name.empty() && name.size() <= longest_key + 4 && is_alphanumeric(name.front()) &&
         is_alphanumeric(name.back()) && std::all_of(name.begin(), name.end(), [](char byte) {
           return is_alphanumeric(byte) || is_separator(byte);
         });
}

// How many letters were inserted, left out, replaced or swapped with their neighbour.
size_t distance(std::string_view one, std::string_view other) {
  using Line = std::array<size_t, longest_key + 1>;
  Line before{}, last{}, line{};
  std::iota(line.begin(), line.end(), size_t{0});
  for (size_t at = 1; at <= one.size(); ++at) {
    before = last;
    last = line;
    line[0] = at;
    for (size_t to = 1; to <= other.size(); ++to) {
      const bool same = one[at - 1] == other[to - 1];
      line[to] = std::min({last[to] + 1, line[to - 1] + 1, last[to - 1] + (same ? 0U : 1U)});
      const bool swapped =
          at > 1 && to > 1 && one[at - 1] == other[to - 2] && one[at - 2] == other[to - 1];
      if (swapped) line[to] = std::min(line[to], before[to - 2] + 1);
    }
  }
  return line[other.size()];
}

bool is_misspelt(const FileName& file) {
  const std::string_view name(file.name);
  // The one is made by itself, the other is too near to what services call their own: stats.
  return file.kind != FileKind::reserved && name != "event" && name != "starts";
}

// How far a misspelling may be from the name. Short names are near to many words, and so is the
// plural of a name: `stat`, `logs`.
size_t tolerated(const Keys& keys, std::string_view target, bool is_word) {
  const std::string_view key = keys.straight;
  if (keys.dotted) return 0;
  if (target.size() <= 5)
    return key.size() == target.size() &&
           std::is_permutation(key.begin(), key.end(), target.begin());
  if (is_word && key.size() == target.size() + 1 && key.back() == 's') return 0;
  return keys.parts > 1 ? 2 : 1;
}

// The name that this one is a misspelling of, or null.
const char* meant_by(std::string_view name) {
  if (!is_candidate(name)) return nullptr;
  const Keys keys = keys_of(name);
  if (keys.straight.truncated()) return nullptr;
  const char* nearest = nullptr;
  size_t least = SIZE_MAX;
  for (const FileName& file : service_file_names) {
    const bool is_word = std::string_view(file.name).find('-') == std::string_view::npos;
    if (!is_misspelt(file) || (is_word && keys.parts > 1)) continue;
    Key target;
    append_key(target, file.name);
    const size_t far = std::min(distance(keys.straight, target), distance(keys.turned, target));
    if (far > tolerated(keys, target, is_word) || far >= least) continue;
    least = far;
    nearest = file.name;
  }
  return nearest;
}

struct Foreign {
  const char *name, *remedy;
};
constexpr const char* as_in_s6_rc = "it is of s6-rc; use needs";
constexpr const char* means_needs = "did you mean needs?";
constexpr const char* means_after = "name this service in after of the other one";

// clang-format off
constexpr Foreign foreign[] = {
    {"dependencies",   as_in_s6_rc},
    {"dependencies.d", as_in_s6_rc},
    {"contents.d",     as_in_s6_rc},
    {"need",           means_needs},
    {"requires",       means_needs},
    {"depends",        means_needs},
    {"depends-on",     means_needs},
    {"before",         means_after},
    {"timeout-up",     "it is of s6-rc; use timeout-ready"},
    {"timeout-down",   "it is of s6-rc; use timeout-kill"},
    {"producer-for",   "it is of s6-rc; use log"},
    {"consumer-for",   "it is of s6-rc; use log"},
    {"pipeline-name",  "it is of s6-rc; remove it"},
    {"flag-essential", "it is of s6-rc; remove it"},
    {"flag-newpidns",  "it is of s6; use jail --private-pids in run"},
    {"lock-fd",        "it is of s6; use chpst -L in run"},
    {"timeout-stop",   "did you mean timeout-kill?"},
    {"stop-timeout",   "did you mean timeout-kill?"},
    {"stop-signal",    "did you mean down-signal?"},
    {"kill-signal",    "did you mean down-signal?"},
    {"start-timeout",  "did you mean timeout-start?"},
    {"restart-sec",    "did you mean restart-delay?"},
    {"restart-limit",  "did you mean max-restarts?"},
    {"ready-fd",       "did you mean notification-fd?"},
    {"notify-fd",      "did you mean notification-fd?"},
    {"healthcheck",    "did you mean health?"},
    {"health-check",   "did you mean health?"},
    {"health-interval", "did you mean health-period?"},
    {"health-retries", "did you mean health-failures?"},
    {"health-start-period", "did you mean health-delay?"},
    {"rc.main",        "it is of perp; use run"},
    {"rc.log",         "it is of perp; use log/run"},
};
// clang-format on

// A logger has one process and no scripts, and its process group is always left alone.
bool is_for_services(std::string_view name) {
  constexpr std::string_view names[] = {layout::timeout_finish,
                                        layout::timeout_control,
                                        layout::max_death_tally,
                                        layout::keep_group,
                                        layout::essential,
                                        layout::finish,
                                        layout::check,
                                        layout::start,
                                        layout::stop,
                                        layout::notify,
                                        layout::control_scripts,
                                        layout::log,
                                        layout::runtime_max,
                                        layout::timeout_start,
                                        layout::timeout_abort,
                                        layout::kill_mode,
                                        layout::send_hup,
                                        layout::on_failure,
                                        layout::on_success,
                                        layout::final_kill_signal,
                                        layout::health,
                                        layout::health_period,
                                        layout::health_timeout,
                                        layout::health_failures,
                                        layout::health_delay,
                                        layout::health_action,
                                        layout::listen,
                                        layout::on_demand,
                                        layout::fd_store,
                                        layout::notification_socket,
                                        layout::watchdog,
                                        layout::pid_file,
                                        layout::guess_main,
                                        layout::notify_reload,
                                        layout::after_start,
                                        layout::cgroup,
                                        layout::oom_policy};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

Fault fault_of_name(std::string_view label, std::string_view name) {
  if (!label.empty() && is_for_services(name))
    return Fault(label, name, " has no effect: it is for services, not for loggers");
  const auto useless = [label, name](std::string_view why, std::string_view better = {}) {
    return Fault(label, name, " has no effect: ", why, better, better.empty() ? "" : "?");
  };
  const size_t at = index_of_service_file(name);
  if (at < service_file_count && service_file_names[at].kind == FileKind::reserved)
    return useless("the name is reserved for a later version; use another");
  if (at < service_file_count && service_file_names[at].kind == FileKind::names && !label.empty())
    return useless("a logger waits for no other service");
  if (at < service_file_count) return {};
  for (const Foreign& one : foreign)
    if (name == one.name) return useless(one.remedy);
  const char* const meant = meant_by(name);
  if (meant != nullptr && !label.empty() && is_for_services(meant)) return {};
  return meant != nullptr ? useless("did you mean ", meant) : Fault();
}

Fault fault_of_bare_time(std::string_view label, std::string_view name, std::string_view text) {
  std::string_view number = next_word(text);
  if (!is_bare_below_second(number)) number = trim(text);
  return Fault(number, " in ", label, name, " means milliseconds: write ", number,
               "s for seconds, ", number, "ms otherwise");
}

Fault fault_of_value(std::string_view label, std::string_view name, FileKind kind,
                     std::string_view text) {
  if (!is_valid(kind, text)) {
    constexpr size_t enough = 40;
    const std::string_view value = trim(text);
    return Fault("invalid value in ", label, name, ", using the default: \"",
                 std::string_view(value.data(), std::min(value.size(), enough)), "\" is not ",
                 expectation(kind));
  }
  return has_bare_below_second(kind, text) ? fault_of_bare_time(label, name, text) : Fault();
}

}  // namespace stoker
