// SPDX-License-Identifier: ISC
// sv history: see sv(8).
#include <array>

#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/report.hh"
#include "base/sort.hh"
#include "sv/columns.hh"
#include "sv/history.hh"
#include "sv/history_files.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

using Cells = std::array<std::string_view, 6>;

// The texts of a line.
struct HistoryLine {
  Cell time, name, reason;
  Text<40> lasted;
  Text<16> pid;
  std::string_view state;

  explicit HistoryLine(const Transition& one)
      : time(moment_text(one)),
        name(whose(one)),
        reason(remark(one.entry)),
        lasted(lasted_text(one)),
        state(word(one.entry.state)) {
    if (one.entry.pid != 0) pid.append(one.entry.pid);
  }
  Cells cells() const { return {time, name, state, lasted, pid, reason}; }
};

HistoryClocks read_clocks() {
  constexpr uint64_t second = 1'000'000;
  const Tai64n now = tai_now();
  return {.since_boot = boot_clock(),
          .since_1970 = now.unix_seconds() * second + now.nanoseconds / 1000,
          .boot = history_boot(boot_mark())};
}

void show_lines(std::span<const Transition> all, Printer& printer) {
  constexpr Cells headings = {"TIME", "NAME", "STATE", "FOR", "PID", "REASON"};
  constexpr unsigned lasted = 1U << 3;
  Columns table(printer.page, {.right = lasted});
  table.measure(headings);
  for (const Transition& one : all) table.measure(HistoryLine(one).cells());
  table.append(headings);
  for (const Transition& one : all) {
    table.append(HistoryLine(one).cells());
    printer.make_room();
  }
}

void show_json(std::span<const Transition> all, Printer& printer) {
  printer.page.append('[');
  for (const Transition& one : all) {
    printer.page.append(&one == &all.front() ? "\n" : ",\n");
    append_json_transition(printer.page, one);
    printer.make_room();
  }
  printer.page.append(all.empty() ? "]\n" : "\n]\n");
}

}  // namespace

int history(const Invocation& how, const Places& places, std::span<char* const> given,
            Printer& printer) {
  ServiceNames all;
  const std::span<char* const> names = names_or_all(given, places, all);
  const MappedArray<Transition> room(names.size() * most_history);
  if (!room) die_errno({"unable to allocate memory"});
  const HistoryClocks clocks = read_clocks();
  std::array<HistoryEntry, most_history> entries;
  unsigned failures = 0;
  size_t count = 0;
  for (const char* const name : names) {
    const size_t found = read_history(places, name, entries);
    if (found == 0 && !given.empty()) {
      warn({name, " has no history"});
      ++failures;
    }
    list_transitions(name, std::span(entries).first(found), clocks, room.all().subspan(count));
    count += found;
  }
  const std::span<Transition> found = room.all().first(count);
  sort(found, is_earlier);
  const size_t most = how.lines != nullptr ? *parse_number<uint64_t>(how.lines) : count;
  const auto shown = found.last(std::min<size_t>(most, count));
  how.json ? show_json(shown, printer) : show_lines(shown, printer);
  printer.flush();
  return exit_code(failures);
}

}  // namespace stoker
