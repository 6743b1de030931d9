// SPDX-License-Identifier: ISC
#include "service/hint.hh"

#include <algorithm>
#include <iterator>

#include "base/parse.hh"

namespace stoker {

namespace {

constexpr std::string_view interpreter_word = "its interpreter";

constexpr std::string_view texts[] = {"",
                                      "its lines end with CR LF; save it with LF alone",
                                      "its interpreter does not exist",
                                      "its interpreter cannot be executed",
                                      "its interpreter is no program",
                                      "the program's own loader is missing",
                                      "it is a directory",
                                      "it is not executable: chmod +x",
                                      "its mode does not permit this user to execute it",
                                      "its file system is mounted noexec",
                                      "the file is empty",
                                      "a script must begin with a line like #!/bin/sh",
                                      "success-exit"};
static_assert(std::size(texts) == hint_count);

}  // namespace

Text<256> text_of(Hint hint, std::string_view interpreter) {
  std::string_view rest = texts[static_cast<size_t>(hint)];
  if (rest.empty()) return {};
  Text<256> text(" (");
  if (has_prefix(rest, interpreter_word) && !interpreter.empty()) {
    rest.remove_prefix(interpreter_word.size());
    text.append(interpreter_word, " ");
    text.append({interpreter.data(), std::min<size_t>(interpreter.size(), 150)});
  }
  text.append(rest, ")");
  return text;
}

}  // namespace stoker
