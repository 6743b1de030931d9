// SPDX-License-Identifier: ISC
#include "systemd/journal_request.hh"

#include <cstdlib>

#include "base/duration.hh"
#include "base/parse.hh"
#include "svlog/usage.hh"
#include "systemd/command_line.hh"
#include "systemd/help.hh"
#include "systemd/journal_values.hh"
#include "systemd/message.hh"

namespace stoker::systemd {

namespace {

enum Id : int {
  help,
  version,
  unit,
  follow,
  lines,
  no_tail,
  reverse,
  pager_end,
  output,
  since,
  until,
  boot,
  kernel,
  priority,
  grep,
  identifier,
  quiet,
  show_cursor,
  cursor,
  cursor_file,
  all,
  no_hostname,
  utc,
  user,
  directory,
  disk_usage,
  vacuum_size,
  vacuum_files,
  vacuum_time,
  rotate,
  list_boots,
  fields,
  field,
  upkeep,  // --flush, --sync
  ignored,
  ignored_value,
  refused,
};

constexpr Takes nothing = Takes::nothing, value = Takes::value, maybe = Takes::maybe_joined;

constexpr OptionRow rows[] = {
    {"help", 'h', nothing, help},
    {"version", 0, nothing, version},
    {"unit", 'u', value, unit},
    {"user-unit", 0, value, unit},
    {"follow", 'f', nothing, follow},
    {"lines", 'n', maybe, lines},
    {"no-tail", 0, nothing, no_tail},
    {"reverse", 'r', nothing, reverse},
    {"pager-end", 'e', nothing, pager_end},
    {"output", 'o', value, output},
    {"since", 'S', value, since},
    {"until", 'U', value, until},
    {"boot", 'b', maybe, boot},
    {"dmesg", 'k', nothing, kernel},
    {"priority", 'p', value, priority},
    {"grep", 'g', value, grep},
    {"case-sensitive", 0, maybe, ignored},
    {"identifier", 't', value, identifier},
    {"quiet", 'q', nothing, quiet},
    {"show-cursor", 0, nothing, show_cursor},
    {"cursor", 'c', value, cursor},
    {"after-cursor", 0, value, cursor},
    {"cursor-file", 0, value, cursor_file},
    {"all", 'a', nothing, all},
    {"no-hostname", 0, nothing, no_hostname},
    {"utc", 0, nothing, utc},
    {"user", 0, nothing, user},
    {"directory", 'D', value, directory},
    {"disk-usage", 0, nothing, disk_usage},
    {"vacuum-size", 0, value, vacuum_size},
    {"vacuum-files", 0, value, vacuum_files},
    {"vacuum-time", 0, value, vacuum_time},
    {"rotate", 0, nothing, rotate},
    {"list-boots", 0, nothing, list_boots},
    {"fields", 'N', nothing, fields},
    {"field", 'F', value, field},
    {"flush", 0, nothing, upkeep},
    {"sync", 0, nothing, upkeep},
    {"relinquish-var", 0, nothing, upkeep},
    {"smart-relinquish-var", 0, nothing, upkeep},
    {"catalog", 'x', nothing, ignored},
    {"full", 'l', nothing, ignored},
    {"no-full", 0, nothing, ignored},
    {"no-pager", 0, nothing, ignored},
    {"merge", 'm', nothing, ignored},
    {"system", 0, nothing, ignored},
    {"truncate-newline", 0, nothing, ignored},
    {"output-fields", 0, value, ignored_value},
    {"machine", 'M', value, refused},
    {"facility", 0, value, refused},
    {"root", 0, value, refused},
    {"image", 0, value, refused},
    {"namespace", 0, value, refused},
    {"file", 0, value, refused},
    {"header", 0, nothing, refused},
    {"verify", 0, nothing, refused},
    {"setup-keys", 0, nothing, refused},
    {"list-catalog", 0, nothing, refused},
    {"dump-catalog", 0, nothing, refused},
    {"update-catalog", 0, nothing, refused},
};

constexpr uint64_t usual_lines = 10, lines_before_end = 1000;

[[noreturn]] void refuse(Words what) {
  complain(what);
  exit(1);
}

void add_word(JournalRequest::Words& words, const char* word) {
  if (!words.add(word)) refuse({"There are too many units, identifiers or directories."});
}

std::optional<TimeWord> time_or_refuse(const char* text) {
  const auto word = parse_time_word(text);
  if (!word) refuse({"Failed to parse timestamp: ", text});
  return word;
}

void read_form(JournalRequest& request, const char* text) {
  if (std::string_view(text) == "help") {
    Printer printer;
    printer.page.append(journal_forms());
    printer.finish();
    exit(0);
  }
  const auto form = journal_form_from(text);
  if (!form) refuse({"Unknown output format '", text, "'."});
  request.style.form = *form;
}

// Only this boot is known. `line` may have the ID in the next word.
void read_boot(JournalRequest& request, CommandLine& line) {
  const auto is_id = [](std::string_view text) {
    const auto number = parse_number<int>(text);
    return number || text == "all" || text.size() == 32;
  };
  if (line.value() == nullptr && line.following() != nullptr && is_id(line.following()))
    line.take_following();
  const std::string_view id = line.value() != nullptr ? line.value() : "0";
  if (id == "all") return;
  const bool is_this = id == "0" || id == boot_id().view();
  if (!is_this)
    refuse({"No journal boot entry found for the specified boot (", id,
            "): logs do not tell earlier boots apart; use --since and --until."});
  request.this_boot = true;
}

// What looks like a number below zero is none, and no option either.
bool is_negative(std::string_view word) {
  if (!word.starts_with('-')) return false;
  word.remove_prefix(1);
  return parse_number<uint64_t>(word).has_value();
}

void read_lines(JournalRequest& request, CommandLine& line) {
  const char* const next = line.following();
  if (line.value() == nullptr && next != nullptr && is_negative(next)) line.take_following();
  if (line.value() == nullptr && line.following() != nullptr && parse_lines(line.following()))
    line.take_following();
  if (line.value() == nullptr) {
    request.lines = usual_lines;
    return;
  }
  request.lines = parse_lines(line.value());
  if (!request.lines) refuse({"Failed to parse lines '", line.value(), "'."});
}

void read_priorities(JournalRequest& request, const char* text) {
  request.priorities = parse_priorities(text);
  if (!request.priorities) refuse({"Unknown log level ", text, "."});
}

template <typename Limit>
void set_limit(Limit& limit, std::optional<Limit> given, const char* text) {
  if (!given) refuse({"Failed to parse vacuum limit: ", text});
  limit = *given;
}

void read_vacuum(JournalRequest& request, int id, const char* text) {
  VacuumLimits& limits = request.limits;
  request.job = JournalJob::vacuum;
  if (id == vacuum_size) set_limit(limits.most_bytes, parse_bytes(text), text);
  if (id == vacuum_files) set_limit(limits.most_files, parse_number<uint64_t>(text), text);
  if (id == vacuum_time) set_limit(limits.longest, parse_duration(text), text);
}

void take_job(JournalRequest& request, int id) {
  if (id == disk_usage) request.job = JournalJob::disk_usage;
  if (id == rotate) request.job = JournalJob::rotate;
  if (id == list_boots) request.job = JournalJob::list_boots;
  if (id == fields) request.job = JournalJob::fields;
  if (id == upkeep) request.job = JournalJob::nothing;
}

void take_switch(JournalRequest& request, int id) {
  request.follows |= id == follow;
  request.reverses |= id == reverse;
  request.quiet |= id == quiet;
  request.shows_cursor |= id == show_cursor;
  request.wants_kernel |= id == kernel;
  request.this_boot |= id == kernel;
  request.user |= id == user;
  request.style.utc |= id == utc;
  request.style.shows_all |= id == all;
  if (id == no_hostname) request.style.shows_host = false;
  if (id == no_tail) request.lines = all_lines;
  if (id == pager_end && !request.lines) request.lines = lines_before_end;
}

const char* field_or_refuse(const char* name) {
  if (is_unique_field(name)) refuse({"Failed to list ", name, ": each line has its own."});
  return name;
}

void take_value(JournalRequest& request, int id, const char* text) {
  switch (id) {
  case unit: return add_word(request.units, text);
  case identifier: return add_word(request.identifiers, text);
  case directory: return add_word(request.paths, text);
  case output: return read_form(request, text);
  case since: request.since = time_or_refuse(text); return;
  case until: request.until = time_or_refuse(text); return;
  case priority: return read_priorities(request, text);
  case grep: request.expression = text; return;
  case field: request.field = field_or_refuse(text); return;
  case cursor: request.cursor = text; return;
  case cursor_file: request.cursor_file = text; return;
  case vacuum_size:
  case vacuum_files:
  case vacuum_time: return read_vacuum(request, id, text);
  default: return;
  }
}

// FIELD=VALUE; those of a unit and of a program are options, too.
void take_match(JournalRequest& request, const char* word) {
  const std::string_view text(word);
  for (const std::string_view field : {"_SYSTEMD_UNIT=", "UNIT=", "_SYSTEMD_USER_UNIT="})
    if (has_prefix(text, field)) return add_word(request.units, word + field.size());
  constexpr std::string_view name = "SYSLOG_IDENTIFIER=", level = "PRIORITY=";
  if (has_prefix(text, name)) return add_word(request.identifiers, word + name.size());
  if (has_prefix(text, level)) {
    const Text<16> range(word + level.size(), "..", word + level.size());
    return read_priorities(request, range.c_str());
  }
  if (text == "+") return;
  refuse({"Failed to add match '", text,
          "': logs have no such field; known are _SYSTEMD_UNIT, SYSLOG_IDENTIFIER and PRIORITY."});
}

void check(JournalRequest& request) {
  if (request.follows && request.reverses)
    refuse({"Please specify either --reverse or --follow, not both."});
  if (request.field != nullptr) request.follows = request.reverses = false;
  if (request.follows && !request.lines) request.lines = usual_lines;
  if (request.lines == all_lines) request.lines.reset();
}

}  // namespace

void read_journal_request(std::span<char*> argv, JournalRequest& request) {
  const char* const name = argv.empty() ? "journalctl" : argv.front();
  CommandLine line(name, argv, rows);
  for (int id = line.next(); id != CommandLine::end; id = line.next()) {
    if (id == CommandLine::mistake) refuse({"usage: ", journalctl_synopsis(name)});
    if (id == help) print_journalctl_help(name);
    if (id == version) print_systemd_version(name);
    if (id == refused)
      refuse({"journalctl: this option has no meaning here; see stoker-journalctl(8)."});
    if (id == boot) read_boot(request, line);
    if (id == lines) read_lines(request, line);
    take_job(request, id);
    take_switch(request, id);
    if (line.value() != nullptr) take_value(request, id, line.value());
  }
  for (const char* const word : line.words()) take_match(request, word);
  check(request);
}

}  // namespace stoker::systemd
