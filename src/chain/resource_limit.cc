// SPDX-License-Identifier: ISC
#include "chain/resource_limit.hh"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

// What even root cannot exceed. Linux has no "unlimited" for open files.
rlim_t highest(Resource resource) {
  char text[32];
  const Fd file = resource == RLIMIT_NOFILE ? open_read(AT_FDCWD, "/proc/sys/fs/nr_open") : Fd();
  const ssize_t size = file ? read_all(file.get(), text) : 0;
  const std::string_view digits(text, static_cast<size_t>(std::max<ssize_t>(size, 0)));
  return parse_number<rlim_t>(trim(digits)).value_or(RLIM_INFINITY);
}

}  // namespace

bool set_resource_limit(Resource resource, struct rlimit& limit, bool lower) {
  const struct rlimit wanted = limit;
  if (setrlimit(resource, &limit) == 0) return true;
  struct rlimit present {};
  if (errno != EPERM || getrlimit(resource, &present) != 0) return false;
  for (const rlim_t most : {highest(resource), present.rlim_max}) {
    const auto permitted = [&](rlim_t value) {
      return lower || value == RLIM_INFINITY ? std::min(value, most) : value;
    };
    limit = {permitted(wanted.rlim_cur), permitted(wanted.rlim_max)};
    if (limit.rlim_cur <= limit.rlim_max && setrlimit(resource, &limit) == 0) return true;
  }
  errno = EPERM;
  return false;
}

}  // namespace stoker
