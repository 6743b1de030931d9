// SPDX-License-Identifier: ISC
#include "supervise/reexec.hh"

#include <fcntl.h>

#include "base/parse.hh"

namespace stoker {

namespace {

Fd take_next(std::string_view& text) {
  const auto number = parse_number<int>(next_word(text));
  if (!number || *number < 3 || fcntl(*number, F_SETFD, FD_CLOEXEC) != 0) return Fd();
  return Fd(*number);
}

}  // namespace

bool ReexecDescriptors::take(std::string_view text) {
  base = take_next(text);
  for (StateFds* const state : {&main, &log})
    for (Fd& fd : *state) fd = take_next(text);
  readiness = take_next(text);
  return base && main[0];
}

Text<200> reexec_text(std::span<const int, reexec_count> fds) {
  Text<200> text;
  for (const int fd : fds) text.append(fd, ' ');
  return text;
}

void keep_open(std::span<const int> fds, bool keep) {
  for (const int fd : fds)
    if (fd >= 0) fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

}  // namespace stoker
