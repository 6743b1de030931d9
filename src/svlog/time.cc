// SPDX-License-Identifier: ISC
#include "svlog/time.hh"

#include <ctime>

#include "base/duration.hh"
#include "base/parse.hh"
#include "logdir/readable.hh"

namespace stoker {

namespace {

constexpr int64_t second_in_nanoseconds = 1000000000;

// Nothing overflows with it.
constexpr Moment longest_span = 24h * 366 * 200;

struct Day {
  std::string_view name;
  int64_t days;
};
constexpr Day days[] = {{"today", 0}, {"yesterday", -1}, {"tomorrow", 1}};

std::string_view take_letters(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && text[size] >= 'a' && text[size] <= 'z') ++size;
  const std::string_view word(text.data(), size);
  text.remove_prefix(size);
  return word;
}

std::optional<TimeWord> offset_word(std::string_view text, int64_t direction) {
  const auto span = parse_duration(text, 0s, longest_span);
  if (!span) return {};
  TimeWord word;
  word.kind = TimeWord::Kind::offset;
  word.nanoseconds = span->count() * direction;
  return word;
}

// "@4000…" or "@1795338830.5".
std::optional<TimeWord> label_word(std::string_view text) {
  TimeWord word;
  const auto label = Tai64n::from_hex(text);
  if (label && text.size() == 2 * Tai64n::size) {
    word.label = *label;
    return word;
  }
  const auto seconds = take_number(text, 12);
  const auto fraction = take_fraction(text);
  if (!seconds || !fraction || !text.empty()) return {};
  word.label = label_of(*seconds, *fraction);
  return word;
}

std::optional<TimeWord> day_word(std::string_view text) {
  TimeWord word;
  word.kind = TimeWord::Kind::day;
  std::string_view rest = text;
  const std::string_view name = take_letters(rest);
  bool known = name.empty();
  for (const Day& day : days) {
    if (name != day.name) continue;
    word.days = day.days;
    known = true;
  }
  rest = trim(rest);
  if (!known || (rest.empty() && name.empty())) return {};
  if (!rest.empty() && (!take_time_of_day(rest, word.written) || !rest.empty())) return {};
  return word;
}

std::optional<TimeWord> date_word(std::string_view text) {
  const auto written = take_written_time(text);
  if (!written || !text.empty()) return {};
  TimeWord word;
  word.kind = TimeWord::Kind::date;
  word.written = *written;
  return word;
}

Tai64n shifted(Tai64n time, int64_t nanoseconds) {
  int64_t seconds = nanoseconds / second_in_nanoseconds;
  int64_t rest = nanoseconds % second_in_nanoseconds + time.nanoseconds;
  if (rest < 0) {
    rest += second_in_nanoseconds;
    --seconds;
  }
  seconds += rest / second_in_nanoseconds;
  return {time.seconds + static_cast<uint64_t>(seconds),
          static_cast<uint32_t>(rest % second_in_nanoseconds)};
}

Civil local_civil(int64_t since_1970) {
  const auto local = local_time(since_1970);
  return local ? local->civil : civil_from_seconds(since_1970);
}

int64_t local_seconds(const Civil& civil) {
  struct tm local = tm_from_civil(civil);
  return mktime(&local);
}

int64_t civil_in_utc(const Civil& civil) { return seconds_from_civil(civil); }

}  // namespace

const Clocks utc_clocks = {civil_from_seconds, civil_in_utc};
const Clocks local_clocks = {local_civil, local_seconds};

std::optional<TimeWord> parse_time_word(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  if (text == "now") return offset_word("0s", 1);
  if (text.front() == '@') return label_word({text.data() + 1, text.size() - 1});
  if (text.front() == '-') return offset_word({text.data() + 1, text.size() - 1}, -1);
  if (text.front() == '+') return offset_word({text.data() + 1, text.size() - 1}, 1);
  constexpr std::string_view ago = "ago";
  if (text.size() > ago.size() && text.ends_with(ago))
    return offset_word(trim({text.data(), text.size() - ago.size()}), -1);
  const auto date = date_word(text);
  return date ? date : day_word(text);
}

Tai64n resolve(const TimeWord& word, const Tai64n& now, const Clocks& clocks) {
  const WrittenTime& written = word.written;
  Civil civil = written.civil;
  switch (word.kind) {
  case TimeWord::Kind::label: return word.label;
  case TimeWord::Kind::offset: return shifted(now, word.nanoseconds);
  case TimeWord::Kind::date: break;
  case TimeWord::Kind::day:
    const Civil today = clocks.civil(seconds_since_1970(now));
    // By the calendar, since a day may have 23 hours.
    const Civil noon{today.year, today.month, today.day, 12};
    civil = civil_from_seconds(seconds_from_civil(noon) + word.days * day_in_seconds);
    civil.hour = written.civil.hour;
    civil.minute = written.civil.minute;
    civil.second = written.civil.second;
    break;
  }
  const int64_t seconds =
      written.has_zone ? seconds_from_civil(civil) - written.zone : clocks.seconds(civil);
  return label_of(seconds, written.nanoseconds);
}

}  // namespace stoker
