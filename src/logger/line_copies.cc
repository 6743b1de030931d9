// SPDX-License-Identifier: ISC
#include "logger/line_copies.hh"

#include "logger/alert.hh"

namespace stoker {

void LineCopies::set_mirror(const MirrorTarget& want, std::string_view log) {
  mirror_ = want;
  label_.clear();
  label_.append('[', want.name.empty() ? log : want.name);
  label_.cut(longest_label - 2);
  label_.append("] ");
}

bool LineCopies::set_forward(std::string_view words, std::string_view log) {
  const auto target = parse_forward(words);
  forward.set_target(target, log);
  return target || words.empty();
}

const char* LineCopies::send(const LineStart& line) {
  const std::string_view end = line.clipped ? "...\n" : "\n";
  if (line.verdict.alert) alert({line.stamp, line.prefix, line.head, end});
  if (!line.verdict.selected) return nullptr;
  if (mirror_.fd >= 0) mirror(mirror_.fd, {label_, line.head, end});
  const char* const trouble = forward ? send_by_forward(line) : nullptr;
  if (trouble != nullptr || !remote) return trouble;
  return remote.send({line.stamp, line.prefix, line.head, end});
}

const char* LineCopies::send_by_forward(const LineStart& line) {
  const std::string_view end = line.clipped ? "..." : "";
  if (forward.send(line.time, {line.prefix, line.head, end})) return nullptr;
  // A line that is in the log need not be there twice.
  return logged_ ? nullptr : "warning: failure sending through syslog: ";
}

}  // namespace stoker
