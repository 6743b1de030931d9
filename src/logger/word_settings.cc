// SPDX-License-Identifier: ISC
#include "logger/word_settings.hh"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/parse.hh"
#include "logger/amount.hh"

namespace stoker {

namespace {

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
  const auto* const end = table.data() + table.size();
  const auto* const found =
      std::find_if(table.data(), end, [name](const Named<Value>& one) { return one.name == name; });
  if (found == end) return {};
  return found->value;
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

bool put_forward(std::string_view value, bool only, WordSettings& settings) {
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

struct Word {
  std::string_view name;
  bool (*put)(std::string_view value, WordSettings& settings);
};

constexpr Word words[] = {
    {"keep-total", [](auto value, auto& to) { return put(parse_size(value, true), to.total); }},
    {"keep-for", [](auto value, auto& to) { return put(parse_age(value, true), to.keep_for); }},
    {"rotate-at", [](auto value, auto& to) { return put_time(value, to.rotate_at); }},
    {"limit-rate",
     [](auto value, auto& to) { return put(parse_number<uint32_t>(value), to.rate); }},
    {"on-full", [](auto value, auto& to) { return put_overflow(value, to.overflow); }},
    {"mirror", [](auto value, auto& to) { return put_mirror(value, to.mirror); }},
    {"date",
     [](auto value, auto& to) { return put_named<StampForm>(stamp_forms, value, to.stamp); }},
    {"mode", [](auto value, auto& to) { return put_mode(value, to.mode); }},
    {"match", [](auto value,
                 auto& to) { return put_named<PatternKind>(pattern_kinds, value, to.patterns); }},
    {"forward", [](auto value, auto& to) { return put_forward(value, false, to); }},
    {"forward-only", [](auto value, auto& to) { return put_forward(value, true, to); }},
};

}  // namespace

WordOutcome take_word(std::string_view line, WordSettings& settings) {
  const size_t end = std::min(line.find_first_of(" \t="), line.size());
  const std::string_view name(line.data(), end);
  line.remove_prefix(std::min(end + 1, line.size()));
  for (const Word& word : words)
    if (word.name == name)
      return word.put(trim(line), settings) ? WordOutcome::taken : WordOutcome::bad;
  return WordOutcome::unknown;
}

void put_limits(const WordSettings& settings, LogLimits& limits) {
  limits.total = settings.total;
  limits.keep_for = settings.keep_for;
  limits.rotate_at = settings.rotate_at;
}

}  // namespace stoker
