// SPDX-License-Identifier: ISC
#include "svlog/log_reader.hh"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "svlog/log_sight.hh"

namespace stoker {

namespace {

// What is not worth another step of a search.
constexpr uint64_t near = 32 * 1024;

// The label before: no old log is between them.
Tai64n just_before(const Tai64n& label) {
  if (label.nanoseconds > 0) return {label.seconds, label.nanoseconds - 1};
  return {label.seconds - 1, UINT32_MAX};
}

}  // namespace

void LogReader::prepare(const char* path, const Selection& selection, size_t memory) {
  selection_ = &selection;
  since_ = selection.since;
  files_.prepare(path, selection, memory);
  lines_.prepare(selection);
}

Cursor LogReader::cursor() const {
  const LogPosition& at = files_.position();
  const uint32_t ahead = files_.kind() == LogSequence::Kind::archive ? 0 : at.ahead + 1;
  return {at.label, ahead, files_.window().offset(), {}, {}};
}

bool LogReader::next() {
  if (!is_open()) return false;
  if (caught_up_) lines_.wait_for_lines();
  caught_up_ = false;
  for (;;) {
    if (!files_.window().is_open() && !open_next()) return false;
    if (next_in_file()) return true;
    if (!files_.may_grow()) {
      files_.end_file();
    } else if (!became_old()) {
      caught_up_ = true;
      return false;
    }
  }
}

bool LogReader::open_next() {
  if (!files_.open_next()) return false;
  lines_.begin_file(files_.file_time());
  if (first_offset_)
    skip_to_offset(*std::exchange(first_offset_, std::nullopt));
  else
    skip_by_time();
  return true;
}

bool LogReader::became_old() {
  bool cut_short = false;
  const bool old = files_.became_old(cut_short);
  if (cut_short) lines_.restart_file();
  return old;
}

bool LogReader::next_in_file() {
  while (lines_.take()) {
    if (!is_wanted()) continue;
    if (skipped_lines_ == 0) return true;
    --skipped_lines_;
  }
  return false;
}

// The rest of a line that was split has the priority of its beginning.
bool LogReader::has_priority(const LogLine& line) {
  if (!selection_->priorities) return true;
  if (!line.continued) priority_ = entry_of(line.message(), {}).priority;
  return selection_->priorities->has(priority_);
}

bool LogReader::is_wanted() {
  const LogLine& line = lines_.line();
  const Tai64n& time = line.time;
  if (since_ && (time < *since_ || (not_at_since_ && time == *since_))) return false;
  if (selection_->until && time > *selection_->until) return false;
  if (!has_priority(line)) return false;
  if (selection_->matcher != nullptr && !selection_->matcher->matches(line.message())) return false;
  if (only_first_) since_.reset();
  return true;
}

void LogReader::seek_time() {
  if (!since_) return;
  for (const OldLog& old : files_.old().all()) {
    if (later_by(old.label, slack) >= *since_) break;
    files_.set_label(old.label);
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
  const OldLog* const old = files_.old().after(before);
  const bool there = old != nullptr && old->label == cursor.label;
  const bool first = cursor.ahead > 0 && cursor.label == Tai64n();
  cursor_time_ = cursor.time;
  since_.reset();
  if (!there && !first) {
    seek_behind(cursor.time, false);
    return false;
  }
  files_.go_to(cursor.ahead > 0 ? LogPosition{cursor.label, cursor.ahead - 1}
                                : LogPosition{before, 0});
  first_offset_ = cursor.offset;
  return true;
}

// Does a line end just before this place, or the file itself there?
bool LogReader::is_line_end(uint64_t offset) const {
  char byte = '\n';
  if (offset == 0 || offset == size_of(files_.window().file())) return true;
  return pread(files_.window().file(), &byte, 1, static_cast<off_t>(offset - 1)) == 1 &&
         byte == '\n';
}

void LogReader::skip_to_offset(uint64_t offset) {
  if (!files_.window().is_packed() && !is_line_end(offset)) {
    // It is another file than it was; the time is the next best.
    seek_behind(cursor_time_, false);
    return skip_by_time();
  }
  if (!files_.window().is_packed()) return files_.window().seek(offset);
  while (files_.window().offset() < offset) {
    const uint64_t left = offset - files_.window().offset();
    files_.window().take(
        static_cast<size_t>(std::min<uint64_t>(files_.window().unread().size(), left)));
    if (files_.window().offset() < offset && files_.fill() == LogWindow::Fill::end) return;
  }
}

// Finds the part of the file that is worth looking at.
void LogReader::skip_by_time() {
  lines_.set_end({});
  if (files_.window().is_packed()) return;
  const int file = files_.window().file();
  const auto look = [this, file](uint64_t place) { return look_at(file, place, lines_.clock()); };
  if (since_) files_.window().seek(find_time(size_of(file), *since_, near, look).low);
  if (!selection_->until || selection_->follow) return;
  const Tai64n end = later_by(*selection_->until, slack);
  lines_.set_end(find_time(size_of(file), end, near, look).high);
}

// How many lines that are wanted the file has; `most` if there are more and that is known
// without reading it all.
uint64_t LogReader::count_in_file(uint64_t most) {
  const bool all =
      !since_ && !selection_->until && !selection_->priorities && selection_->matcher == nullptr;
  uint64_t count = 0;
  if (!all || files_.window().is_packed()) {
    while (next_in_file()) ++count;
    return count;
  }
  const LastLines lines = last_lines(files_.window().file(), most, !files_.may_grow());
  counted_offset_ = lines.offset;
  return lines.count;
}

uint64_t LogReader::seek_last(uint64_t most) {
  if (!is_open()) return 0;
  const LogPosition begin = files_.position();
  const auto go_to = [this](const Tai64n& label) {
    files_.go_to({label, 0});
    lines_.forget_line();
  };
  Tai64n label = files_.old().all().empty()
                     ? begin.label
                     : std::max(begin.label, files_.old().all().back().label);
  uint64_t count = 0;
  // Behind the last old log there may be two files more; all others are looked at alone.
  for (bool last = true;; last = false) {
    go_to(label);
    size_t files = 0;
    counted_offset_ = 0;
    while ((last || count < most) && open_next()) {
      const bool alone = files++ == 0 && files_.kind() != LogSequence::Kind::middle;
      count += count_in_file(alone ? most - count : UINT64_MAX);
      const bool live = files_.kind() == LogSequence::Kind::live;
      files_.end_file();
      if (!last || live) break;
    }
    const OldLog* const before = last_until(files_.old().all(), just_before(label));
    if (count >= most && files == 1 && counted_offset_ > 0) first_offset_ = counted_offset_;
    if (count >= most || label <= begin.label) break;
    label = before == nullptr ? begin.label : std::max(begin.label, before->label);
  }
  go_to(label);
  skipped_lines_ = count > most ? count - most : 0;
  return std::min(count, most);
}

void LogReader::check_directory() {
  if (!files_.is_replaced()) return;
  lines_.forget_line();
  files_.reopen();
}

}  // namespace stoker
