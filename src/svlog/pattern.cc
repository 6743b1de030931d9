// SPDX-License-Identifier: ISC
#include "svlog/pattern.hh"

namespace stoker {

namespace {

using View = std::string_view;

constexpr View special = ".[]()*+?{}|^$\\";

bool is_special(char byte) { return special.find(byte) != View::npos; }

// Behind the bracket expression that begins at `at`.
size_t behind_brackets(View text, size_t at) {
  ++at;
  if (at < text.size() && text[at] == '^') ++at;
  if (at < text.size() && text[at] == ']') ++at;
  while (at < text.size() && text[at] != ']') {
    const char kind = text[at] == '[' && at + 1 < text.size() ? text[at + 1] : '\0';
    ++at;
    if (kind != ':' && kind != '.' && kind != '=') continue;
    // [:alpha:] has a bracket of its own.
    ++at;
    while (at + 1 < text.size() && (text[at] != kind || text[at + 1] != ']')) ++at;
    at += 2;
  }
  return at + 1;
}

size_t behind_braces(View text, size_t at) {
  const size_t end = text.find('}', at);
  return end == View::npos ? text.size() : end + 1;
}

// Behind the group that begins at `at`.
size_t behind_group(View text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    const char byte = text[at];
    if (byte == '[') {
      at = behind_brackets(text, at);
      continue;
    }
    if (byte == '\\') ++at;
    if (byte == '(') ++depth;
    ++at;
    if (byte == ')' && --depth == 0) break;
  }
  return at;
}

class Search {
 public:
  explicit Search(View text) : text_(text) {}

  Needle go() {
    bool only_text = true;
    while (at_ < text_.size()) {
      if (text_[at_] == '|') return {};
      only_text = step() && only_text;
    }
    end_run();
    best_.whole = only_text && !best_.text.empty() && !best_.text.truncated();
    return best_;
  }

 private:
  // Takes one element. False if it is more than a character that stands for itself.
  bool step() {
    char byte = text_[at_];
    if (byte == '[') return skip_to(behind_brackets(text_, at_));
    if (byte == '(') return skip_to(behind_group(text_, at_));
    if (byte == '{') return skip_to(behind_braces(text_, at_));
    const bool escaped = byte == '\\';
    if (escaped) byte = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    // `\w` and the like mean more in some C libraries.
    if (escaped ? !is_special(byte) : is_special(byte)) return skip_to(at_ + (escaped ? 2 : 1));
    at_ += escaped ? 2 : 1;
    const char behind = at_ < text_.size() ? text_[at_] : '\0';
    if (behind == '*' || behind == '?' || behind == '{') return skip_to(at_);
    run_.append(byte);
    if (behind != '+') return true;
    return skip_to(at_);
  }

  bool skip_to(size_t at) {
    end_run();
    at_ = at;
    return false;
  }

  void end_run() {
    if (run_.size() > best_.text.size()) best_.text = run_;
    run_.clear();
  }

  View text_;
  size_t at_ = 0;
  Text<255> run_;
  Needle best_;
};

}  // namespace

Needle needle_of(View expression) { return Search(expression).go(); }

}  // namespace stoker
