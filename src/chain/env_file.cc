// SPDX-License-Identifier: ISC
#include "chain/env_file.hh"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "base/text_file.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

constinit char values[TextFile::longest + 1];

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }
bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Characters that a backslash escapes in double quotes.
bool is_escapable(char byte) { return byte == '"' || byte == '\\' || byte == '`' || byte == '$'; }

}  // namespace

bool is_shell_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char byte) { return is_letter(byte) || is_digit(byte); });
}

char EnvFileReader::take() {
  const char byte = text_.front();
  text_.remove_prefix(1);
  if (byte == '\n') ++line_;
  return byte;
}

// A backslash continues comments as well.
void EnvFileReader::skip_comment() {
  while (!text_.empty()) {
    const char byte = take();
    if (byte == '\n') return;
    if (byte == '\\' && !text_.empty()) take();
  }
}

// The text up to `=`, or all of a line that has none.
std::string_view EnvFileReader::read_name() {
  const size_t size = std::min(text_.find_first_of("=\n"), text_.size());
  const std::string_view name(text_.data(), size);
  text_.remove_prefix(size);
  return trim(name);
}

void EnvFileReader::read_plain() {
  size_t end = filled_;  // without trailing blanks
  while (!text_.empty() && text_.front() != '\n') {
    char byte = take();
    const bool escaped = byte == '\\';
    if (escaped) {
      if (text_.empty()) break;
      byte = take();
      if (byte == '\n') continue;
    }
    keep(byte);
    if (escaped || !is_blank(byte)) end = filled_;
  }
  filled_ = end;
}

void EnvFileReader::read_single_quoted() {
  while (!text_.empty()) {
    const char byte = take();
    if (byte == '\'') return;
    keep(byte);
  }
}

void EnvFileReader::read_double_quoted() {
  while (!text_.empty()) {
    const char byte = take();
    if (byte == '"') return;
    if (byte != '\\' || text_.empty()) {
      keep(byte);
      continue;
    }
    const char escaped = take();
    if (escaped == '\n') continue;
    if (!is_escapable(escaped)) keep('\\');
    keep(escaped);
  }
}

// Up to the end of the line; may consist of several quoted parts.
void EnvFileReader::read_value() {
  filled_ = 0;
  while (!text_.empty() && text_.front() != '\n') {
    const char byte = text_.front();
    if (byte == '\'' || byte == '"') take();
    if (byte == '\'')
      read_single_quoted();
    else if (byte == '"')
      read_double_quoted();
    else if (is_blank(byte))
      take();
    else
      read_plain();
  }
}

bool EnvFileReader::next(Entry& entry) {
  while (!text_.empty()) {
    const char byte = text_.front();
    if (byte == '#' || byte == ';') {
      skip_comment();
    } else if (is_blank(byte) || byte == '\n') {
      take();
    } else {
      entry = {};
      entry.line = line_;
      entry.name = read_name();
      if (text_.empty() || text_.front() == '\n') return true;
      take();
      read_value();
      entry.good = is_shell_name(entry.name);
      entry.value = {room_.data(), filled_};
      return true;
    }
  }
  return false;
}

void apply_env_file(const char* file) {
  if (*file == '-' && !exists(AT_FDCWD, ++file) && errno == ENOENT) return;
  TextFile contents(file);
  EnvFileReader reader(contents.text(), values);
  for (EnvFileReader::Entry entry; reader.next(entry);) {
    const Text<512> name(entry.name);
    if (entry.good && !name.truncated())
      set_variable(name.c_str(), entry.value);
    else
      warn({file, ": line ", Digits(entry.line), " is not NAME=VALUE, ignored"});
  }
}

}  // namespace stoker
