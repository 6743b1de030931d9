// SPDX-License-Identifier: ISC
#include "logger/current_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logdir/names.hh"

namespace stoker {

CurrentFile::Found CurrentFile::find() const {
  struct stat found {};
  if (fstatat(directory_.fd(), store::current, &found, 0) != 0) return {};
  return {true, found.st_size > 0 && !is_marked_safe(found), found.st_mtime};
}

bool CurrentFile::open(mode_t mode) {
  file_ = open_append(directory_.fd(), store::current, mode);
  return static_cast<bool>(file_);
}

bool CurrentFile::set_up(mode_t mode) {
  struct stat found {};
  if (fchmod(fd(), mode) != 0 || fstat(fd(), &found) != 0) return false;
  size_ = static_cast<uint64_t>(found.st_size);
  mid_line_ = false;
  return true;
}

bool CurrentFile::removed() const {
  struct stat found {};
  return fstat(fd(), &found) == 0 && found.st_nlink == 0;
}

bool CurrentFile::append(std::string_view& data) {
  const ssize_t written = ::write(fd(), data.data(), data.size());
  if (written <= 0) return false;
  mid_line_ = data[static_cast<size_t>(written) - 1] != '\n';
  size_ += static_cast<uint64_t>(written);
  data.remove_prefix(static_cast<size_t>(written));
  return true;
}

void CurrentFile::forget() {
  file_.reset();
  size_ = 0;
  mid_line_ = false;
}

}  // namespace stoker
