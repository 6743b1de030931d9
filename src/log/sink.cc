// SPDX-License-Identifier: ISC
#include "log/sink.hh"

#include <algorithm>
#include <utility>

#include "log/alert.hh"

namespace stoker {

void LogSink::set_style(const LineStyle& style, Pages text, Pages rules) {
  old_text_ = std::exchange(text_, std::move(text));
  old_rules_ = std::exchange(rules_, std::move(rules));
  has_style_ = true;
  formatter_.set_style(style);
  const bool alerts = std::any_of(style.rules.begin(), style.rules.end(),
                                  [](const SelectRule& rule) { return rule.action == 'e'; });
  judges_ = !style.rules.empty() || remote;
  formatter_.set_announce(alerts || remote ? announce : nullptr, this);
}

const char* LogSink::announce(void* sink, const LineStart& line) {
  const std::string_view end = line.clipped ? "...\n" : "\n";
  if (line.verdict.alert) alert({line.stamp, line.prefix, line.head, end});
  Remote& remote = static_cast<LogSink*>(sink)->remote;
  if (!line.verdict.selected || !remote) return nullptr;
  return remote.send({line.stamp, line.prefix, line.head, end});
}

bool LogSink::flush(Output& output) {
  std::string_view pending = output.pending();
  const bool written = store.write(pending);
  if (pending.empty())
    output.begin = output.end = 0;
  else
    output.begin = output.end - pending.size();
  return written;
}

bool LogSink::take(const Batch& batch, Output& output) {
  if (!store.in_use()) return true;
  if (!under_way_) {
    formatter_.begin(batch);
    under_way_ = true;
    filled_ = false;
  }
  for (;;) {
    if (!flush(output)) return false;
    if (filled_) break;
    if (store.rotation_due() && !store.rotate()) return false;
    const Formatter::Stop stop = formatter_.fill(output, store.size(), store.limits());
    if (stop == Formatter::Stop::file_full) store.want_rotation();
    filled_ = formatter_.finished();
  }
  under_way_ = false;
  // The lines are safe whether this works now or later.
  if (store.rotation_due()) static_cast<void>(store.rotate());
  return true;
}

}  // namespace stoker
