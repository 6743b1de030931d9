// SPDX-License-Identifier: ISC
// What would help where a program could not be executed: the errno of execve(2) alone hides a
// missing interpreter, CR LF line ends or a noexec mount. A byte in the status file. Pure.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/text.hh"

namespace stoker {

enum class Hint : uint8_t {
  none,
  carriage_return,
  no_interpreter,
  bad_interpreter,    // may not be executed
  wrong_interpreter,  // is no program
  no_loader,
  directory,
  not_executable,  // by anybody
  not_permitted,   // to this user
  noexec_mount,
  empty,
  no_shebang,
  success,  // about no file: an end that success-exit names
};
constexpr int hint_count = 13;

// To be added behind the reason: " (it is not executable: chmod +x)", or nothing. The interpreter
// is named if it is known.
Text<256> text_of(Hint hint, std::string_view interpreter = {});

}  // namespace stoker
