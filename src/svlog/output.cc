// SPDX-License-Identifier: ISC
#include "svlog/output.hh"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fd.hh"
#include "base/report.hh"
#include "svlog/matcher.hh"

namespace stoker {

void ReaderOutput::put(std::string_view text) {
  if (text.size() > buffer_.size() - used_) flush();
  if (text.size() > buffer_.size()) return write_(text);
  memcpy(buffer_.data() + used_, text.data(), text.size());
  used_ += text.size();
}

void ReaderOutput::flush() {
  if (used_ == 0) return;
  write_({buffer_.data(), used_});
  used_ = 0;
}

void put_reversed(std::string_view text, ReaderOutput& output) {
  while (!text.empty()) {
    const size_t start = behind_last_newline({text.data(), text.size() - 1});
    output.put({text.data() + start, text.size() - start});
    text = {text.data(), start};
  }
}

void write_out(std::string_view text) {
  if (write_all(STDOUT_FILENO, text)) return;
  if (errno == EPIPE) _exit(0);
  die_errno({"unable to write to standard output"});
}

}  // namespace stoker
