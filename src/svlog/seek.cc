// SPDX-License-Identifier: ISC
// Where in a log reading begins.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "svlog/bisect.hh"
#include "svlog/log.hh"

namespace stoker {

namespace {

// What is not worth another step of a search.
constexpr uint64_t near = 32 * 1024;
constexpr size_t sight = 16 * 1024;

// The label before: no old log is between them.
Tai64n just_before(const Tai64n& label) {
  if (label.nanoseconds > 0) return {label.seconds, label.nanoseconds - 1};
  return {label.seconds - 1, UINT32_MAX};
}

uint64_t size_of(int file) {
  struct stat facts {};
  return fstat(file, &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

// The first stamp at or behind a place in the file.
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

struct Lines {
  uint64_t count = 0;
  uint64_t offset = 0;  // where the first of them begins
};

// The last lines of a file, at most `most`. What has no newline at the end is a line, if
// `with_rest` says so.
Lines last_lines(int file, uint64_t most, bool with_rest) {
  char buffer[sight];
  Lines lines;
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

}  // namespace

void LogReader::seek_time() {
  if (!since_) return;
  for (const OldLog& old : old_.all()) {
    if (later_by(old.label, slack) >= *since_) break;
    at_.label = old.label;
  }
}

void LogReader::seek_behind(const Tai64n& time, bool with_equal) {
  since_ = time;
  not_at_since_ = !with_equal;
  only_first_ = true;
  seek_time();
}

bool LogReader::seek_cursor(const Cursor& cursor) {
  const Tai64n before = just_before(cursor.label);
  const OldLog* const old = old_.after(before);
  const bool there = old != nullptr && old->label == cursor.label;
  const bool first = cursor.ahead > 0 && cursor.label == Tai64n();
  cursor_time_ = cursor.time;
  since_.reset();
  if (!there && !first) {
    seek_behind(cursor.time, false);
    return false;
  }
  at_ = cursor.ahead > 0 ? LogPosition{cursor.label, cursor.ahead - 1} : LogPosition{before, 0};
  first_offset_ = cursor.offset;
  return true;
}

// Does a line end just before this place, or the file itself there?
bool LogReader::is_line_end(uint64_t offset) const {
  char byte = '\n';
  if (offset == 0 || offset == size_of(window_.file())) return true;
  return pread(window_.file(), &byte, 1, static_cast<off_t>(offset - 1)) == 1 && byte == '\n';
}

void LogReader::skip_to_offset(uint64_t offset) {
  if (!window_.is_packed() && !is_line_end(offset)) {
    // It is another file than it was; the time is the next best.
    seek_behind(cursor_time_, false);
    return skip_by_time();
  }
  if (!window_.is_packed()) return window_.seek(offset);
  while (window_.offset() < offset) {
    const uint64_t left = offset - window_.offset();
    window_.take(static_cast<size_t>(std::min<uint64_t>(window_.unread().size(), left)));
    if (window_.offset() < offset && window_.fill(&ahead_) == LogWindow::Fill::end) return;
  }
}

// Finds the part of the file that is worth looking at.
void LogReader::skip_by_time() {
  end_.reset();
  if (window_.is_packed()) return;
  const int file = window_.file();
  const auto look = [this, file](uint64_t place) { return look_at(file, place, clock_); };
  if (since_) window_.seek(find_time(size_of(file), *since_, near, look).low);
  if (!selection_->until || selection_->follow) return;
  end_ = find_time(size_of(file), later_by(*selection_->until, slack), near, look).high;
}

// How many lines that are wanted the file has; `most` if there are more and that is known
// without reading it all.
uint64_t LogReader::count_in_file(uint64_t most) {
  const bool all = !since_ && !selection_->until && selection_->matcher == nullptr;
  uint64_t count = 0;
  if (!all || window_.is_packed()) {
    while (next_in_file()) ++count;
    return count;
  }
  const bool may_grow = kind_ == Kind::live && selection_->follow;
  const Lines lines = last_lines(window_.file(), most, !may_grow);
  counted_offset_ = lines.offset;
  return lines.count;
}

uint64_t LogReader::seek_last(uint64_t most) {
  if (!directory_) return 0;
  const LogPosition begin = at_;
  const auto go_to = [this](const Tai64n& label) {
    window_.close();
    ahead_.close();
    line_ = {};
    at_ = {label, 0};
    done_ = false;
  };
  Tai64n label = old_.all().empty() ? begin.label : std::max(begin.label, old_.all().back().label);
  uint64_t count = 0;
  // Behind the last old log there may be two files more; all others are looked at alone.
  for (bool last = true;; last = false) {
    go_to(label);
    size_t files = 0;
    counted_offset_ = 0;
    while ((last || count < most) && open_next()) {
      const bool alone = files++ == 0 && kind_ != Kind::middle;
      count += count_in_file(alone ? most - count : UINT64_MAX);
      const bool live = kind_ == Kind::live;
      end_file();
      if (!last || live) break;
    }
    const OldLog* const before = last_until(old_.all(), just_before(label));
    if (count >= most && files == 1 && counted_offset_ > 0) first_offset_ = counted_offset_;
    if (count >= most || label <= begin.label) break;
    label = before == nullptr ? begin.label : std::max(begin.label, before->label);
  }
  go_to(label);
  skipped_lines_ = count > most ? count - most : 0;
  return std::min(count, most);
}

}  // namespace stoker
