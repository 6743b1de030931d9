// SPDX-License-Identifier: ISC
#include "svlog/output.hh"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fd.hh"
#include "base/report.hh"

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

void write_out(std::string_view text) {
  if (write_all(STDOUT_FILENO, text)) return;
  if (errno == EPIPE) _exit(0);
  die_errno({"unable to write to standard output"});
}

}  // namespace stoker
