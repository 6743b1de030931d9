// SPDX-License-Identifier: ISC
// The console of PID 1: where its messages go, and what its children have as 0, 1 and 2.
#pragma once
#include "base/fd.hh"

namespace stoker {

// Something on 0, 1 and 2, even where there is no /dev yet. Never fails for good.
void fill_standard_descriptors();

class Console {
 public:
  // Once /dev is there: our own messages go to the console from now on. They never wait for
  // it: a terminal that has been stopped must not stop PID 1.
  void open();

  // For a child: not the open file that our own messages go through. -1 if there is none.
  int fd() const { return for_children_.get(); }

  // Lines, echo and signals as a shell expects them, whatever was done to the terminal before.
  void make_sane() const;

 private:
  Fd for_children_;
};

}  // namespace stoker
