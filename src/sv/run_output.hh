// SPDX-License-Identifier: ISC
// What `sv run` prints of the log of its service: the lines without their time stamps, up to the
// mark that the script finish has put behind them. Pure.
#pragma once
#include <optional>
#include <string_view>

#include "base/function_ref.hh"
#include "base/text.hh"

namespace stoker {

// "<sv-run TOKEN>": its first byte is in no other place of it.
using RunMark = Text<64>;

// The script that prints the mark, with how the run ended.
Text<200> finish_script_of(const RunMark& mark);

class RunOutput {
 public:
  explicit RunOutput(const RunMark& mark) : mark_(mark) {}

  // Passes on what is to be printed. What follows the mark is dropped.
  void take(std::string_view bytes, FunctionRef<void(std::string_view)> print);

  // Once the mark is complete: the exit code of the run, or 128 plus the signal that killed it.
  std::optional<int> code() const { return code_; }

 private:
  enum class Part : uint8_t { stamp, message, end };

  void take_message(char byte, FunctionRef<void(std::string_view)> print);
  void take_end(char byte);

  const RunMark mark_;
  Part part_ = Part::stamp;
  size_t matched_ = 0;  // bytes of the mark
  Text<40> end_;        // what follows it
  std::optional<int> code_;
};

}  // namespace stoker
