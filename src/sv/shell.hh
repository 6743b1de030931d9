// SPDX-License-Identifier: ISC
// Reads the commands of a shell script, well enough to tell how it ends, and knows when it does
// not. Pure.
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace stoker {

// One simple command, or the beginning or end of a compound one: its words as they are written,
// without redirections, assignments before it, and reserved words such as `then`.
struct ShellCommand {
  static constexpr size_t most = 64;  // more words are left out
  std::array<std::string_view, most> room;
  size_t count = 0;
  char end = '\n';  // what follows: \n ; & | ( ), or A and O for && and ||

  std::span<const std::string_view> words() const { return {room.data(), count}; }
};

class ShellReader {
 public:
  explicit ShellReader(std::string_view text) : rest_(text) {}

  // False at the end, or where it cannot go on.
  bool next(ShellCommand& command);
  // Has it understood everything, and are there no functions?
  bool is_sure() const { return plain_ && !broken_; }

 private:
  bool take_operator(ShellCommand& command);
  bool take_redirection();
  void skip_blanks();
  std::string_view take_word();
  static size_t size_of_quoted(std::string_view text);
  bool starts(std::string_view text) const;
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }

  std::string_view rest_;
  bool plain_ = true;
  bool broken_ = false;
};

}  // namespace stoker
