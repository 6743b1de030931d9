// SPDX-License-Identifier: ISC
// svlog: show what services have logged. See svlog(8).
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "base/shared_directory.hh"
#include "base/width.hh"
#include "service/names.hh"
#include "svlog/boot_time.hh"
#include "svlog/line_store.hh"
#include "svlog/usage.hh"
#include "svlog/view.hh"

namespace stoker {

namespace {

char buffer[65536];
constinit ReaderOutput output(buffer, write_out);
constinit LineMatcher matcher;

// For -r: what is shown is kept until its last line is known.
char kept_buffer[65536];
LineStore* kept = nullptr;
constinit ReaderOutput keeper(kept_buffer, [](std::string_view text) { kept->append(text); });

bool is_set(const char* variable) {
  const char* const value = getenv(variable);
  return value != nullptr && *value != '\0';
}

size_t find_named(const ReadOptions& options, std::span<LogPlace> places) {
  size_t count = 0;
  for (const char* const name : options.names) find_log(name, options.follow, places[count++]);
  return count;
}

size_t find_all(const ServiceNames& services, std::span<LogPlace> places) {
  size_t count = 0;
  for (const char* const name : services.all())
    if (find_service_log(name, places[count])) ++count;
  if (count == 0) die_without_logs();
  return count;
}

Selection selection_of(const ReadOptions& options) {
  const Tai64n now = tai_now();
  const Clocks& clocks = options.utc ? utc_clocks : local_clocks;
  Selection selection;
  selection.follow = options.follow;
  if (options.since) selection.since = resolve(*options.since, now, clocks);
  if (options.until) selection.until = resolve(*options.until, now, clocks);
  if (options.this_boot)
    selection.since = std::max(boot_time(), selection.since.value_or(Tai64n()));
  selection.priorities = options.priorities;
  if (options.expression != nullptr) {
    matcher.set(options.expression);
    selection.matcher = &matcher;
  }
  return selection;
}

PrintStyle style_of(const ReadOptions& options, std::span<const LogPlace> places) {
  const bool terminal = options.terminal || isatty(STDOUT_FILENO) == 1;
  const bool automatic = terminal && !is_set("NO_COLOR");
  PrintStyle style;
  style.form = options.form;
  style.utc = options.utc;
  style.tame = terminal;
  style.color = options.color == ReadOptions::Color::always ||
                (options.color == ReadOptions::Color::if_terminal && automatic);
  if (style.color && options.expression != nullptr) style.marked = &matcher;
  if (places.size() > 1 || options.form == LineForm::full)
    for (const LogPlace& place : places)
      style.name_width = std::max(style.name_width, width(place.name));
  return style;
}

// All services come in order; names are few.
void put_in_order(std::span<LogPlace> places) {
  for (size_t end = 1; end < places.size(); ++end)
    for (size_t at = end; at > 0 && places[at].name.view() < places[at - 1].name.view(); --at)
      std::swap(places[at], places[at - 1]);
}

void view(const ReadOptions& options, const Selection& selection, std::span<LogPlace> places,
          ReaderOutput& shown) {
  put_in_order(places);
  const MappedArray<ViewedLog> logs(places.size());
  const MappedArray<WaitingLine> room(places.size());
  if (!logs || !room) die_errno({"unable to get memory"});
  for (size_t number = 0; number < places.size(); ++number)
    logs.all()[number].place = &places[number];

  LinePrinter printer(shown, style_of(options, places));
  const auto print = [&printer](const LogLine& line, const Speaker& speaker, const Cursor& cursor) {
    printer.print(line, speaker, cursor);
  };
  const auto pause = [&printer] { printer.finish(); };
  LogView view(logs.all(), room.all(), {print, pause}, shown);
  view.open(selection, options.follow);
  view.seek(options);
  view.show();
  if (options.follow) view.follow();
  printer.finish();
  shown.flush();
}

// A line for each log, and if there are several, their sum.
void show_usage(std::span<LogPlace> places) {
  put_in_order(places);
  uint64_t all = 0;
  const auto show = [](uint64_t bytes, std::string_view name) {
    const Text<24> size = log_size_text(bytes);
    for (size_t at = size.size(); at < 8; ++at) output.put(' ');
    output.put(size);
    output.put(' ');
    tame(name, [](std::string_view piece) { output.put(piece); });
    output.put('\n');
  };
  for (const LogPlace& place : places) {
    const uint64_t bytes = size_of_log(place.path);
    all += bytes;
    show(bytes, place.name);
  }
  if (places.size() > 1) show(all, "total");
  output.flush();
}

// Goes on where something cannot be removed. Returns the exit code.
int vacuum(const VacuumLimits& limits, std::span<LogPlace> places) {
  int code = 0;
  put_in_order(places);
  for (const LogPlace& place : places) {
    const auto tell = [&](std::string_view name, std::optional<uint64_t> freed) {
      if (freed) return;
      warn_errno({"unable to remove ", place.path, "/", name});
      code = exit_trouble;
    };
    if (const auto freed = vacuum_log(limits, place.path, tell)) {
      tame(vacuum_text(*freed, place.path), [](std::string_view piece) { output.put(piece); });
      output.put('\n');
      continue;
    }
    code = exit_trouble;
    if (errno == EPERM)
      warn({"unable to open ", place.path, link_reason});
    else
      warn_errno({"unable to open ", place.path});
  }
  output.flush();
  return code;
}

void view_reversed(const ReadOptions& options, const Selection& selection,
                   std::span<LogPlace> places) {
  LineStore store;
  kept = &store;
  view(options, selection, places, keeper);
  put_reversed(store.text(), output);
  output.flush();
}

int carry_out(const ReadOptions& options, const Selection& selection, std::span<LogPlace> places) {
  const int code = options.vacuums ? vacuum(options.limits, places) : 0;
  if (options.disk_usage) show_usage(places);
  if (options.vacuums || options.disk_usage) return code;
  if (options.reverse)
    view_reversed(options, selection, places);
  else
    view(options, selection, places, output);
  return 0;
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"svlog"});
  const ReadOptions options = read_options(argc, argv);
  const Selection selection = selection_of(options);
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();

  ServiceNames services;
  const bool all = options.names.empty();
  if (all && !services.read(services_directory()))
    die_errno({"unable to read directory ", services_directory()});
  // One more than needed: the last one may be begun and not kept.
  const MappedArray<LogPlace> places((all ? services.all().size() : options.names.size()) + 1);
  if (!places) die_errno({"unable to get memory"});
  const size_t count = all ? find_all(services, places.all()) : find_named(options, places.all());
  return carry_out(options, selection, places.all().first(count));
}
