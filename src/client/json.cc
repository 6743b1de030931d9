// SPDX-License-Identifier: ISC
#include "client/json.hh"

#include "base/json.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

// Fields, each with the comma before it.
void append_key(Page& page, std::string_view key) { page.append(",\"", key, "\":"); }

void append_text(Page& page, std::string_view key, std::string_view value) {
  append_key(page, key);
  if (value.empty())
    page.append("null");
  else
    append_json_string(page, value);
}

template <std::integral Number>
void append_number(Page& page, std::string_view key, Number value) {
  append_key(page, key);
  page.append(value);
}

template <std::integral Number>
void append_number_if(Page& page, std::string_view key, bool known, Number value) {
  append_key(page, key);
  if (known)
    page.append(value);
  else
    page.append("null");
}

void append_flag(Page& page, std::string_view key, bool value) {
  append_key(page, key);
  page.append(value ? "true" : "false");
}

void append_time(Page& page, std::string_view key, const Tai64n& time) {
  append_text(page, key, time == Tai64n() ? std::string_view() : time_text(time, true).view());
}

void append_null(Page& page, std::string_view key) {
  append_key(page, key);
  page.append("null");
}

// How the last run ended.
void append_end(Page& page, const ServiceStatus& record) {
  append_number_if(page, "exit_code", record.exit_code >= 0, record.exit_code);
  const std::string_view name = signal_name(record.signal);
  const Cell signal = name.empty() ? Cell(record.signal) : Cell("SIG", name);
  append_text(page, "signal", record.signal == 0 ? std::string_view() : signal.view());
  append_text(page, "reason", reason_text(record).view());
}

// What only a supervisor of our own knows.
void append_service_status(Page& page, const ServiceStatus& record) {
  append_flag(page, "ready", record.state == State::ready);
  append_end(page, record);
  append_number(page, "starts", record.starts);
  append_number(page, "attempt", record.attempt);
  append_time(page, "ready_since", record.ready_since);
  append_time(page, "next_start", record.next_start);
  append_flag(page, "oneshot", record.oneshot);
}

void append_no_service_status(Page& page) {
  for (const std::string_view key : {"ready", "exit_code", "signal", "reason", "starts", "attempt",
                                     "ready_since", "next_start", "oneshot"})
    append_null(page, key);
}

// The fields that a service and its logger share. The first one's comma is there.
void append_common(Page& page, const View& view) {
  append_text(page, "state", word(state_of(view)));
  append_text(page, "want", want_of(view));
  append_number_if(page, "pid", view.runit.pid != 0, view.runit.pid);
  append_time(page, "since", view.runit.since);
  append_number(page, "uptime", age(view));
  append_flag(page, "paused", view.runit.paused);
  append_flag(page, "normally_up", !view.down_file);
  if (view.record != nullptr)
    append_service_status(page, *view.record);
  else
    append_no_service_status(page);
}

}  // namespace

void append_json_string(Page& page, std::string_view text) {
  page.append('"');
  escape_json(text, [&page](std::string_view piece) { page.append(piece); });
  page.append('"');
}

void append_json_service(Page& page, std::string_view name, const View& view, const View* log,
                         pid_t supervisor) {
  page.append("{\"name\":");
  append_json_string(page, name);
  append_common(page, view);
  append_key(page, "log");
  if (log == nullptr) {
    page.append("null");
  } else {
    page.append("{\"name\":\"log\"");
    append_common(page, *log);
    page.append("}");
  }
  append_number_if(page, "supervisor", supervisor != 0, supervisor);
  append_number_if(page, "adopted", view.record != nullptr, view.takeovers);
  append_null(page, "error");
  page.append("}");
}

void append_json_absent(Page& page, std::string_view name, std::string_view error) {
  page.append("{\"name\":");
  append_json_string(page, name);
  append_text(page, "state", "unsupervised");
  for (const std::string_view key : {"want", "pid", "since", "uptime", "paused", "normally_up"})
    append_null(page, key);
  append_no_service_status(page);
  append_null(page, "log");
  append_null(page, "supervisor");
  append_null(page, "adopted");
  append_text(page, "error", error);
  page.append("}");
}

void append_json_event(Page& page, std::string_view name, std::string_view event,
                       const View& view) {
  page.append("{\"time\":");
  append_json_string(page, time_text(view.now, true).view());
  append_key(page, "name");
  append_json_string(page, name);
  append_text(page, "event", event);
  append_text(page, "want", want_of(view));
  const bool runs = event == word(State::up) || event == word(State::ready);
  append_number_if(page, "pid", runs && view.runit.pid != 0, view.runit.pid);
  const ServiceStatus none;
  const ServiceStatus& record = view.record != nullptr ? *view.record : none;
  append_end(page, record);
  append_time(page, "next_start", record.next_start);
  page.append("}\n");
}

}  // namespace stoker
