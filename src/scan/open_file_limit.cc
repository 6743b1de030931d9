// SPDX-License-Identifier: ISC
#include "scan/open_file_limit.hh"

#include "base/child.hh"

namespace stoker {

void OpenFileLimit::raise() {
  if (getrlimit(RLIMIT_NOFILE, &original_) != 0) return;
  rlimit raised = original_;
  raised.rlim_cur = raised.rlim_max;
  raised_ = raised.rlim_cur != original_.rlim_cur && limit_open_files(raised);
}

rlimit OpenFileLimit::lower() const {
  rlimit raised{};
  if (raised_ && getrlimit(RLIMIT_NOFILE, &raised) == 0) limit_open_files(original_);
  return raised;
}

void OpenFileLimit::restore(const rlimit& raised) const {
  if (raised_) limit_open_files(raised);
}

}  // namespace stoker
