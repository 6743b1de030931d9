// SPDX-License-Identifier: ISC
#include "logger/sink.hh"

#include <algorithm>
#include <utility>

#include "base/parse.hh"
#include "logger/alert.hh"

namespace stoker {

namespace {

// What multilog shows of a line on standard error.
constexpr size_t alert_size = 200;

// Of a status file's batch. Such batches are never held up, so one is enough for all.
constinit Text<longest_stamped_head> last_line;

}  // namespace

void LogSink::set_style(const LineStyle& style, MappedMemory text, RuleSet rules) {
  old_text_ = std::exchange(text_, std::move(text));
  old_rules_ = std::exchange(rules_, std::move(rules));
  has_style_ = true;
  const bool alerts = std::any_of(style.rules.begin(), style.rules.end(),
                                  [](const SelectRule& rule) { return rule.action == 'e'; });
  const bool elsewhere = kind_ != SinkKind::directory;
  judges_ = !style.rules.empty() || remote || forward || elsewhere;
  formatter_.set_style(style);
  to_file_ = style.to_file;
  const bool copied = remote || forward || mirror_.fd >= 0;
  formatter_.set_announce(alerts || copied || elsewhere ? announce : nullptr, this);
}

void LogSink::set_mirror(const MirrorTarget& want) {
  mirror_ = want;
  label_.clear();
  label_.append('[', want.name.empty() ? base_name(store.path()) : want.name);
  label_.cut(mirror_label - 2);
  label_.append("] ");
}

bool LogSink::set_forward(std::string_view words) {
  const auto target = parse_forward(words);
  forward.set_target(target, base_name(store.path()));
  return target || words.empty();
}

const char* LogSink::announce(void* sink, const LineStart& line) {
  LogSink& self = *static_cast<LogSink*>(sink);
  if (self.kind_ != SinkKind::directory) {
    self.announce_elsewhere(line);
    return nullptr;
  }
  const std::string_view end = line.clipped ? "...\n" : "\n";
  if (line.verdict.alert) alert({line.stamp, line.prefix, line.head, end});
  if (!line.verdict.selected) return nullptr;
  if (self.mirror_.fd >= 0) mirror(self.mirror_.fd, {self.label_, line.head, end});
  const char* const trouble = self.forward ? self.send_away(line) : nullptr;
  if (trouble != nullptr || !self.remote) return trouble;
  return self.remote.send({line.stamp, line.prefix, line.head, end});
}

const char* LogSink::send_away(const LineStart& line) {
  const std::string_view end = line.clipped ? "..." : "";
  if (forward.send(line.time, {line.prefix, line.head, end})) return nullptr;
  // What is in the log anyway need not be there twice.
  return to_file_ ? nullptr : "warning: failure sending through syslog: ";
}

void LogSink::announce_elsewhere(const LineStart& line) {
  if (!line.verdict.selected) return;
  Text<longest_stamped_head> text(line.stamp, line.head);
  if (kind_ == SinkKind::status) {
    last_line = text;
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
  last_line.clear();
  formatter_.begin(batch);
  // Nothing of this goes to a file, so the output stays as it is.
  formatter_.fill(output, 0, {});
  if (!last_line.empty()) status.write(last_line);
}

// Moves the batch through the output into the file. False when the disk does not take it.
bool LogSink::pass(OutputBuffer& output) {
  for (;;) {
    if (!flush(output)) return false;
    if (filled_) return true;
    if (store.rotation_due() && !store.rotate()) return false;
    const Formatter::Stop stop = formatter_.fill(output, store.size(), store.limits());
    if (stop == Formatter::Stop::file_full) store.want_rotation();
    filled_ = formatter_.finished();
  }
}

bool LogSink::take(const Batch& batch, OutputBuffer& output) {
  if (kind_ != SinkKind::directory) show(batch, output);
  if (!store.in_use()) return true;
  if (!under_way_) {
    formatter_.begin(batch);
    under_way_ = true;
    filled_ = false;
  }
  const bool direct = !keeps_back_ || drain();
  if (direct && pass(output)) {
    // The lines are safe whether this works now or later.
    if (store.rotation_due()) static_cast<void>(store.rotate());
  } else if (!keep_back(output)) {
    return false;
  }
  under_way_ = false;
  plan_to_tell();
  return true;
}

void LogSink::plan_to_tell() {
  if (!formatter_.has_to_tell())
    tells_at_ = never;
  else if (tells_at_ == never)
    tells_at_ = now() + 1s;
}

}  // namespace stoker
