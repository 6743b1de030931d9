// SPDX-License-Identifier: ISC
// Peeks by tee(2) into a pipe of our own, takes by splice(2) into /dev/null, or by read(2) where a
// sandbox refuses that. What is seen and left (half a line, say) would make poll(2) return at once
// for ever, so news come from epoll(7) in its edge-triggered form.
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "logger/tap.hh"

namespace stoker {

namespace {

// A pipe's size is accounted to the user even while it is empty, so quiet logs stay
// small. Our pipe never gets more than half the slots of the other one: when a peek is
// cut short and no line ends in it, the writer still has room, so there is no deadlock.
constexpr int quiet_size = 8192;
constexpr int busy_size = 65536;
constexpr int busy_source_size = 262144;

bool watch(int events, int pipe) {
  epoll_event interest{};
  interest.events = EPOLLIN | EPOLLET;
  return epoll_ctl(events, EPOLL_CTL_ADD, pipe, &interest) == 0;
}

bool has_news(int events) {
  epoll_event event{};
  return epoll_wait(events, &event, 1, 0) == 1;
}

// Some kernels of 2020 and 2021 report nothing that is written to a pipe that is not empty.
bool tells_of_every_write(const Pipe& pipe) {
  const Fd events(epoll_create1(EPOLL_CLOEXEC));
  if (!events || !watch(events.get(), pipe.read.get())) return false;
  char bytes[2] = {};
  for (const char& byte : bytes)
    if (write(pipe.write.get(), &byte, 1) != 1 || !has_news(events.get())) return false;
  return read(pipe.read.get(), bytes, sizeof bytes) == sizeof bytes;
}

// -1 where that cannot be known.
int bytes_in(int pipe) {
  int count = 0;
  return ioctl(pipe, FIONREAD, &count) == 0 ? count : -1;
}

}  // namespace

bool Tap::open(int pipe) {
  size_ = fcntl(pipe, F_GETPIPE_SZ);
  if (size_ < 0 || bytes_in(pipe) < 0) return false;
  copy_ = make_pipe();
  sink_ = open_null();
  events_ = Fd(epoll_create1(EPOLL_CLOEXEC));
  if (!copy_ || !events_ || !tells_of_every_write(copy_)) return false;
  fcntl(copy_.write.get(), F_SETPIPE_SZ, std::min(quiet_size, size_ / 2));
  // An empty tee changes nothing; it fails where the system call is missing.
  if (tee(pipe, copy_.write.get(), 0, SPLICE_F_NONBLOCK) < 0) return false;
  if (!watch(events_.get(), pipe)) return false;
  pipe_ = pipe;
  return true;
}

void Tap::grow() {
  room_ = Room::grown;
  fcntl(pipe_, F_SETPIPE_SZ, busy_source_size);
  size_ = fcntl(pipe_, F_GETPIPE_SZ);
  fcntl(copy_.write.get(), F_SETPIPE_SZ, std::min(busy_size, size_ / 2));
}

ssize_t Tap::peek(std::span<char> into) {
  epoll_event event{};
  if (epoll_wait(events_.get(), &event, 1, 0) == 1) hung_up_ |= (event.events & EPOLLHUP) != 0;
  if (room_ == Room::too_small) grow();
  ssize_t seen = tee(pipe_, copy_.write.get(), into.size(), SPLICE_F_NONBLOCK);
  if (seen > 0) seen = read_all(copy_.read.get(), into.first(static_cast<size_t>(seen)));
  seen_ = static_cast<size_t>(std::max<ssize_t>(seen, 0));
  if (room_ != Room::grown) room_ = Room::enough;
  return seen;
}

bool Tap::more() {
  const auto there = static_cast<size_t>(std::max(bytes_in(pipe_), 0));
  const bool is_more = there > seen_;
  if (room_ != Room::grown) room_ = is_more ? Room::too_small : Room::enough;
  return is_more;
}

// Takes some of these bytes. What is not there any more was taken by another reader; waiting for
// it would be waiting for lines.
ssize_t Tap::discard(size_t count) {
  if (sink_) {
    const ssize_t taken = splice(pipe_, nullptr, sink_.get(), nullptr, count, SPLICE_F_NONBLOCK);
    if (taken >= 0 || errno == EAGAIN || errno == EINTR) return taken;
    sink_.reset();
  }
  char bytes[4096];
  const auto there = static_cast<size_t>(std::max(bytes_in(pipe_), 0));
  const size_t size = std::min({count, there, sizeof bytes});
  return size != 0 ? read(pipe_, bytes, size) : 0;
}

bool Tap::take(size_t count) {
  size_t left = count;
  while (left > 0) {
    const ssize_t taken = discard(left);
    if (taken <= 0) return false;
    left -= static_cast<size_t>(taken);
  }
  seen_ -= count;
  // Any two neighbouring slots of a pipe hold more than one could, so a pipe that is
  // not half full in bytes has slots left.
  const int peak = static_cast<int>(count) + bytes_in(pipe_);
  crowded_ |= peak >= size_ / 2;
  return true;
}

}  // namespace stoker
