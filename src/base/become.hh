// SPDX-License-Identifier: ISC
// The child's half of spawn(), shared by its two twins.
#pragma once
#include <csignal>

#include "base/child.hh"

namespace stoker {

constexpr int exit_not_executed = 111;

// Sets this process up as the recipe says and executes the program. Returns only on failure,
// with errno, or with the negative one of entering the control group. Makes only system calls,
// since it may share the parent's memory.
int become(const Recipe& recipe);

// Blocks every signal while it lives, so that none is handled between fork and exec.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace stoker
