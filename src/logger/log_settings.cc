// SPDX-License-Identifier: ISC
#include "logger/log_settings.hh"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/parse.hh"
#include "logger/amount.hh"

namespace stoker {

namespace {

constexpr uint64_t usual_size = 99999;
constexpr uint64_t usual_slack = 2000;
constexpr uint64_t usual_number = 10;
constexpr uint64_t least_number = 2;

// The digits at the start of the text, 0 without any, and no more than `most`: a
// script that has always run must run here too.
uint64_t leading_number(std::string_view text, uint64_t most) {
  uint64_t number = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') break;
    number = std::min(number * 10 + static_cast<uint64_t>(digit - '0'), most);
  }
  return number;
}

// Those that say that a log is not finished would be misunderstood later.
bool is_code(std::string_view text) {
  constexpr size_t longest = archive::longest_name - archive::label_size - 1;
  return !text.empty() && text.size() <= longest && text.find('/') == std::string_view::npos &&
         text != archive::unfinished && text != archive::in_progress;
}

// multilog counts `current` among the logs.
uint32_t old_logs(uint64_t number) {
  return static_cast<uint32_t>(std::max(number, least_number) - 1);
}

template <typename Value>
struct Named {
  std::string_view name;
  Value value;
};

constexpr Named<StampForm> stamp_forms[] = {
    {"none", StampForm::none},
    {"tai64n", StampForm::tai64n},
    {"seconds", StampForm::seconds},
    {"utc", StampForm::utc},
    {"utc-t", StampForm::utc_with_t},
    {"local", StampForm::local},
    {"local-t", StampForm::local_with_t},
    {"iso", StampForm::iso},
    {"iso-local", StampForm::iso_local},
};
constexpr Named<OverflowPolicy> policies[] = {{"block", OverflowPolicy::block},
                                              {"drop-new", OverflowPolicy::drop_new},
                                              {"drop-old", OverflowPolicy::drop_old}};
constexpr Named<PatternKind> pattern_kinds[] = {
    {"simple", PatternKind::stars}, {"shell", PatternKind::shell}, {"regex", PatternKind::regex}};
constexpr Named<int> mirror_targets[] = {{"none", -1}, {"stdout", 1}, {"stderr", 2}};

template <typename Value>
std::optional<Value> named(std::span<const Named<Value>> table, std::string_view name) {
  for (const Named<Value>& one : table)
    if (one.name == name) return one.value;
  return {};
}

template <typename Value>
bool put(const std::optional<Value>& value, Value& into) {
  if (value) into = *value;
  return value.has_value();
}

bool put_overflow(std::string_view value, Overflow& into) {
  constexpr uint64_t least = 1 << 12, most = 1 << 30;
  const auto policy = named<OverflowPolicy>(policies, next_word(value));
  const std::string_view size_text = trim(value);
  const auto size = size_text.empty() ? Overflow::usual_size : parse_size(size_text);
  if (!policy || !size) return false;
  into = {*policy, static_cast<size_t>(std::clamp<uint64_t>(*size, least, most))};
  return true;
}

bool put_mirror(std::string_view value, MirrorTarget& into) {
  const auto fd = named<int>(mirror_targets, next_word(value));
  if (!fd) return false;
  into = {*fd, trim(value)};
  return true;
}

bool put_mode(std::string_view value, std::optional<mode_t>& into) {
  mode_t mode = 0;
  const char* const end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, mode, 8);
  // Without the right to write it the next logger could not go on with the file, and the
  // owner's right to execute it is the mark of a clean end.
  const bool good = error == std::errc() && stopped == end && mode <= 0777 &&
                    (mode & 0600) == 0600 && (mode & 0111) == 0;
  if (good) into = mode;
  return good;
}

bool put_forward(std::string_view value, bool only, LogSettings& settings) {
  if (value.empty()) return false;
  settings.forward = value;
  settings.forward_only = only;
  return true;
}

template <typename Value>
bool put_named(std::span<const Named<Value>> table, std::string_view value,
               std::optional<Value>& into) {
  const auto found = named<Value>(table, value);
  if (found) into = found;
  return found.has_value();
}

bool put_time(std::string_view value, std::optional<TimeOfDay>& into) {
  const auto time = parse_time_of_day(value);
  if (time) into = time;
  return time.has_value();
}

bool put_form(std::string_view value, std::optional<StampForm>& into) {
  return put_named<StampForm>(stamp_forms, value, into);
}

bool put_kind(std::string_view value, std::optional<PatternKind>& into) {
  return put_named<PatternKind>(pattern_kinds, value, into);
}

// With gigabytes.
bool put_total(std::string_view value, uint64_t& into) {
  return put(parse_size(value, true), into);
}

// With days.
bool put_days(std::string_view value, Moment& into) { return put(parse_age(value), into); }

bool put_count(std::string_view value, uint32_t& into) {
  return put(parse_number<uint32_t>(value), into);
}

bool put_text(std::string_view value, std::string_view& into) {
  into = value;
  return true;
}

bool put_remote(std::string_view value, bool to_file, LogSettings& settings) {
  settings.remote = value;
  settings.to_file = to_file;
  return true;
}

bool put_patterns(PatternKind kind, LogSettings& settings) {
  settings.patterns = kind;
  return true;
}

// As multilog reads them: whatever the value is, it is not invalid.
bool put_lenient_size(std::string_view value, uint64_t& into) {
  into = std::clamp(leading_number(value, largest_multilog_size), smallest_multilog_size,
                    largest_multilog_size);
  return true;
}

bool put_lenient_number(std::string_view value, uint32_t& into) {
  into = old_logs(leading_number(value, LogLimits::unset - 1));
  return true;
}

bool put_code(std::string_view value, std::string_view& into) {
  into = is_code(value) ? value : archive::safe;
  return true;
}

struct Setting {
  std::string_view name;  // a letter or a word
  uint8_t languages;      // and whether the value is free text
  bool (*put)(std::string_view value, LogSettings& settings);

  bool is_letter() const { return name.size() == 1; }
};

constexpr auto svlogd = static_cast<uint8_t>(LogLanguage::svlogd);
constexpr auto multilog = static_cast<uint8_t>(LogLanguage::multilog);
constexpr uint8_t both = svlogd | multilog;
// Other values are numbers and known words, which blanks and a comment may follow.
constexpr uint8_t loose = 4;

// clang-format off
constexpr Setting list[] = {
    {"s", svlogd, [](auto text, auto& to) { return put(parse_size(text), to.limits.size); }},
    {"s", multilog, [](auto text, auto& to) { return put_lenient_size(text, to.limits.size); }},
    {"n", svlogd, [](auto text, auto& to) { return put_count(text, to.limits.keep); }},
    {"n", multilog, [](auto text, auto& to) { return put_lenient_number(text, to.limits.keep); }},
    {"N", svlogd, [](auto text, auto& to) { return put_count(text, to.limits.keep_when_full); }},
    {"t", svlogd, [](auto text, auto& to) { return put(parse_age(text), to.limits.age); }},
    {"!", both | loose, [](auto text, auto& to) { return put_text(text, to.processor); }},
    {"p", svlogd | loose, [](auto text, auto& to) { return put_text(text, to.prefix); }},
    {"u", svlogd, [](auto text, auto& to) { return put_remote(text, true, to); }},
    {"U", svlogd, [](auto text, auto& to) { return put_remote(text, false, to); }},
    {"w", multilog | loose, [](auto text, auto& to) { return put_code(text, to.code); }},
    {"F", multilog, [](auto, auto& to) { return put_patterns(PatternKind::shell, to); }},
    {"S", multilog, [](auto, auto& to) { return put_patterns(PatternKind::stars, to); }},
    {"keep-total", both, [](auto text, auto& to) { return put_total(text, to.limits.total); }},
    {"keep-for", both, [](auto text, auto& to) { return put_days(text, to.limits.keep_for); }},
    {"rotate-at", both, [](auto text, auto& to) { return put_time(text, to.limits.rotate_at); }},
    {"limit-rate", both, [](auto text, auto& to) { return put_count(text, to.rate); }},
    {"on-full", both, [](auto text, auto& to) { return put_overflow(text, to.overflow); }},
    {"mirror", both | loose, [](auto text, auto& to) { return put_mirror(text, to.mirror); }},
    {"date", both, [](auto text, auto& to) { return put_form(text, to.stamp); }},
    {"mode", both, [](auto text, auto& to) { return put_mode(text, to.mode); }},
    {"match", both, [](auto text, auto& to) { return put_kind(text, to.patterns); }},
    {"forward", both | loose, [](auto text, auto& to) { return put_forward(text, false, to); }},
    {"forward-only", both | loose, [](auto text, auto& to) { return put_forward(text, true, to); }},
};
// clang-format on

const Setting* find(LogLanguage language, std::string_view word) {
  for (const Setting& one : list) {
    const bool known = (one.languages & static_cast<uint8_t>(language)) != 0;
    const bool named = one.is_letter() ? has_prefix(word, one.name) : one.name == word;
    if (known && named) return &one;
  }
  return nullptr;
}

}  // namespace

LogSettings usual_settings(LogLanguage language) {
  LogSettings settings;
  if (language == LogLanguage::svlogd) return settings;
  settings.limits.size = usual_size;
  settings.limits.slack = usual_slack;
  settings.limits.keep = old_logs(usual_number);
  return settings;
}

SettingOutcome take_setting(LogLanguage language, std::string_view line, LogSettings& settings) {
  const size_t end = std::min(line.find_first_of(" \t="), line.size());
  const Setting* const found = find(language, {line.data(), end});
  if (found == nullptr) return SettingOutcome::unknown;
  line.remove_prefix(found->is_letter() ? 1 : std::min(end + 1, line.size()));
  if ((found->languages & loose) == 0)
    line = trim({line.data(), std::min(line.find('#'), line.size())});
  const std::string_view value = found->is_letter() ? line : trim(line);
  return found->put(value, settings) ? SettingOutcome::taken : SettingOutcome::invalid;
}

}  // namespace stoker
