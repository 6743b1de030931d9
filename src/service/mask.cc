// SPDX-License-Identifier: ISC
#include "service/mask.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/fd.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// What follows the mask says what `unmask` leaves.
constexpr std::string_view mask_line = "masked\n", was_down = "masked\ndown\n";
constexpr char fresh[] = ".down";

enum class Down : uint8_t { absent, plain, masked, masked_and_down };

Down read_down(int service) {
  char bytes[16];
  const Fd file = open_read_plain(service, layout::down);
  if (!file) return is_name_taken(service, layout::down) ? Down::plain : Down::absent;
  const ssize_t got = read_all(file.get(), bytes);
  const std::string_view text(bytes, got > 0 ? static_cast<size_t>(got) : 0);
  if (has_prefix(text, was_down)) return Down::masked_and_down;
  return has_prefix(text, mask_line) || text == "masked" ? Down::masked : Down::plain;
}

bool write_down(int service, std::string_view text) {
  {
    const Fd file = open_fresh(service, fresh, layout::file_mode);
    if (!file) return false;
    if (write_all(file.get(), text) && renameat(service, fresh, service, layout::down) == 0)
      return true;
  }
  const int error = errno;
  unlinkat(service, fresh, 0);
  errno = error;
  return false;
}

}  // namespace

bool is_masked(int service) { return read_down(service) >= Down::masked; }

bool mask_service(int service) {
  const Down down = read_down(service);
  return down >= Down::masked || write_down(service, down == Down::absent ? mask_line : was_down);
}

bool unmask_service(int service) {
  const Down down = read_down(service);
  if (down == Down::masked_and_down) return write_down(service, "");
  return down != Down::masked || unlinkat(service, layout::down, 0) == 0 || errno == ENOENT;
}

}  // namespace stoker
