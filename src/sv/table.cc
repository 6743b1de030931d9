// SPDX-License-Identifier: ISC
#include "sv/table.hh"

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "client/show.hh"
#include "client/view.hh"

namespace stoker {

namespace {

enum Column : size_t { name, state, want, pid, since, restarts, reason, columns };

constexpr std::array<std::string_view, columns> headings = {"NAME",  "STATE",    "WANT",  "PID",
                                                            "SINCE", "RESTARTS", "REASON"};

// The columns of a row.
struct TableRow {
  Cell name;
  Text<16> state{"-"}, want{"-"}, pid{"-"}, since{"-"}, restarts{"-"};
  Cell reason;

  std::array<std::string_view, columns> cells() const {
    return {name.view(), state, want, pid, since, restarts, reason.view()};
  }
};

// Only what explains the state: a service that is ready needs no reason.
Cell explanation(const View& view) {
  const ServiceStatus& own = *view.own;
  if (own.oneshot && is_up(own.state)) return Cell("done");
  if (view.runit.paused) return Cell("paused");
  if (own.state == State::ready) return Cell();
  if (own.state == State::up && own.reason != Reason::not_ready) return Cell("not ready");
  return reason_text(own, view.now);
}

void fill(TableRow& row, const Snapshot& snapshot) {
  if (snapshot.probe.found != Probe::Found::supervised) {
    row.reason.append(trouble_text(snapshot.probe).view());
    return;
  }
  const View& view = snapshot.main;
  row.state = Text<16>(word(state_of(view)));
  row.want = Text<16>(want_of(view));
  if (view.runit.pid != 0) row.pid = Text<16>(view.runit.pid);
  row.since = Text<16>(duration_text(age(view)).view());
  if (view.own == nullptr) return;
  const uint32_t starts = view.own->starts;
  row.restarts = Text<16>(starts > 0 ? starts - 1 : 0);
  row.reason = explanation(view);
}

void append_row(Page& page, const std::array<std::string_view, columns>& cells,
                const std::array<size_t, columns>& widths) {
  size_t owed = 0;  // blanks, which are printed only if something follows
  for (size_t column = 0; column < columns; ++column) {
    if (!cells[column].empty()) {
      for (; owed > 0; --owed) page.append(' ');
      page.append(cells[column]);
    }
    owed += widths[column] - width(cells[column]) + 2;
  }
  page.append('\n');
}

}  // namespace

void show_table(const Places& places, std::span<char* const> names, Printer& printer) {
  static constinit Snapshot snapshot;
  const MappedArray<TableRow> rows(names.size());
  if (!rows) die_errno({"unable to allocate memory"});
  std::array<size_t, columns> widths{};
  const auto measure = [&widths](const std::array<std::string_view, columns>& cells) {
    for (size_t column = 0; column < columns; ++column)
      widths[column] = std::max(widths[column], width(cells[column]));
  };
  measure(headings);
  for (size_t at = 0; at < names.size(); ++at) {
    TableRow& row = rows.all()[at];
    row.name = harmless(names[at]);
    const Fd service = open_service(places, names[at]);
    if (service) {
      take_snapshot(snapshot, places, names[at], service.get());
      fill(row, snapshot);
    } else {
      row.reason = Cell("unable to change to service directory: ", error_text(errno));
    }
    measure(row.cells());
  }
  append_row(printer.page, headings, widths);
  for (const TableRow& row : rows.all()) {
    append_row(printer.page, row.cells(), widths);
    printer.make_room();
  }
  printer.flush();
}

}  // namespace stoker
