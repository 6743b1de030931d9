// SPDX-License-Identifier: ISC
#include "chain/expand.hh"

#include <unistd.h>

#include <algorithm>

#include "base/parse.hh"
#include "base/report.hh"

namespace stoker {

namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }

std::string_view without(std::string_view text, size_t start) {
  text.remove_prefix(start);
  return text;
}

bool is_whole_variable(std::string_view argument) {
  return has_prefix(argument, "$") && !has_prefix(argument, "${") && !has_prefix(argument, "$$");
}

}  // namespace

std::string_view Expander::value_of(std::string_view name) const {
  for (const char* const* each = environment_; *each != nullptr; ++each) {
    const std::string_view entry(*each);
    if (has_prefix(entry, name) && entry.size() > name.size() && entry[name.size()] == '=')
      return without(entry, name.size() + 1);
  }
  return {};
}

void Expander::begin() {
  if (count_ < words_.size())
    words_[count_++] = room_.data() + used_;
  else
    full_ = true;
}

void Expander::put(char byte) {
  if (used_ < room_.size())
    room_[used_++] = byte;
  else
    full_ = true;
}

void Expander::put(std::string_view text) {
  for (const char byte : text) put(byte);
}

void Expander::end() { put('\0'); }

void Expander::add_plain(std::string_view argument) {
  begin();
  put(argument);
  end();
}

void Expander::add_words(std::string_view value) {
  char quote = 0;
  bool inside = false;  // of a word, which may be empty if it is quoted
  for (size_t i = 0; i < value.size(); ++i) {
    const char byte = value[i];
    if (quote == 0 && is_blank(byte)) {
      if (inside) end();
      inside = false;
      continue;
    }
    if (!inside) begin();
    inside = true;
    if (quote == 0 ? byte == '\'' || byte == '"' : byte == quote)
      quote = quote == 0 ? byte : '\0';
    else if (byte != '\\')
      put(byte);
    else if (++i < value.size())
      put(value[i]);
  }
  if (inside) end();
}

void Expander::add(std::string_view argument) {
  if (is_whole_variable(argument)) return add_words(value_of(without(argument, 1)));
  begin();
  while (!argument.empty()) {
    const size_t size = std::min(argument.find('$'), argument.size());
    put({argument.data(), size});
    argument.remove_prefix(size);
    const size_t close = argument.find('}');
    if (has_prefix(argument, "${") && close != argument.npos) {
      put(value_of({argument.data() + 2, close - 2}));
      argument.remove_prefix(close + 1);
    } else if (!argument.empty()) {
      put('$');
      argument.remove_prefix(has_prefix(argument, "$$") ? 2 : 1);
    }
  }
  end();
}

bool Expander::finish() {
  if (count_ < words_.size())
    words_[count_] = nullptr;
  else
    full_ = true;
  return !full_;
}

char** expand_arguments(char** arguments) {
  // As much as the kernel passes to a program by default. Pages that are not used cost nothing.
  static constinit char room[2 * 1024 * 1024];
  static constinit char* words[64 * 1024];
  Expander expander(environ, room, words);
  expander.add_plain(*arguments);
  for (char** each = arguments + 1; *each != nullptr; ++each) expander.add(*each);
  if (!expander.finish()) die({"unable to expand the arguments: too long"});
  return words;
}

}  // namespace stoker
