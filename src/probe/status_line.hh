// SPDX-License-Identifier: ISC
// The beginning of a server's answer: "HTTP/1.1 200 OK". Pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stoker {

class StatusLine {
 public:
  enum class Found : uint8_t {
    unfinished,  // more must be read
    code,        // see code()
    not_http,
  };
  // Takes the next bytes of the answer. What follows the code is not looked at, but for answers
  // that are followed by another one (1xx). Never needs more than `most` bytes.
  Found take(std::string_view bytes);
  int code() const { return code_; }

  static constexpr size_t most = 4096;

 private:
  Found take_in_line(char byte);
  Found end_code(char byte);
  void skip(char byte);

  size_t taken_ = 0;
  int at_ = 0;  // in the line, as far as it has a form
  int code_ = 0;
  // Lines of an answer that another one follows: those that have ended with no byte in them.
  bool skips_ = false, empty_line_ = false;
};

}  // namespace stoker
