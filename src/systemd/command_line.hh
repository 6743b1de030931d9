// SPDX-License-Identifier: ISC
// Options as getopt_long(3) of glibc takes them: anywhere among the words, long ones by any
// beginning that only one has, values joined or in the next word. The messages are the same.
#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace stoker::systemd {

enum class Takes : uint8_t { nothing, value, maybe_joined };

struct OptionRow {
  std::string_view name;  // without the dashes; empty: it has only a letter
  char letter;            // 0: it has only a name
  Takes takes;
  int id;  // what next() returns
};

class CommandLine {
 public:
  static constexpr int end = -1;
  static constexpr int mistake = -2;  // a message has been printed

  // Moves the other words to the front of `argv`, behind the program's name.
  CommandLine(std::string_view program, std::span<char*> argv, std::span<const OptionRow> rows)
      : program_(program), argv_(argv), rows_(rows) {}

  // The id of the next option, `end` or `mistake`.
  int next();
  // Of the option that next() found; null if it has none.
  const char* value() const { return value_; }
  // The word behind, if there is one: some options take it if it looks like their value.
  const char* following() const { return at_ < argv_.size() ? argv_[at_] : nullptr; }
  void take_following() { value_ = argv_[at_++]; }
  // Once there are no more options: the other words.
  std::span<char*> words() const { return argv_.subspan(1, kept_ - 1); }

 private:
  int take_long(char* word);
  int take_letter();
  int finish(const OptionRow& row, const char* joined, std::string_view shown);
  const OptionRow* find_long(std::string_view name, bool& ambiguous) const;

  std::string_view program_;
  std::span<char*> argv_;
  std::span<const OptionRow> rows_;
  size_t at_ = 1, kept_ = 1;
  const char* letters_ = nullptr;  // left of a bundle
  const char* value_ = nullptr;
  bool only_words_ = false;
};

}  // namespace stoker::systemd
