// SPDX-License-Identifier: ISC
#include "sv/table.hh"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "base/width.hh"
#include "client/show.hh"
#include "client/trouble.hh"
#include "client/view.hh"

namespace stoker {

namespace {

enum class Color : uint8_t { none, good, odd, bad };
constexpr std::string_view color_codes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
constexpr std::string_view plain_code = "\x1b[0m";

enum Column : size_t { name, state, want, pid, since, restarts, reason, columns };

using Cells = std::array<std::string_view, columns>;
constexpr Cells headings = {"NAME", "STATE", "WANT", "PID", "SINCE", "RESTARTS", "REASON"};

// The columns of a row.
struct TableRow {
  bool failed = false;
  Color color = Color::none;
  Cell name;
  Text<16> state{"-"}, want{"-"}, pid{"-"}, since{"-"}, restarts{"-"};
  Cell reason;

  Cells cells() const { return {name.view(), state, want, pid, since, restarts, reason.view()}; }
};

// Only what explains the state: a service that is ready needs no reason.
Cell explanation(const View& view) {
  const ServiceStatus& own = *view.own;
  if (own.oneshot && is_up(own.state)) return Cell("done");
  if (view.runit.paused) return Cell("paused");
  if (own.state == State::ready) return Cell();
  // An error says why its check cannot be executed.
  const bool unchecked = own.error != 0 && own.reason != Reason::not_stopped;
  if (own.state == State::up && own.reason != Reason::not_ready && !unchecked)
    return Cell("not ready");
  return reason_text(own, view.now);
}

// A logger that does not run although nobody has stopped it.
Cell trouble_of_log(const Snapshot& snapshot) {
  const ServiceStatus* const own = snapshot.has_log ? snapshot.log.own : nullptr;
  if (own == nullptr) return {};
  const bool is_over =
      own->state == State::down && own->reason != Reason::none && own->reason != Reason::stopped;
  if (own->state != State::failed && own->state != State::backoff && !is_over) return {};
  const Cell why = reason_text(*own, snapshot.log.now);
  return Cell("log ", word(own->state), why.empty() ? "" : ": ", why.view());
}

Color color_of(const View& view) {
  switch (state_of(view)) {
  case State::ready: return Color::good;
  case State::up: return view.own == nullptr ? Color::good : Color::odd;
  case State::backoff:
  case State::failed: return Color::bad;
  case State::down:
  case State::starting:
  case State::held:
  case State::waiting:
  case State::stopping:
  case State::finishing: return Color::none;
  }
  return Color::none;
}

void fill(TableRow& row, const Places& places, const char* name, const Snapshot& snapshot) {
  if (snapshot.probe.found != Probe::Found::supervised) {
    row.reason.append(reason_for(places, name, snapshot.probe).view());
    return;
  }
  const View& view = snapshot.main;
  row.state = Text<16>(word(state_of(view)));
  row.failed = state_of(view) == State::failed;
  row.color = color_of(view);
  row.want = Text<16>(want_of(view));
  if (view.runit.pid != 0) row.pid = Text<16>(view.runit.pid);
  row.since = Text<16>(duration_text(age(view)).view());
  if (view.own == nullptr) return;
  const uint32_t starts = view.own->starts;
  row.restarts = Text<16>(starts > 0 ? starts - 1 : 0);
  row.reason = explanation(view);
  const Cell log = trouble_of_log(snapshot);
  if (!log.empty()) row.reason.append(row.reason.empty() ? "" : "; ", log.view());
}

// The terminal that the table is for.
struct Screen {
  size_t columns = SIZE_MAX;
  bool colors = false;
};

Screen find_screen() {
  if (isatty(STDOUT_FILENO) == 0) return {};
  const auto get = [](const char* variable) {
    const char* const value = getenv(variable);
    return std::string_view(value != nullptr ? value : "");
  };
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return {known ? size.ws_col : SIZE_MAX, get("NO_COLOR").empty() && get("TERM") != "dumb"};
}

class Table {
 public:
  explicit Table(Page& page) : page_(page), screen_(find_screen()) { measure(headings); }

  void measure(const Cells& cells) {
    for (size_t column = 0; column < columns; ++column)
      widths_[column] = std::max(widths_[column], width(cells[column]));
  }
  void append(const Cells& cells, Color color = Color::none);

 private:
  void append_cell(std::string_view cell, std::string_view code);

  Page& page_;
  const Screen screen_;
  std::array<size_t, columns> widths_{};
  size_t left_ = 0;  // columns of the screen
};

void Table::append(const Cells& cells, Color color) {
  size_t owed = 0;  // blanks, which are printed only if something follows
  left_ = screen_.columns;
  for (size_t column = 0; column < columns; ++column) {
    const bool tinted = screen_.colors && column == state;
    if (!cells[column].empty()) {
      for (; owed > 0 && left_ > 0; --owed, --left_) page_.append(' ');
      append_cell(cells[column], tinted ? color_codes[static_cast<size_t>(color)] : "");
    }
    owed += widths_[column] - width(cells[column]) + 2;
  }
  page_.append('\n');
}

void Table::append_cell(std::string_view cell, std::string_view code) {
  const std::string_view shown = cut_to_width(cell, left_);
  left_ -= shown.size() < cell.size() ? left_ : width(shown);
  page_.append(code, shown, code.empty() ? code : plain_code);
}

}  // namespace

void show_table(const Places& places, std::span<char* const> names, Printer& printer) {
  static constinit Snapshot snapshot;
  const MappedArray<TableRow> rows(names.size());
  if (!rows) die_errno({"unable to allocate memory"});
  Table table(printer.page);
  for (size_t at = 0; at < names.size(); ++at) {
    TableRow& row = rows.all()[at];
    row.name = harmless(names[at]);
    const Fd service = open_service(places, names[at]);
    if (service) {
      take_snapshot(snapshot, places, names[at], service.get());
      fill(row, places, names[at], snapshot);
    } else {
      row.reason = Cell(reason_for_missing(places, names[at]).view());
    }
    table.measure(row.cells());
  }
  table.append(headings);
  for (const bool failed : {true, false})
    for (const TableRow& row : rows.all()) {
      if (row.failed != failed) continue;
      table.append(row.cells(), row.color);
      printer.make_room();
    }
  printer.flush();
}

}  // namespace stoker
