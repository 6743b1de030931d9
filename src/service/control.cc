// SPDX-License-Identifier: ISC
#include "service/control.hh"

#include <unistd.h>

#include <cerrno>

#include "service/layout.hh"

namespace stoker {

Fd open_ok(int state_directory) { return open_fifo_write(state_directory, layout::ok); }

Presence presence(int state_directory) {
  if (open_ok(state_directory)) return Presence::running;
  if (errno == ENXIO || errno == ENOENT) return Presence::absent;
  return Presence::unknown;
}

bool send_letters(int state_directory, std::string_view letters) {
  const Fd control = open_fifo_write(state_directory, layout::control);
  if (!control) return false;
  ssize_t written;
  do {
    written = write(control.get(), letters.data(), letters.size());
  } while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(letters.size());
}

std::optional<StatusFile> read_status(int state_directory) {
  const Fd file = open_read_plain(state_directory, layout::status);
  if (!file) return {};
  std::array<unsigned char, status_read_size> bytes;
  const ssize_t got = read_all(file.get(), {reinterpret_cast<char*>(bytes.data()), bytes.size()});
  if (got < 0) return {};
  auto status = decode(std::span(bytes).first(static_cast<size_t>(got)));
  if (!status) errno = EPROTO;
  return status;
}

std::optional<StatusFile> read_own_status(int state_directory) {
  auto status = read_status(state_directory);
  if (!status || is_at_home(*status, state_directory)) return status;
  errno = EXDEV;
  return {};
}

}  // namespace stoker
