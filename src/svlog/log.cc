// SPDX-License-Identifier: ISC
// Lines of a log, one after the other.
#include "svlog/log.hh"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace stoker {

void LogReader::prepare(const char* path, const Selection& selection, size_t memory) {
  path_ = path;
  selection_ = &selection;
  since_ = selection.since;
  window_.set_capacity(memory);
  ahead_.set_capacity(memory);
}

bool LogReader::open() {
  directory_ = open_directory(AT_FDCWD, path_);
  return directory_ && old_.look(directory_.get());
}

Cursor LogReader::cursor() const {
  const uint32_t ahead = kind_ == Kind::archive ? 0 : at_.ahead + 1;
  return {at_.label, ahead, window_.offset(), {}, {}};
}

bool LogReader::next() {
  if (!directory_) return false;
  // Lines without stamps come now, if they come later.
  if (caught_up_ && !stamped_) time_ = tai_now();
  caught_up_ = false;
  for (;;) {
    if (!window_.is_open() && !open_next()) return false;
    if (next_in_file()) return true;
    if (kind_ != Kind::live || !selection_->follow) {
      end_file();
    } else if (!became_old()) {
      caught_up_ = true;
      return false;
    }
  }
}

bool LogReader::next_in_file() {
  while (take_line()) {
    if (!is_wanted()) continue;
    if (skipped_lines_ == 0) return true;
    --skipped_lines_;
  }
  return false;
}

bool LogReader::is_wanted() {
  const Tai64n& time = line_.time;
  if (since_ && (time < *since_ || (not_at_since_ && time == *since_))) return false;
  if (selection_->until && time > *selection_->until) return false;
  if (selection_->matcher != nullptr && !selection_->matcher->matches(line_.message()))
    return false;
  if (only_first_) since_.reset();
  return true;
}

bool LogReader::take_line() {
  const bool goes_on = !line_.terminated;
  const bool first = !begun_;
  if (!take_whole_line()) return false;
  begun_ = true;
  // What looks like a stamp in the middle of a line is none.
  const LineStamp stamp = goes_on && !first ? LineStamp{} : stamp_of(line_.text);
  line_.stamp_size = stamp.size;
  line_.continued = goes_on && stamp.size == 0;
  if (stamp.size > 0) {
    time_ = clock_.time_of(stamp);
    stamped_ = true;
  } else if (skips()) {
    note_last_stamp(
        {window_.taken().data(), static_cast<size_t>(line_.text.data() - window_.taken().data())});
  }
  line_.time = line_.continued && first ? time_before_ : time_;
  return true;
}

// The next line as it is, or as much of it as there is memory for, or at the end.
bool LogReader::take_whole_line() {
  if (end_ && window_.offset() >= *end_) return false;
  for (;;) {
    if (skips()) skip_to_needle();
    std::string_view text = window_.unread();
    const void* const newline = scanned_ < text.size()
                                    ? memchr(text.data() + scanned_, '\n', text.size() - scanned_)
                                    : nullptr;
    size_t size = static_cast<size_t>(static_cast<const char*>(newline) - text.data());
    if (newline == nullptr) {
      scanned_ = text.size();
      const LogWindow::Fill fill = window_.fill(&ahead_);
      if (fill == LogWindow::Fill::some) continue;
      text = window_.unread();
      const bool may_grow = kind_ == Kind::live && selection_->follow;
      if (text.empty() || (fill == LogWindow::Fill::end && may_grow)) return false;
      size = text.size();
    }
    line_.text = {text.data(), size};
    line_.terminated = newline != nullptr;
    window_.take(size + (line_.terminated ? 1 : 0));
    scanned_ = 0;
    has_needle_ = false;
    return true;
  }
}

bool LogReader::skips() const {
  return selection_->matcher != nullptr && !selection_->matcher->needle().empty();
}

// Passes over the lines that cannot match, without looking at each.
void LogReader::skip_to_needle() {
  if (has_needle_) return;
  const std::string_view text = window_.unread(), needle = selection_->matcher->needle();
  const size_t from = scanned_ > needle.size() ? scanned_ - needle.size() : 0;
  const size_t found = find_text(text, needle, from);
  has_needle_ = found != std::string_view::npos;
  const size_t end = has_needle_ ? found : text.size();
  const size_t start = behind_last_newline({text.data(), end});
  if (!has_needle_) note_last_stamp({text.data(), start});
  if (start > 0) {
    line_.terminated = true;
    begun_ = true;
  }
  window_.take(start);
  scanned_ = end - start;
}

// Lines that were passed over have stamps, too. `text` ends with a newline.
void LogReader::note_last_stamp(std::string_view text) {
  for (int lines = 0; lines < 200 && !text.empty(); ++lines) {
    const size_t start = behind_last_newline({text.data(), text.size() - 1});
    const LineStamp stamp = stamp_of({text.data() + start, text.size() - start});
    text = {text.data(), start};
    if (stamp.size == 0) continue;
    time_ = clock_.time_of(stamp);
    stamped_ = true;
    return;
  }
}

void LogReader::check_directory() {
  struct stat now {
  }, open{};
  if (stat(path_, &now) != 0) return;
  if (directory_ && fstat(directory_.get(), &open) == 0 && is_same_file(open, now)) return;
  window_.close();
  ahead_.close();
  at_ = {};
  line_ = {};
  if (!this->open()) directory_.reset();
}

}  // namespace stoker
