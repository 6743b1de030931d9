// SPDX-License-Identifier: ISC
// Environment files as systemd reads them: NAME=VALUE lines with comments, quotes,
// escapes and continued lines.
#pragma once
#include <span>
#include <string_view>

namespace stoker {

// Parses the text of a file. Values are assembled in `room`, which must be as long as the text.
class EnvFileReader {
 public:
  EnvFileReader(std::string_view text, std::span<char> room) : text_(text), room_(room) {}

  struct Entry {
    bool good = false;             // else not an assignment, to be ignored
    unsigned line = 0;             // where it begins
    std::string_view name, value;  // valid until the next one
  };
  // False at the end.
  bool next(Entry& entry);

 private:
  char take();
  void keep(char byte) { room_[filled_++] = byte; }
  void skip_comment();
  std::string_view read_name();
  void read_value();
  void read_plain();
  void read_single_quoted();
  void read_double_quoted();

  std::string_view text_;
  std::span<char> room_;
  size_t filled_ = 0;
  unsigned line_ = 1;
};

// Is it letters, digits and underscores, with no digit first?
bool is_shell_name(std::string_view name);

// Sets the variables of a file. It may be missing if its name is preceded by `-`. Ignores lines
// that are not assignments, with a warning.
void apply_env_file(const char* file);

}  // namespace stoker
