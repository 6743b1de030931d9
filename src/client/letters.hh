// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "base/text.hh"

namespace stoker {

// The options of svc(8) as bytes for a control FIFO: in order, each once per section. On the
// command line `+`, `L` and `l` apply to all options that follow. In the FIFO of our supervisor
// a prefix applies to one letter, so it is repeated before each.
class Letters {
 public:
  static constexpr size_t most = 31;

  enum class Added : uint8_t { fine, unknown, too_many };
  Added add(char option);

  std::string_view view() const { return text_.view(); }

 private:
  bool is_new(char option);

  Text<4 * most> text_;
  Text<most> section_;  // the options since the last `L` or `l`
  size_t count_ = 0;
  bool group_ = false, to_log_ = false, was_to_log_ = false;
};

}  // namespace stoker
