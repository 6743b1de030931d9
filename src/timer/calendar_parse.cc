// SPDX-License-Identifier: ISC
// Reads calendars in systemd's form and in cron's.
#include <algorithm>
#include <span>

#include "base/parse.hh"
#include "base/word.hh"
#include "timer/calendar.hh"

namespace stoker {

namespace {

struct Name {
  std::string_view name;
  int number;
};
constexpr Name weekday_names[] = {
    {"monday", 0}, {"tuesday", 1},  {"wednesday", 2}, {"thursday", 3},
    {"friday", 4}, {"saturday", 5}, {"sunday", 6},
};
constexpr Name month_names[] = {
    {"january", 1},   {"february", 2}, {"march", 3},     {"april", 4},
    {"may", 5},       {"june", 6},     {"july", 7},      {"august", 8},
    {"september", 9}, {"october", 10}, {"november", 11}, {"december", 12},
};

// The whole name, or its first three letters.
std::optional<int> number_of(std::string_view text, std::span<const Name> names) {
  for (const Name& known : names)
    if (same_word(text, known.name) || same_word(text, {known.name.data(), 3})) return known.number;
  return {};
}

// Cuts off the part before the mark, and the mark; everything if there is no mark.
std::string_view cut(std::string_view& text, std::string_view mark) {
  const size_t at = text.find(mark);
  const std::string_view part(text.data(), std::min(at, text.size()));
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + mark.size());
  return part;
}

// The syntax of the numbers in one field.
struct Field {
  int least, most;
  std::string_view range;                              // between the ends of a range
  std::optional<int> (*named)(std::string_view) = {};  // numbers by name
  bool open_step = true;   // `5/10` is 5, 15 and so on; else a single number has no step
  int offset = 0;          // of the first bit of the set
  bool step_down = false;  // `7/3` is 7, 4 and 1
};

std::optional<int> read_number(std::string_view text, const Field& field) {
  if (field.named != nullptr)
    if (const auto number = field.named(text)) return number;
  if (text.empty() || text.front() < '0' || text.front() > '9') return {};
  const auto number = parse_number<int>(text);
  if (!number || *number < field.least || *number > field.most) return {};
  return number;
}

// As many as the longest field has, so that all are read by the same code.
using Numbers = std::bitset<Calendar::last_year - Calendar::first_year + 1>;

bool add_item(Numbers& set, std::string_view item, const Field& field) {
  const bool has_step = item.find('/') != std::string_view::npos;
  std::string_view words = cut(item, "/");
  const auto step = has_step ? parse_number<int>(item) : std::optional(1);
  if (!step || *step < 1) return false;

  int first = field.least, last = field.most;
  if (first > last && words == "*") return false;
  if (words != "*") {
    const bool is_range = words.find(field.range) != std::string_view::npos;
    const auto low = read_number(cut(words, field.range), field);
    const auto high = is_range ? read_number(words, field) : low;
    if (!low || !high || *low > *high) return false;
    if (has_step && !is_range && !field.open_step) return false;
    first = *low;
    if (is_range || !has_step) last = *high;
    if (has_step && !is_range && field.step_down) {
      first = field.least + (*low - field.least) % *step;
      last = *low;
    }
  }
  for (int number = first; number <= last; number += *step) {
    set[static_cast<size_t>(number - field.offset)] = true;
    if (*step > last - number) break;
  }
  return true;
}

bool read_numbers(Numbers& set, std::string_view list, const Field& field) {
  if (list.empty() || list.back() == ',') return false;
  while (!list.empty())
    if (!add_item(set, cut(list, ","), field)) return false;
  return true;
}

template <size_t N>
void copy(const Numbers& from, std::bitset<N>& to) {
  for (size_t number = 0; number < N; ++number) to[number] = from[number];
}

template <size_t N>
bool read_list(std::bitset<N>& set, std::string_view list, const Field& field) {
  Numbers numbers;
  if (!read_numbers(numbers, list, field)) return false;
  copy(numbers, set);
  return true;
}

std::optional<int> weekday_number(std::string_view text) { return number_of(text, weekday_names); }
std::optional<int> month_number(std::string_view text) { return number_of(text, month_names); }

// Two digits stand for 1970 to 2069.
std::optional<int> short_year(std::string_view text) {
  const auto number = parse_number<int>(text);
  if (text.size() > 2 || !number || *number < 0) return {};
  return *number < 70 ? 2000 + *number : 1900 + *number;
}

constexpr int first_year = Calendar::first_year, last_year = Calendar::last_year;
constexpr Field year_field = {first_year, last_year, "..", short_year, true, first_year};
constexpr Field month_field = {1, 12, ".."};
constexpr Field day_field = {1, 31, ".."};
constexpr Field end_day_field = {1, 31, "..", nullptr, true, 0, true};
constexpr Field hour_field = {0, 23, ".."};
constexpr Field minute_field = {0, 59, ".."};
constexpr Field weekday_field = {7, 6, "..", weekday_number};  // by name only
constexpr Field old_weekday_field = {7, 6, "-", weekday_number};

bool read_weekdays(Calendar& calendar, std::string_view list) {
  Numbers numbers;
  while (!list.empty()) {
    const std::string_view item = cut(list, ",");
    const bool old = item.find('-') != std::string_view::npos;
    if (!add_item(numbers, item, old ? old_weekday_field : weekday_field)) return false;
  }
  copy(numbers, calendar.weekdays);
  return true;
}

// `[YEAR-]MONTH-DAY`; with `~` for the last dash, days count from the end.
bool read_date(Calendar& calendar, std::string_view text) {
  const bool from_end = text.find('~') != std::string_view::npos;
  std::string_view days = text;
  std::string_view before = cut(days, from_end ? "~" : "-");
  std::string_view years = "*";
  if (from_end) {
    if (before.find('-') != std::string_view::npos) years = cut(before, "-");
  } else if (days.find('-') != std::string_view::npos) {
    years = before;
    before = cut(days, "-");
  }
  return read_list(calendar.years, years, year_field) &&
         read_list(calendar.months, before, month_field) &&
         (from_end ? read_list(calendar.days_from_end, days, end_day_field)
                   : read_list(calendar.days, days, day_field));
}

// `HOUR:MINUTE[:SECOND]`
bool read_clock(Calendar& calendar, std::string_view text) {
  const std::string_view hours = cut(text, ":");
  const bool has_seconds = text.find(':') != std::string_view::npos;
  const std::string_view minutes = cut(text, ":");
  return read_list(calendar.hours, hours, hour_field) &&
         read_list(calendar.minutes, minutes, minute_field) &&
         read_list(calendar.seconds, has_seconds ? text : "0", minute_field);
}

Calendar every_midnight() {
  Calendar calendar;
  calendar.years.set();
  calendar.months.set();
  calendar.days.set();
  calendar.weekdays.set();
  calendar.hours[0] = true;
  calendar.minutes[0] = true;
  calendar.seconds[0] = true;
  return calendar;
}

struct Shorthand {
  std::string_view name, meaning;
};
constexpr Shorthand shorthands[] = {
    {"minutely", "*:*"},         {"hourly", "*:0"},
    {"daily", "*-*-*"},          {"weekly", "Mon"},
    {"monthly", "*-*-1"},        {"quarterly", "*-1,4,7,10-1"},
    {"semiannually", "*-1,7-1"}, {"semi-annually", "*-1,7-1"},
    {"yearly", "*-1-1"},         {"annually", "*-1-1"},
};
constexpr Shorthand cron_shorthands[] = {
    {"@hourly", "0 * * * *"},   {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},   {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
};

std::string_view spelled_out(std::string_view word, std::span<const Shorthand> list) {
  for (const Shorthand& shorthand : list)
    if (same_word(word, shorthand.name)) return shorthand.meaning;
  return word;
}

// The parts of a calendar, told apart by their punctuation; each comes once, in this order.
enum class Part { weekdays, date, clock, zone };

Part part_of(std::string_view word) {
  if (same_word(word, "utc")) return Part::zone;
  if (word.find(':') != std::string_view::npos) return Part::clock;
  const char first = word.front();
  return (first >= '0' && first <= '9') || first == '*' ? Part::date : Part::weekdays;
}

bool read_part(Calendar& calendar, Part part, std::string_view word) {
  switch (part) {
  case Part::weekdays: return read_weekdays(calendar, word);
  case Part::date: calendar.days.reset(); return read_date(calendar, word);
  case Part::clock: return read_clock(calendar, word);
  case Part::zone: calendar.utc = true; return true;
  }
  return false;
}

constexpr Field cron_minute = {0, 59, "-", nullptr, false};
constexpr Field cron_hour = {0, 23, "-", nullptr, false};
constexpr Field cron_day = {1, 31, "-", nullptr, false};
constexpr Field cron_month = {1, 12, "-", month_number, false};
// Sunday is 0 or 7.
std::optional<int> cron_weekday_number(std::string_view text) {
  const auto monday_based = number_of(text, weekday_names);
  if (!monday_based) return {};
  return (*monday_based + 1) % 7;
}
constexpr Field cron_weekday = {0, 7, "-", cron_weekday_number, false};

bool read_cron_weekdays(Calendar& calendar, std::string_view list) {
  std::bitset<8> from_sunday;
  if (!read_list(from_sunday, list, cron_weekday)) return false;
  for (size_t day = 0; day < 8; ++day)
    if (from_sunday[day]) calendar.weekdays[(day + 6) % 7] = true;
  return true;
}

}  // namespace

std::optional<Calendar> parse_calendar(std::string_view text) {
  Calendar calendar = every_midnight();
  int place = -1;
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    if (place < 0) word = spelled_out(word, shorthands);
    const Part part = part_of(word);
    if (part == Part::zone && place < 0) return {};
    if (static_cast<int>(part) <= place || !read_part(calendar, part, word)) return {};
    place = static_cast<int>(part);
  }
  if (place < 0) return {};
  return calendar;
}

std::optional<Calendar> parse_cron(std::string_view text) {
  std::string_view rest = spelled_out(trim(text), cron_shorthands);
  const std::string_view minutes = next_word(rest), hours = next_word(rest), days = next_word(rest),
                         months = next_word(rest), weekdays = next_word(rest);
  Calendar calendar;
  calendar.years.set();
  calendar.seconds[0] = true;
  if (!read_list(calendar.minutes, minutes, cron_minute) ||
      !read_list(calendar.hours, hours, cron_hour) || !read_list(calendar.days, days, cron_day) ||
      !read_list(calendar.months, months, cron_month) || !read_cron_weekdays(calendar, weekdays) ||
      !next_word(rest).empty())
    return {};
  calendar.either_day = days.front() != '*' && weekdays.front() != '*';
  return calendar;
}

}  // namespace stoker
