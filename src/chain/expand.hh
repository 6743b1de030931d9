// SPDX-License-Identifier: ISC
// Variables in the arguments of a program, as systemd.service(5) has them under "Command lines":
//
//   ${NAME}      anywhere: the value, as a part of this argument
//   $NAME        as a whole argument: the words of the value, which may be none
//   $$           a dollar sign
//
// Quotes and backslashes in the value of `$NAME` are obeyed and removed. A variable that is not set
// is empty. All else, such as `a$NAME` or `${NAME` without an end, is left as it is.
#pragma once
#include <span>
#include <string_view>

namespace stoker {

class Expander {
 public:
  // Variables are those of `environment`, whose end is a null pointer. The results are stored in
  // `room`, and pointers to them in `words`.
  Expander(const char* const* environment, std::span<char> room, std::span<char*> words)
      : environment_(environment), room_(room), words_(words) {}

  // As it is.
  void add_plain(std::string_view argument);
  void add(std::string_view argument);

  // Ends the list of words by a null pointer. False if they did not fit.
  [[nodiscard]] bool finish();

 private:
  std::string_view value_of(std::string_view name) const;
  void add_words(std::string_view value);
  void begin();
  void put(char byte);
  void put(std::string_view text);
  void end();

  const char* const* environment_;
  std::span<char> room_;
  std::span<char*> words_;
  size_t used_ = 0, count_ = 0;
  bool full_ = false;
};

// The arguments with their variables expanded from this process's environment; the first one is the
// program and left as it is. Dies if they are too long. Valid until the next call.
char** expand_arguments(char** arguments);

}  // namespace stoker
