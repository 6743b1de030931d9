// SPDX-License-Identifier: ISC
#include "logger/source.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace stoker {

void Source::open(int fd) {
  fd_ = fd;
  tapped_ = tap_.open(fd);
}

void Source::peek(bool sparing) {
  if (ended_) return;
  if (tapped_) peek_by_tap();
  if (!tapped_) peek_by_read(sparing ? 1 : buffer_.size());
}

void Source::peek_by_tap() {
  const size_t before = begin_ == 0 ? end_ : 0;
  const ssize_t seen = tap_.peek(buffer_);
  // A sandbox may refuse the system call; what was seen is still in the pipe.
  tapped_ = seen >= 0 || errno == EAGAIN;
  begin_ = 0;
  end_ = seen > 0 ? static_cast<size_t>(seen) : 0;
  unchanged_ = end_ != 0 && end_ == before;
  ended_ = seen == 0 || (tapped_ && tap_.hung_up() && !tap_.more());
}

void Source::peek_by_read(size_t most) {
  if (begin_ > 0) memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  pollfd ready{fd_, POLLIN, 0};
  if (end_ == buffer_.size() || poll(&ready, 1, 0) != 1) return;
  const ssize_t got = read(fd_, buffer_.data() + end_, std::min(most, buffer_.size() - end_));
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) error_ = errno;
  if (got <= 0)
    ended_ = true;
  else
    end_ += static_cast<size_t>(got);
}

bool Source::full() {
  if (end_ - begin_ == buffer_.size()) return true;
  // More may have been written since the peek; only a second one that gets no further
  // proves that it cannot be seen.
  return tapped_ && unchanged_ && begin_ == 0 && tap_.more();
}

bool Source::more() {
  if (ended_ || !tapped_) return false;
  return tap_.hung_up() || tap_.more();
}

void Source::take(size_t count) {
  begin_ += count;
  // What could not be taken out was taken by another reader of the same pipe.
  if (tapped_) static_cast<void>(tap_.take(count));
}

pollfd Source::interest() const { return {tapped_ ? tap_.news() : fd_, POLLIN, 0}; }

}  // namespace stoker
