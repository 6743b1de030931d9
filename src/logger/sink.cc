// SPDX-License-Identifier: ISC
#include "logger/sink.hh"

#include <algorithm>
#include <utility>

#include "base/any.hh"
#include "base/parse.hh"
#include "logger/alert.hh"

namespace stoker {

namespace {

// What multilog shows of a line on standard error.
constexpr size_t alert_size = 200;

}  // namespace

std::string_view LogSink::name() const { return base_name(store.path()); }

void LogSink::set_style(const LineStyle& style, StyleMemory memory) {
  old_memory_ = std::exchange(memory_, std::move(memory));
  has_style_ = true;
  const bool alerts = any(style.rules, [](const SelectRule& rule) { return rule.action == 'e'; });
  const bool elsewhere = kind_ != SinkKind::directory;
  judges_ = !style.rules.empty() || copies.sent() || elsewhere;
  formatter_.set_style(style);
  copies.set_logged(style.to_file);
  copies.set_alerts(alerts || kind_ == SinkKind::standard_error);
  formatter_.set_announce(alerts || copies.wanted() || elsewhere ? announce : nullptr, this);
}

const char* LogSink::announce(void* sink, const LineStart& line) {
  LogSink& self = *static_cast<LogSink*>(sink);
  if (self.kind_ == SinkKind::directory) return self.copies.send(line);
  self.announce_elsewhere(line);
  return nullptr;
}

void LogSink::announce_elsewhere(const LineStart& line) {
  if (!line.verdict.selected) return;
  Text<longest_stamped_head> text(line.stamp, line.head);
  if (kind_ == SinkKind::status) {
    *last_line_ = text;
    return;
  }
  const bool clipped = text.size() > alert_size;
  text.cut(alert_size);
  alert({text, clipped ? "...\n" : "\n"});
}

bool LogSink::flush(OutputBuffer& output) {
  std::string_view pending = output.pending();
  const bool written = store.write(pending);
  if (pending.empty())
    output.begin = output.end = 0;
  else
    output.begin = output.end - pending.size();
  return written;
}

void LogSink::show(const Batch& batch, OutputBuffer& output) {
  Text<longest_stamped_head> last_line;
  last_line_ = &last_line;
  formatter_.begin(batch);
  // None of it goes to a log, so the output stays as it is.
  formatter_.fill(output, 0, {});
  last_line_ = nullptr;
  if (!last_line.empty()) status.write(last_line);
}

// Moves the batch through the output into the file. False when writing fails.
bool LogSink::pass(OutputBuffer& output) {
  for (;;) {
    if (!flush(output)) return false;
    if (progress_ == Progress::filled) return true;
    if (store.rotation_due() && !store.rotate()) return false;
    const Formatter::Stop stop = formatter_.fill(output, store.size(), store.limits());
    if (stop == Formatter::Stop::file_full) store.want_rotation();
    if (formatter_.finished()) progress_ = Progress::filled;
  }
}

bool LogSink::take(const Batch& batch, OutputBuffer& output) {
  if (kind_ != SinkKind::directory) show(batch, output);
  if (!store.in_use()) return true;
  if (progress_ == Progress::none) {
    formatter_.begin(batch);
    progress_ = Progress::under_way;
  }
  const bool direct = !overflow_.active() || overflow_.drain();
  if (direct && pass(output)) {
    // The lines are safe whether this works now or later.
    if (store.rotation_due()) static_cast<void>(store.rotate());
  } else if (!overflow_.keep(output)) {
    return false;
  }
  progress_ = Progress::none;
  plan_notice();
  return true;
}

bool LogSink::has_lost() const {
  return kind_ == SinkKind::status ? status.is_behind()
                                   : kind_ == SinkKind::standard_error && alerts_are_lost();
}

void LogSink::plan_notice() {
  if (!formatter_.notice_is_due())
    notice_at_ = never;
  else if (notice_at_ == never)
    notice_at_ = now() + 1s;
}

}  // namespace stoker
