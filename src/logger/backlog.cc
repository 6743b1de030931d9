// SPDX-License-Identifier: ISC
#include "logger/backlog.hh"

#include <algorithm>

namespace stoker {

void Backlog::begin(std::span<char> memory, OverflowPolicy policy, bool torn) {
  *this = Backlog();
  memory_ = memory;
  policy_ = policy;
  line_open_ = torn;
  if (torn) file_end_ = FileEnd::rest_waits;
}

bool Backlog::empty() const {
  return size_ == 0 && lost_ == 0 && file_end_ != FileEnd::rest_lost && noticed_ == notice_.size();
}

void Backlog::put(std::string_view text) {
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    const size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    put_segment({text.data(), size});
    text.remove_prefix(size);
  }
}

void Backlog::put_segment(std::string_view segment) {
  const bool ends = segment.back() == '\n';
  // Behind a gap nothing is kept until the gap has its notice.
  const bool in_gap = policy_ != OverflowPolicy::drop_old && lost_ != 0 && !line_open_;
  if (skipping_) {
    skipping_ = !ends;
  } else if (in_gap || !make_room(segment.size())) {
    drop_line_of(segment);
    skipping_ = !ends;
  } else {
    store(segment);
    line_open_ = !ends;
    open_size_ = ends ? 0 : open_size_ + segment.size();
  }
}

// What fits nowhere is lost with all that is there of the same line.
void Backlog::drop_line_of(std::string_view segment) {
  size_ -= open_size_;
  const bool begins_in_file = line_open_ && file_end_ == FileEnd::rest_waits && size_ == 0;
  if (begins_in_file) {
    file_end_ = FileEnd::rest_lost;
    ++lost_;
  } else {
    note_lost(open_size_, segment);
  }
  open_size_ = 0;
  line_open_ = false;
}

// The line's first bytes are in the ring behind what is left there, then in `rest`.
void Backlog::note_lost(size_t waiting, std::string_view rest) {
  ++lost_;
  if (policy_ != OverflowPolicy::drop_old && lost_ > 1) return;
  lost_head_.clear();
  for (size_t i = 0; i < std::min(waiting, head_size); ++i) lost_head_.append(at(size_ + i));
  lost_head_.append(rest);
}

void Backlog::store(std::string_view bytes) {
  const size_t from = (begin_ + size_) % memory_.size();
  const size_t first = std::min(bytes.size(), memory_.size() - from);
  std::copy_n(bytes.data(), first, memory_.data() + from);
  std::copy_n(bytes.data() + first, bytes.size() - first, memory_.data());
  size_ += bytes.size();
}

bool Backlog::make_room(size_t wanted) {
  if (policy_ != OverflowPolicy::drop_old) return free() >= wanted;
  // What came last cannot be kept; then nothing is that came before it.
  while (free() < wanted && size_ > open_size_) drop_front_line();
  return free() >= wanted;
}

void Backlog::drop_front_line() {
  size_t size = 1;
  while (at(size - 1) != '\n') ++size;
  if (file_end_ == FileEnd::rest_waits) {
    // A line of which the file lacks nothing but its end is not lost.
    lost_ += size > 1 ? 1 : 0;
    file_end_ = FileEnd::rest_lost;
  } else {
    ++lost_;
    lost_head_.clear();
    for (size_t i = 0; i < std::min(size, head_size); ++i) lost_head_.append(at(i));
  }
  begin_ = (begin_ + size) % memory_.size();
  size_ -= size;
}

bool Backlog::wants_notice() const {
  if (lost_ == 0 || file_end_ != FileEnd::whole || noticed_ != notice_.size()) return false;
  return policy_ == OverflowPolicy::drop_old || size_ == 0;
}

void Backlog::give_notice(const Notice& notice) {
  notice_ = notice;
  noticed_ = 0;
  lost_ = 0;
  lost_head_.clear();
}

std::string_view Backlog::front() const {
  if (file_end_ == FileEnd::rest_lost) return "\n";
  if (noticed_ != notice_.size()) return {notice_.c_str() + noticed_, notice_.size() - noticed_};
  return {memory_.data() + begin_, std::min(size_, memory_.size() - begin_)};
}

void Backlog::took(size_t count) {
  if (count == 0) return;
  if (file_end_ == FileEnd::rest_lost) {
    file_end_ = FileEnd::whole;
  } else if (noticed_ != notice_.size()) {
    noticed_ += count;
  } else {
    file_end_ = at(count - 1) != '\n' ? FileEnd::rest_waits : FileEnd::whole;
    begin_ = (begin_ + count) % memory_.size();
    size_ -= count;
    open_size_ = std::min(open_size_, size_);
  }
}

uint64_t Backlog::lines() const {
  uint64_t count = lost_;
  for (size_t place = 0; place < size_; ++place) count += at(place) == '\n';
  return count + (open_size_ != 0 ? 1 : 0);
}

}  // namespace stoker
