// SPDX-License-Identifier: ISC
#include "systemd/times.hh"

#include <ctime>

namespace stoker::systemd {

namespace {

// The largest unit and the one below it.
struct Unit {
  uint64_t seconds;
  std::string_view text;  // behind the number
  bool has_plural;
};
constexpr Unit units[] = {
    {31557600, " year", true}, {2629800, " month", true}, {604800, " week", true},
    {86400, " day", true},     {3600, "h", false},        {60, "min", false},
    {1, "s", false},
};

void append_part(Text<64>& text, const Unit& unit, uint64_t count) {
  text.append(text.empty() ? "" : " ", count, unit.text, unit.has_plural && count > 1 ? "s" : "");
}

}  // namespace

Text<64> stamp_text(const Tai64n& time) {
  Text<64> text;
  const auto seconds = static_cast<time_t>(time.unix_seconds());
  struct tm parts;
  if (seconds == 0 || localtime_r(&seconds, &parts) == nullptr) return text;
  char bytes[64];
  const size_t size = strftime(bytes, sizeof bytes, "%a %Y-%m-%d %H:%M:%S %Z", &parts);
  text.append(std::string_view(bytes, size));
  return text;
}

namespace {

// Its two largest units, as in "1h 5min".
Text<64> span_text(uint64_t seconds) {
  Text<64> text;
  unsigned parts = 0;
  for (const Unit& unit : units) {
    const uint64_t count = seconds / unit.seconds;
    if (count == 0) {
      if (parts > 0) break;
      continue;
    }
    append_part(text, unit, count);
    seconds -= count * unit.seconds;
    // Of many minutes, the seconds say nothing.
    if (++parts == 2 || (unit.seconds == 60 && count >= 5)) break;
  }
  if (text.empty()) text.append("0s");
  return text;
}

}  // namespace

Text<64> ago_text(uint64_t seconds) { return Text<64>(span_text(seconds), " ago"); }
Text<64> left_text(uint64_t seconds) { return Text<64>(span_text(seconds), " left"); }

}  // namespace stoker::systemd
