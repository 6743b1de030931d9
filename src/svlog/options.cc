// SPDX-License-Identifier: ISC
#include "svlog/options.hh"

#include "base/duration.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "svlog/usage.hh"

namespace stoker {

namespace {

constexpr About about{
    "svlog [-bfru] [-n lines] [-p priority] [-g expression] [-o form] [--since time] "
    "[--until time] [--cursor cursor] [--color] [--no-color] [--terminal] [--unit name] "
    "[--disk-usage] [--vacuum-size size] [--vacuum-time time] [name ...]",
    "Show what services have logged, of all or of those that are named.\n"
    "  -b, --boot             not older than the boot of the machine\n"
    "  -f, --follow           go on with what is logged\n"
    "  -n, --lines lines      the last lines only, or all\n"
    "  -p, --priority level   as urgent as this or more: err, 3, or crit..warning\n"
    "  -g, --grep expression  lines that match this extended regular expression\n"
    "  -r, --reverse          the newest first\n"
    "  -o, --output form      short, full, json or raw\n"
    "  -u, --utc              times in UTC\n"
    "  --unit name            the same as the name alone\n"
    "  --since time           not older than this\n"
    "  --until time           not newer than this\n"
    "  --cursor cursor        what follows a line that was shown with -o full or json\n"
    "  --color, --no-color    colours, or none (on a terminal)\n"
    "  --disk-usage           how much space the logs take, in place of lines\n"
    "  --vacuum-size size     remove old logs until a log takes no more: 200M\n"
    "  --vacuum-time time     remove old logs that ended longer ago: 2w\n"
    "  --terminal             print as on a terminal, for a pager\n"};

constexpr uint64_t lines_before_following = 10;

struct LongName {
  std::string_view name;
  char letter;
};

// Long options without a letter have a capital one here.
constexpr LongName long_names[] = {
    {"follow", 'f'},      {"lines", 'n'},       {"since", 'S'},    {"until", 'U'},
    {"grep", 'g'},        {"output", 'o'},      {"cursor", 'C'},   {"utc", 'u'},
    {"no-color", 'N'},    {"color", 'A'},       {"terminal", 'T'}, {"boot", 'b'},
    {"priority", 'p'},    {"unit", 'W'},        {"reverse", 'r'},  {"disk-usage", 'D'},
    {"vacuum-size", 'B'}, {"vacuum-time", 'O'},
};

char letter_of(const Options& words, char found) {
  if (found != Options::long_option) return found >= 'A' && found <= 'Z' ? Options::mistake : found;
  for (const auto& [name, letter] : long_names)
    if (name == words.name()) return letter;
  return Options::mistake;
}

TimeWord time_or_die(std::string_view option, const char* text) {
  const auto word = parse_time_word(text);
  if (!word) die({option, ": not a time: ", text}, exit_misuse);
  return *word;
}

void add_cursor(ReadOptions& options, const char* text) {
  const auto cursor = parse_cursor(text);
  if (!cursor) die({"--cursor: not a cursor: ", text}, exit_misuse);
  if (options.cursor_count == ReadOptions::most_cursors)
    die({"--cursor: more than ", Digits(ReadOptions::most_cursors)}, exit_misuse);
  options.cursor_room[options.cursor_count++] = *cursor;
}

LineForm form_or_die(const char* text) {
  const auto form = line_form_from(text);
  if (!form) die({"-o: neither short, full, json nor raw: ", text}, exit_misuse);
  return *form;
}

uint64_t lines_or_die(const char* text) {
  const auto lines = parse_lines(text);
  if (!lines) die({"-n: not a number of lines: ", text}, exit_misuse);
  return *lines;
}

PriorityRange priorities_or_die(const char* text) {
  const auto range = parse_priorities(text);
  if (!range) die({"-p: neither a priority nor a range: ", text}, exit_misuse);
  return *range;
}

void limit_size(ReadOptions& options, const char* text) {
  const auto bytes = parse_bytes(text);
  if (!bytes) die({"--vacuum-size: not a size: ", text}, exit_misuse);
  options.vacuums = true;
  options.limits.most_bytes = *bytes;
}

void limit_age(ReadOptions& options, const char* text) {
  const auto longest = parse_duration(text);
  if (!longest) die({"--vacuum-time: not a time: ", text}, exit_misuse);
  options.vacuums = true;
  options.limits.longest = *longest;
}

// The name is a part of argv, whose front has been read.
void add_name(ReadOptions& options, char* name) {
  const std::span<char*> before = options.names;
  options.names = {before.data(), before.size() + 1};
  options.names.back() = name;
}

bool chooses_lines(const ReadOptions& options) {
  return options.follow || options.reverse || options.lines || options.since || options.until ||
         options.this_boot || options.priorities || options.expression != nullptr ||
         options.cursor_count > 0;
}

void check(ReadOptions& options) {
  const bool bounded = options.since || options.this_boot;
  // Somebody may believe that nothing else is removed.
  if (options.vacuums && chooses_lines(options))
    die({"--vacuum-size and --vacuum-time go with no option that selects lines"}, exit_misuse);
  if (options.cursor_count > 0 && (options.lines || bounded))
    die({"--cursor goes with none of -b, -n and --since"}, exit_misuse);
  if (options.follow && options.reverse) die({"-r does not go with -f"}, exit_misuse);
  if (options.follow && !options.lines && !bounded && options.cursor_count == 0)
    options.lines = lines_before_following;
  if (options.lines == all_lines) options.lines.reset();
}

void take_option(ReadOptions& options, Options& words, char found) {
  const auto value = [&] { return words.required_value(found); };
  switch (letter_of(words, found)) {
  case 'f': options.follow = true; break;
  case 'b': options.this_boot = true; break;
  case 'r': options.reverse = true; break;
  case 'u': options.utc = true; break;
  case 'n': options.lines = lines_or_die(value()); break;
  case 'p': options.priorities = priorities_or_die(value()); break;
  case 'g': options.expression = value(); break;
  case 'o': options.form = form_or_die(value()); break;
  case 'S': options.since = time_or_die("--since", value()); break;
  case 'U': options.until = time_or_die("--until", value()); break;
  case 'C': add_cursor(options, value()); break;
  case 'W': add_name(options, const_cast<char*>(value())); break;
  case 'D': options.disk_usage = true; break;
  case 'B': limit_size(options, value()); break;
  case 'O': limit_age(options, value()); break;
  case 'N': options.color = ReadOptions::Color::none; break;
  case 'T': options.terminal = true; break;
  case 'A': options.color = ReadOptions::Color::always; break;
  default: words.refuse(found);
  }
}

}  // namespace

ReadOptions read_options(int argc, char** argv) {
  ReadOptions options;
  options.names = {argv, 0};
  bool only_names = false;
  // Options may follow names, too: what is behind a name is parsed as if that were the
  // program's name.
  for (Options words(argc, argv, &about);;
       words = Options(words.count(), words.arguments(), &about)) {
    while (const char found = only_names ? '\0' : words.next()) take_option(options, words, found);
    if (words.count() == 0) break;
    char** const rest = words.arguments();
    only_names = only_names || std::string_view(rest[-1]) == "--";
    add_name(options, rest[0]);
  }
  check(options);
  return options;
}

std::optional<uint64_t> parse_lines(std::string_view text) {
  if (text == "all") return all_lines;
  return parse_number<uint64_t>(text);
}

}  // namespace stoker
