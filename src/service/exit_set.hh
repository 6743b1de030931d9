// SPDX-License-Identifier: ISC
// Ways in which a program ends, as success-exit and prevent-restart name them: exit codes, and
// signals by name. Pure.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

class ExitSet {
 public:
  void add_code(unsigned code) { codes_[code / 64] |= uint64_t{1} << code % 64; }
  void add_signal(int number) { signals_ |= uint64_t{1} << (number - 1); }
  // `code`: -1 after a signal, which is 0 otherwise.
  bool has(int code, int signal) const {
    if (signal > 0) return signal <= 64 && (signals_ >> (signal - 1) & 1U) != 0;
    return code >= 0 && code < 256 &&
           (codes_[static_cast<size_t>(code) / 64] >> code % 64 & 1U) != 0;
  }
  bool operator==(const ExitSet&) const = default;

 private:
  std::array<uint64_t, 4> codes_{};
  uint64_t signals_ = 0;
};

// Words such as `3 75 SIGUSR1`, on one or more lines. A number is an exit code. Empty if there is
// none, or one of them is neither.
std::optional<ExitSet> parse_exit_set(std::string_view text);

}  // namespace stoker
