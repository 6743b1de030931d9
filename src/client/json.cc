// SPDX-License-Identifier: ISC
#include "client/json.hh"

#include <algorithm>

#include "base/json.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

// The fields of an object, each with the comma before it. If nothing is known, all values are
// null, so that the keys are listed only once.
struct Fields {
  Page& page;
  bool known = true;

  void key(std::string_view key) { page.append(",\"", key, "\":"); }
  void null(std::string_view key);
  void text(std::string_view key, std::string_view value);  // empty: null
  void flag(std::string_view key, bool value);
  void time(std::string_view key, const Tai64n& time);      // zero: null
  void list(std::string_view key, std::string_view lines);  // empty: null
  template <std::integral Number>
  void number(std::string_view key, Number value, bool has_value = true) {
    if (!known || !has_value) return null(key);
    this->key(key);
    page.append(value);
  }
};

void Fields::null(std::string_view key) {
  this->key(key);
  page.append("null");
}

void Fields::text(std::string_view key, std::string_view value) {
  if (!known || value.empty()) return null(key);
  this->key(key);
  append_json_string(page, value);
}

void Fields::flag(std::string_view key, bool value) {
  if (!known) return null(key);
  this->key(key);
  page.append(value ? "true" : "false");
}

void Fields::time(std::string_view key, const Tai64n& time) {
  text(key, time == Tai64n() ? std::string_view() : time_text(time, true).view());
}

void Fields::list(std::string_view key, std::string_view lines) {
  if (!known || lines.empty()) return null(key);
  this->key(key);
  page.append('[');
  for (bool first = true; !lines.empty(); first = false) {
    const std::string_view line(lines.data(), std::min(lines.find('\n'), lines.size()));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (!first) page.append(',');
    append_json_string(page, line);
  }
  page.append(']');
}

// How the last run ended.
void append_end(Fields& out, const ServiceStatus& own, std::string_view reason) {
  out.number("exit_code", own.exit_code, own.exit_code >= 0);
  const std::string_view name = signal_name(own.signal);
  const Cell signal = name.empty() ? Cell(own.signal) : Cell("SIG", name);
  out.text("signal", own.signal == 0 ? std::string_view() : signal.view());
  out.text("reason", reason);
}

void append_health(Fields& out, const View& view) {
  const HealthStatus health = view.health != nullptr ? *view.health : HealthStatus{};
  if (!out.known || !health.exists) return out.null("health");
  out.key("health");
  out.page.append("{\"state\":");
  append_json_string(out.page, word(health.state));
  out.number("failures", health.failures);
  const bool runs = health.last.kind == HealthResult::Kind::none;
  out.text("last", runs ? std::string_view() : result_text(health).view());
  out.time("checked", health.when);
  out.page.append('}');
}

void append_pressure(Fields out, std::string_view key, const std::optional<uint64_t>& hundredths) {
  if (!hundredths) return out.null(key);
  out.key(key);
  const uint64_t part = *hundredths % 100;
  out.page.append(*hundredths / 100, part < 10 ? ".0" : ".", part);
}

void append_optional(Fields out, std::string_view key, const std::optional<uint64_t>& value) {
  out.number(key, value.value_or(0), value.has_value());
}

void append_group(Fields out, const GroupFigures* group) {
  if (group == nullptr) return out.null("cgroup");
  out.key("cgroup");
  out.page.append("{\"path\":");
  append_json_string(out.page, group->path);
  append_optional(out, "memory", group->memory);
  append_optional(out, "memory_peak", group->memory_peak);
  append_optional(out, "memory_high", group->memory_high);
  append_optional(out, "memory_max", group->memory_max);
  append_optional(out, "swap", group->swap);
  append_optional(out, "oom_kills", group->memory_kills);
  append_optional(out, "cpu_usec", group->cpu);
  append_optional(out, "tasks", group->tasks);
  append_optional(out, "tasks_max", group->tasks_max);
  out.flag("frozen", group->frozen);
  append_pressure(out, "cpu_pressure", group->pressure.cpu);
  append_pressure(out, "memory_pressure", group->pressure.memory);
  append_pressure(out, "io_pressure", group->pressure.io);
  out.page.append('}');
}

void append_said(Fields out, const Said& said) {
  out.text("status_text", said.text);
  out.flag("reloading", said.reloading);
  out.number("status_error", said.error, said.error != 0);
  out.number("watchdog", said.watchdog / 1ms, said.watchdog != never);
  out.number("ignored_messages", said.ignored);
}

// What only a supervisor of Stoker knows.
void append_service_status(Fields& out, const ServiceStatus& own, const View& view) {
  out.flag("ready", own.state == State::ready);
  append_end(out, own, reason_of(view));
  out.list("waiting_for", view.awaited);
  out.number("starts", own.starts);
  out.number("attempt", own.attempt);
  out.time("ready_since", own.ready_since);
  out.time("next_start", own.next_start);
  out.flag("oneshot", own.oneshot);
}

// The fields that a service and its logger share, after the state.
void append_common(Fields out, const View& view) {
  out.text("want", want_of(view));
  out.number("pid", view.runit.pid, view.runit.pid != 0);
  out.time("since", view.runit.since);
  out.number("uptime", age(view));
  out.flag("paused", view.runit.paused);
  out.flag("normally_up", !view.down_file);
  out.known = out.known && view.own != nullptr;
  append_service_status(out, view.own != nullptr ? *view.own : ServiceStatus{}, view);
}

}  // namespace

void append_json_string(Page& page, std::string_view text) {
  page.append('"');
  escape_json(text, [&page](std::string_view piece) { page.append(piece); });
  page.append('"');
}

void append_json_service(Page& page, std::string_view name, const View& view, const View* log,
                         pid_t supervisor) {
  Fields out{page};
  page.append("{\"name\":");
  append_json_string(page, name);
  out.text("state", word(state_of(view)));
  append_common(out, view);
  if (log == nullptr) {
    out.null("log");
  } else {
    out.key("log");
    page.append("{\"name\":\"log\"");
    out.text("state", word(state_of(*log)));
    append_common(out, *log);
    page.append("}");
  }
  out.number("supervisor", supervisor, supervisor != 0);
  out.number("adopted", view.takeovers, view.own != nullptr);
  out.flag("masked", view.masked);
  append_health(out, view);
  out.list("listening", view.sockets);
  append_group(out, view.group);
  append_said({page, view.own != nullptr}, view.said != nullptr ? *view.said : Said());
  out.null("error");
  page.append("}");
}

void append_json_absent(Page& page, std::string_view name, std::string_view state,
                        std::string_view error) {
  Fields out{page};
  page.append("{\"name\":");
  append_json_string(page, name);
  out.text("state", state);
  append_common({page, false}, View{});
  for (const std::string_view key :
       {"log", "supervisor", "adopted", "masked", "health", "listening", "cgroup"})
    out.null(key);
  append_said({page, false}, Said());
  out.text("error", error);
  page.append("}");
}

void append_json_event(Page& page, std::string_view name, std::string_view event,
                       const View& view) {
  Fields out{page};
  page.append("{\"time\":");
  append_json_string(page, time_text(view.now, true).view());
  out.key("name");
  append_json_string(page, name);
  out.text("event", event);
  out.text("want", want_of(view));
  const bool runs = event == word(State::up) || event == word(State::ready);
  out.number("pid", view.runit.pid, runs && view.runit.pid != 0);
  const ServiceStatus own = view.own != nullptr ? *view.own : ServiceStatus{};
  append_end(out, own, reason_of(view));
  out.time("next_start", own.next_start);
  page.append("}\n");
}

}  // namespace stoker
