// SPDX-License-Identifier: ISC
#include "base/text_file.hh"

#include <fcntl.h>

#include <algorithm>

#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constinit char contents[TextFile::longest + 1];

}  // namespace

TextFile::TextFile(const char* path) : path_(path) {
  const Fd file = open_read(AT_FDCWD, path);
  const ssize_t size = file ? read_all(file.get(), contents) : -1;
  if (size < 0) die_errno({"unable to read ", path});
  if (static_cast<size_t>(size) > longest) die({"unable to use ", path, ": file too big"});
  text_ = rest_ = {contents, static_cast<size_t>(size)};
  if (text_.find('\0') != std::string_view::npos)
    die({"unable to use ", path, ": it contains a NUL byte"});
}

bool TextFile::next(std::string_view& line) {
  if (rest_.empty()) return false;
  ++line_;
  line = {rest_.data(), std::min(rest_.find('\n'), rest_.size())};
  rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
  return true;
}

void TextFile::die_of_line(std::string_view why) const {
  die({"unable to use ", path_, ": line ", Digits(line_), ": ", why});
}

}  // namespace stoker
