// SPDX-License-Identifier: ISC
#include "logger/last_line_file.hh"

#include <fcntl.h>

#include <algorithm>

#include "base/fd.hh"

namespace stoker {

namespace {

constexpr size_t size = 1001;
constexpr mode_t file_mode = 0600;

}  // namespace

bool LastLineFile::make() const {
  return static_cast<bool>(open_truncate(AT_FDCWD, path_, file_mode));
}

void LastLineFile::write(std::string_view line) {
  char text[size];
  std::fill_n(text, size, '\n');
  std::copy_n(line.data(), std::min(line.size(), size - 1), text);
  const Fd file = open_truncate(AT_FDCWD, path_, file_mode);
  if (file && write_all(file.get(), {text, size}))
    complaint_.clear();
  else
    complaint_.warn_errno({"unable to write ", path_});
}

}  // namespace stoker
