// SPDX-License-Identifier: ISC
// By tee(2) into a pipe of our own, which costs no copy of what is in it.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <climits>

#include "base/fd.hh"
#include "supervise/last_byte.hh"

namespace stoker {

std::optional<char> last_byte_in(int pipe) {
  int left = 0;
  if (ioctl(pipe, FIONREAD, &left) != 0 || left == 0) return {};
  const Pipe copy = make_pipe();
  if (!copy) return {};
  const int size = fcntl(pipe, F_GETPIPE_SZ);
  if (size > 0) fcntl(copy.write.get(), F_SETPIPE_SZ, size);
  const ssize_t seen = tee(pipe, copy.write.get(), INT_MAX, SPLICE_F_NONBLOCK);
  // The reader may have taken something from the front since then.
  if (seen <= 0 || ioctl(pipe, FIONREAD, &left) != 0 || left > seen) return {};
  char bytes[4096];
  ssize_t got = 0;
  for (ssize_t rest = seen; rest > 0; rest -= got) {
    got = read(copy.read.get(), bytes, sizeof bytes);
    if (got <= 0) return {};
  }
  return bytes[got - 1];
}

}  // namespace stoker
