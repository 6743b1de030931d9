// SPDX-License-Identifier: ISC
// System calls by their names and by the names of systemd's groups of them.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace stoker {

class CallSet {
 public:
  static constexpr unsigned most = 8192;
  void add(unsigned call) {
    if (call < most) words_[call / 64] |= uint64_t{1} << call % 64;
  }
  void remove(const CallSet& others) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= ~others.words_[i];
  }
  void add(const CallSet& others) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] |= others.words_[i];
  }
  bool has(unsigned call) const { return call < most && (words_[call / 64] >> call % 64 & 1) != 0; }

 private:
  std::array<uint64_t, most / 64> words_ = {};
};

// `read` or `@file-system`. False if the name is unknown; a call that only other
// architectures have is valid, and adds nothing.
bool add_named_calls(CallSet& set, std::string_view name);

}  // namespace stoker
