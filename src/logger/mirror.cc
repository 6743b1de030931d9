// SPDX-License-Identifier: ISC
#include "logger/mirror.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/text.hh"

namespace stoker {

namespace {

// Large; only those pages take memory that have ever been used.
constexpr size_t capacity = 65536;
char buffers[2][capacity];

struct Channel {
  int fd;
  char* buffer;
  size_t begin, end;
  uint64_t lost;
};
constinit Channel channels[] = {{.fd = STDOUT_FILENO, .buffer = buffers[0]},
                                {.fd = STDERR_FILENO, .buffer = buffers[1]}};

Channel& channel_of(int fd) { return channels[fd == STDOUT_FILENO ? 0 : 1]; }

bool writable(int fd) {
  pollfd out{fd, POLLOUT, 0};
  return poll(&out, 1, 0) == 1;
}

// A pipe that poll(2) calls writable takes PIPE_BUF bytes at once, so writing never
// waits; and whole lines among them stay whole.
size_t portion(const Channel& channel) {
  const std::string_view all(channel.buffer + channel.begin, channel.end - channel.begin);
  if (all.size() <= PIPE_BUF) return all.size();
  const size_t newline = all.rfind('\n', PIPE_BUF - 1);
  return newline == std::string_view::npos ? PIPE_BUF : newline + 1;
}

void flush(Channel& channel) {
  while (channel.begin != channel.end && writable(channel.fd)) {
    const ssize_t written = write(channel.fd, channel.buffer + channel.begin, portion(channel));
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // There is no reader left.
    if (written < 0) channel.begin = channel.end;
    if (written > 0) channel.begin += static_cast<size_t>(written);
  }
  if (channel.begin == channel.end) channel.begin = channel.end = 0;
}

bool put(Channel& channel, std::initializer_list<std::string_view> parts) {
  size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  if (size > capacity - channel.end) {
    flush(channel);
    std::copy(channel.buffer + channel.begin, channel.buffer + channel.end, channel.buffer);
    channel.end -= channel.begin;
    channel.begin = 0;
  }
  if (size > capacity - channel.end) return false;
  for (const std::string_view part : parts) {
    std::copy_n(part.data(), part.size(), channel.buffer + channel.end);
    channel.end += part.size();
  }
  return true;
}

}  // namespace

void mirror(int fd, std::initializer_list<std::string_view> line) {
  Channel& channel = channel_of(fd);
  if (channel.lost != 0) {
    const Digits count(channel.lost);
    if (!put(channel, {"[log] dropped ", count, channel.lost == 1 ? " line\n" : " lines\n"})) {
      ++channel.lost;
      return;
    }
    channel.lost = 0;
  }
  if (!put(channel, line)) ++channel.lost;
}

void flush_mirrors() {
  for (Channel& channel : channels) flush(channel);
}

pollfd mirror_interest(int fd) {
  const Channel& channel = channel_of(fd);
  return {channel.begin != channel.end ? fd : -1, POLLOUT, 0};
}

void finish_mirrors(Moment end) {
  flush_mirrors();
  for (Channel& channel : channels) {
    while (channel.begin != channel.end && now() < end) {
      pollfd out{channel.fd, POLLOUT, 0};
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now());
      if (poll(&out, 1, static_cast<int>(left.count()) + 1) < 0 && errno != EINTR) return;
      flush(channel);
    }
  }
}

}  // namespace stoker
