// SPDX-License-Identifier: ISC
#include "supervise/reexec.hh"

#include "base/reexec.hh"

namespace stoker {

bool ReexecDescriptors::take(std::string_view text) {
  base = inherit_descriptor(text);
  for (StateFds* const state : {&main, &log})
    for (Fd& fd : *state) fd = inherit_descriptor(text);
  readiness = inherit_descriptor(text);
  return base && main[0];
}

Text<200> reexec_text(std::span<const int, reexec_count> fds) {
  Text<200> text;
  for (const int fd : fds) text.append(fd, ' ');
  return text;
}

}  // namespace stoker
