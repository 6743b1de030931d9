// SPDX-License-Identifier: ISC
// The descriptors that a supervisor keeps open for the program it becomes, and the
// environment variable that names them: numbers, -1 for what is not open.
#pragma once
#include <array>
#include <span>

#include "base/fd.hh"
#include "base/text.hh"
#include "supervise/state_directory.hh"

namespace stoker {

struct ReexecDescriptors {
  static constexpr size_t states = StateDirectory::descriptor_count;
  using StateFds = std::array<Fd, states>;

  Fd base;  // the directory that the service directory's name is relative to
  StateFds main, log;
  Fd readiness;  // read end of the notification pipe

  // Takes what the text names; false if there is too little to go on with.
  bool take(std::string_view text);
};

constexpr size_t reexec_count = 2 + 2 * ReexecDescriptors::states;

// In the order that take() reads.
Text<200> reexec_text(std::span<const int, reexec_count> fds);

}  // namespace stoker
