// SPDX-License-Identifier: ISC
#include "sv/table.hh"

#include <array>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "client/show.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "sv/columns.hh"

namespace stoker {

namespace {

enum Column : size_t { name, state, want, pid, since, restarts, reason, columns };

using Cells = std::array<std::string_view, columns>;
constexpr Cells headings = {"NAME", "STATE", "WANT", "PID", "SINCE", "RESTARTS", "REASON"};

// The columns of a row.
struct TableRow {
  bool failed = false;
  Color color = Color::none;
  Cell name;
  Text<16> state{"-"}, want{"-"}, pid{"-"}, since{"-"}, restarts{"-"};
  Text<400> reason;

  Cells cells() const { return {name.view(), state, want, pid, since, restarts, reason.view()}; }
};

// Only what explains the state: a service that is ready needs no reason, but may say something.
Text<400> explanation(const View& view) {
  const ServiceStatus& own = *view.own;
  const bool masked = view.masked && !is_running(view);
  if (!view.hold.empty() || masked) return reason_of(view);
  const Cell ailment = ailment_of(view);
  if (!ailment.empty()) return Text<400>(ailment.view());
  if (own.oneshot && is_up(own.state)) return Text<400>("done");
  if (view.runit.paused) return Text<400>("paused");
  if (own.state == State::ready)
    return Text<400>(view.said != nullptr ? view.said->text.view() : std::string_view());
  if (own.state == State::listening && !view.sockets.empty())
    return Text<400>("on ", sockets_text(view).view());
  if (serves(own.state)) return {};
  // An error says why its check cannot be executed.
  const bool unchecked = own.error != 0 && own.reason != Reason::not_stopped;
  if (own.state == State::up && own.reason != Reason::not_ready && !unchecked)
    return Text<400>("not ready");
  return Text<400>(reason_text(own, view.now).view());
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
  case State::ready: return ailment_of(view).empty() ? Color::good : Color::bad;
  case State::listening: return Color::good;
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

}  // namespace

void show_table(const Places& places, std::span<char* const> names, Printer& printer) {
  static constinit Snapshot snapshot;
  Explainer explainer(places);
  const MappedArray<TableRow> rows(names.size());
  if (!rows) die_errno({"unable to allocate memory"});
  Columns table(printer.page, {.tinted = state});
  table.measure(headings);
  for (size_t at = 0; at < names.size(); ++at) {
    TableRow& row = rows.all()[at];
    row.name = harmless(names[at]);
    const Fd service = open_service(places, names[at]);
    if (service) {
      take_snapshot(snapshot, places, names[at], service.get());
      explain(snapshot, explainer, names[at]);
      fill(row, places, names[at], snapshot);
    } else {
      row.reason = Text<400>(reason_for_missing(places, names[at]).view());
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
