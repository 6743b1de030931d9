// SPDX-License-Identifier: ISC
// The console of PID 1: its messages go there, and its children have it as 0, 1 and 2.
#pragma once
#include "base/fd.hh"

namespace stoker {

// Opens something on 0, 1 and 2, even if there is no /dev yet.
void fill_standard_descriptors();

class Console {
 public:
  // To be called once /dev exists: from now on our messages go to the console. Writing never
  // blocks: a stopped terminal must not stop PID 1.
  void open();

  // For children: another open file than that of our messages. -1 if there is no console.
  int fd() const { return for_children_.get(); }

  // Resets the terminal modes to what a shell expects.
  void make_sane() const;

 private:
  Fd for_children_;
};

}  // namespace stoker
