// SPDX-License-Identifier: ISC
// list-dependencies, list-timers and list-sockets.
#include <fcntl.h>

#include "base/file.hh"
#include "base/parse.hh"
#include "plan/name_files.hh"
#include "service/layout.hh"
#include "service/names.hh"
#include "systemd/message.hh"
#include "systemd/table.hh"
#include "systemd/timer_next.hh"
#include "systemd/times.hh"
#include "systemd/unit_view.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

using Names = List<UnitName, 128>;

// What a service needs or wants, or with --after what it waits for.
void collect_names(const Call& call, const UnitView& view, Names& names) {
  const bool order = call.request.has(Option::after);
  const auto is_shown = [order](Relation relation) {
    if (order) return row_of(relation).awaits != Awaits::nothing;
    return row_of(relation).starts;
  };
  const Fd service = open_search(AT_FDCWD, view.directory.c_str());
  read_names(
      service.get(), view.service,
      [&](Relation relation, std::string_view name) {
        if (is_shown(relation)) static_cast<void>(names.add(UnitName(name)));
      },
      [](const NameTrouble&) {});
}

// Cycles end here, and so does what no terminal shows.
constexpr size_t deepest = 8;

void print_tree(const Call& call, std::string_view service, const Text<128>& indent) {
  UnitView view;
  look_at(call.request.site, UnitName(service, ".service"), view);
  if (!view.is_defined || indent.size() / 4 > deepest) return;
  Names names;
  collect_names(call, view, names);
  const auto all = names.items();
  for (size_t at = 0; at < all.size(); ++at) {
    const bool last = at + 1 == all.size();
    UnitView child;
    const UnitName unit = unit_of_service(call.request.site, all[at].c_str());
    look_at(call.request.site, unit, child);
    if (!call.request.has(Option::plain))
      call.out.page.append(is_running(child.state.active) ? dot() : has_utf8() ? "○" : " ", " ");
    call.out.page.append(indent,
                         !has_utf8() ? (last ? "`-" : "|-")
                         : last      ? "└─"
                                     : "├─",
                         unit, "\n");
    call.out.make_room();
    print_tree(call, all[at], Text<128>(indent, last ? "  " : has_utf8() ? "│ " : "| "));
  }
}

}  // namespace

int list_dependencies(const Call& call) {
  static UnitView view;
  const Site& site = call.request.site;
  if (call.words.empty()) {
    ServiceNames names;
    call.out.page.append("default.target\n");
    if (!names.read(site.services(), ServiceNames::Dangling::skipped)) return exit_failed;
    for (const char* const name : names.all()) {
      const UnitName unit = unit_of_service(site, name);
      look_at(site, unit, view);
      if (starts_at_boot(site, view))
        call.out.page.append(is_running(view.state.active) ? dot()
                             : has_utf8()                  ? "○"
                                                           : " ",
                             " ", has_utf8() ? "├─" : "|-", unit, "\n");
      call.out.make_room();
    }
    return 0;
  }
  each_unit(call, call.words, [&](const UnitName& unit) {
    look_at(site, unit, view);
    call.out.page.append(unit, "\n");
    if (view.is_defined) print_tree(call, view.service, {});
  });
  return 0;
}

namespace {

// Calls `use` with each service of that trigger, twice: to measure, and to print.
void each_triggered(const Call& call, Trigger trigger, FunctionRef<void(const UnitView&)> use) {
  static UnitView view;
  ServiceNames names;
  if (!names.read(call.request.site.services(), ServiceNames::Dangling::skipped)) return;
  for (const char* const name : names.all()) {
    look_at(call.request.site, UnitName(name, ".service"), view);
    if (view.trigger == trigger) use(view);
  }
}

using TimerCells = std::array<std::string_view, 6>;

struct NextRun {
  Text<64> time = Text<64>("-"), left = Text<64>("-");
};

// One that is due already has its process start the job in a moment.
NextRun next_cells(const UnitView& view) {
  const RunitStatus& run = view.status().main;
  const auto due = view.is_supervised() ? next_run_of(run.pid, run.since) : std::nullopt;
  if (!due) return {};
  const Tai64n now = tai_now();
  const auto then = static_cast<uint64_t>(*due);
  const auto seconds = static_cast<uint64_t>(now.unix_seconds());
  return {stamp_text({Tai64n::epoch + then, 0}), left_text(then > seconds ? then - seconds : 0)};
}

void with_timer(const UnitView& view, FunctionRef<void(const TimerCells&)> use) {
  const Tai64n& since = view.status().main.since;
  const bool known = view.is_supervised() && view.status().main_status.starts > 1;
  const Text<64> last = stamp_text(since), passed = ago_text(seconds_between(since, tai_now()));
  const UnitName timer = with_type(view.name, UnitType::timer);
  const NextRun next = next_cells(view);
  use({next.time, next.left, known ? last.view() : "-", known ? passed.view() : "-", timer,
       view.name});
}

void print_count(const Call& call, size_t count, std::string_view what) {
  if (!call.request.has(Option::no_legend))
    call.out.page.append("\n", count, " ", what, " listed.\n");
}

}  // namespace

int list_timers(const Call& call) {
  Table table(call.out);
  constexpr TimerCells head{"NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES"};
  const bool legend = !call.request.has(Option::no_legend);
  if (legend) table.measure(head);
  size_t count = 0;
  each_triggered(call, Trigger::timer, [&](const UnitView& view) {
    with_timer(view, [&](const TimerCells& cells) { table.measure(cells); });
    ++count;
  });
  if (legend && count > 0) table.append("", head);
  each_triggered(call, Trigger::timer, [&](const UnitView& view) {
    with_timer(view, [&](const TimerCells& cells) { table.append("", cells); });
  });
  print_count(call, count, "timers");
  return 0;
}

namespace {

using SocketCells = std::array<std::string_view, 3>;

// A row for each line of `listen`.
void with_sockets(const UnitView& view, FunctionRef<void(const SocketCells&)> use) {
  static char bytes[16 * 1024];
  const Fd file = open_read(AT_FDCWD, PathText(view.directory, "/", layout::listen).c_str());
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  std::string_view text(bytes, got > 0 ? static_cast<size_t>(got) : 0);
  const UnitName socket = with_type(view.name, UnitType::socket);
  while (!text.empty()) {
    std::string_view line(text.data(), std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string_view name = next_word(line);
    next_word(line);  // the kind
    const std::string_view address = next_word(line);
    if (!address.empty() && name.front() != '#') use({address, socket, view.name});
  }
}

}  // namespace

int list_sockets(const Call& call) {
  Table table(call.out);
  constexpr SocketCells head{"LISTEN", "UNIT", "ACTIVATES"};
  const bool legend = !call.request.has(Option::no_legend);
  if (legend) table.measure(head);
  size_t count = 0;
  each_triggered(call, Trigger::socket, [&](const UnitView& view) {
    with_sockets(view, [&](const SocketCells& cells) {
      table.measure(cells);
      ++count;
    });
  });
  if (legend && count > 0) table.append("", head);
  each_triggered(call, Trigger::socket, [&](const UnitView& view) {
    with_sockets(view, [&](const SocketCells& cells) { table.append("", cells); });
  });
  print_count(call, count, "sockets");
  return 0;
}

}  // namespace stoker::systemd
