// SPDX-License-Identifier: ISC
#include "svlog/log_sight.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace stoker {

namespace {

constexpr size_t sight = 16 * 1024;

}  // namespace

uint64_t size_of(int file) {
  struct stat facts {};
  return fstat(file, &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

Sight look_at(int file, uint64_t place, WallClock& clock) {
  char buffer[sight];
  const uint64_t from = place > 0 ? place - 1 : 0;
  const ssize_t got = pread(file, buffer, sizeof buffer, static_cast<off_t>(from));
  std::string_view text(buffer, got > 0 ? static_cast<size_t>(got) : 0);
  if (place > 0) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const LineStamp stamp = stamp_of({text.data(), end});
    const auto line = from + static_cast<uint64_t>(text.data() - buffer);
    if (stamp.size > 0) return {line, clock.time_of(stamp)};
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

LastLines last_lines(int file, uint64_t most, bool with_rest) {
  char buffer[sight];
  LastLines lines;
  bool in_rest = true;  // behind the last newline
  for (uint64_t end = size_of(file); end > 0;) {
    const uint64_t from = end > sizeof buffer ? end - sizeof buffer : 0;
    const ssize_t got = pread(file, buffer, end - from, static_cast<off_t>(from));
    if (got != static_cast<ssize_t>(end - from)) return lines;
    for (size_t size = end - from; size > 0;) {
      const void* const found = memrchr(buffer, '\n', size);
      const size_t line =
          found == nullptr ? 0 : static_cast<size_t>(static_cast<const char*>(found) - buffer) + 1;
      // The line that begins behind this newline; the empty one at the end is none.
      if (found != nullptr && (!in_rest || (with_rest && from + line < size_of(file)))) {
        lines.offset = from + line;
        if (++lines.count == most) return lines;
      }
      in_rest = in_rest && found == nullptr;
      size = line > 0 ? line - 1 : 0;
    }
    end = from;
  }
  if (size_of(file) > 0 && (!in_rest || with_rest)) {
    lines.offset = 0;
    ++lines.count;
  }
  return lines;
}

}  // namespace stoker
