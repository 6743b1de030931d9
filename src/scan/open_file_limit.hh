// SPDX-License-Identifier: ISC
// Two descriptors are held for each logger, so svscan takes as many as it may have. What it
// starts gets the limit that svscan was given.
#pragma once
#include <sys/resource.h>

namespace stoker {

class OpenFileLimit {
 public:
  void raise();
  // For a child; null if the child's limit is the same anyway.
  const ::rlimit* original() const { return raised_ ? &original_ : nullptr; }

  // Sets the original limit for a program that takes our place. Gives the raised one, which
  // restore() sets again if that program could not be executed.
  ::rlimit lower() const;
  void restore(const ::rlimit& raised) const;

 private:
  ::rlimit original_{};
  bool raised_ = false;
};

}  // namespace stoker
