// SPDX-License-Identifier: ISC
#include "svlog/line_scanner.hh"

#include <cstring>

#include "base/json.hh"

namespace stoker {

void LineScanner::begin_file(const Tai64n& file_time) {
  time_before_ = time_;
  time_ = file_time;
  stamped_ = begun_ = has_needle_ = false;
  scanned_ = 0;
}

bool LineScanner::take() {
  LogWindow& window = files_.window();
  const bool goes_on = !line_.terminated;
  const bool first = !begun_;
  if (!take_whole_line()) return false;
  begun_ = true;
  // A stamp in the middle of a line is part of its text.
  const LineStamp stamp = goes_on && !first ? LineStamp{} : stamp_of(line_.text);
  line_.stamp_size = stamp.size;
  line_.continued = goes_on && stamp.size == 0;
  if (stamp.size > 0) {
    time_ = clock_.time_of(stamp);
    stamped_ = true;
  } else if (skips()) {
    note_last_stamp(
        {window.taken().data(), static_cast<size_t>(line_.text.data() - window.taken().data())});
  }
  line_.time = line_.continued && first ? time_before_ : time_;
  note_cut();
  return true;
}

// A character may be in two files.
void LineScanner::note_cut() {
  line_.before = {};
  if (line_.continued) {
    before_ = cut_;
    line_.before = before_;
  }
  if (!line_.terminated) cut_ = Text<3>(unfinished_character(line_.text));
}

// The next line as it is, or as much of it as there is memory for, or at the end.
bool LineScanner::take_whole_line() {
  LogWindow& window = files_.window();
  if (end_ && window.offset() >= *end_) return false;
  for (;;) {
    if (skips()) skip_to_needle();
    std::string_view text = window.unread();
    const void* const newline = scanned_ < text.size()
                                    ? memchr(text.data() + scanned_, '\n', text.size() - scanned_)
                                    : nullptr;
    size_t size = static_cast<size_t>(static_cast<const char*>(newline) - text.data());
    if (newline == nullptr) {
      scanned_ = text.size();
      const LogWindow::Fill fill = files_.fill();
      if (fill == LogWindow::Fill::some) continue;
      text = window.unread();
      const bool may_grow = files_.may_grow();
      if (text.empty() || (fill == LogWindow::Fill::end && may_grow)) return false;
      size = text.size();
    }
    line_.text = {text.data(), size};
    line_.terminated = newline != nullptr;
    window.take(size + (line_.terminated ? 1 : 0));
    scanned_ = 0;
    has_needle_ = false;
    return true;
  }
}

bool LineScanner::skips() const {
  return selection_->matcher != nullptr && !selection_->matcher->needle().empty();
}

// Passes over the lines that cannot match, without looking at each.
void LineScanner::skip_to_needle() {
  LogWindow& window = files_.window();
  if (has_needle_) return;
  const std::string_view text = window.unread(), needle = selection_->matcher->needle();
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
  window.take(start);
  scanned_ = end - start;
}

// Lines that were passed over have stamps, too. `text` ends with a newline.
void LineScanner::note_last_stamp(std::string_view text) {
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

}  // namespace stoker
