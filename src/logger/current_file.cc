// SPDX-License-Identifier: ISC
#include "logger/current_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logdir/names.hh"

namespace stoker {

namespace {

// Behind half a line that a killed logger has left. Its successor found all of it in the pipe, and
// writes it again.
constexpr std::string_view cut_mark = " [cut off]\n";

}  // namespace

CurrentFile::Found CurrentFile::find() const {
  struct stat found {};
  if (fstatat(directory_.fd(), store::current, &found, AT_SYMLINK_NOFOLLOW) != 0)
    return Found::nothing;
  const bool ours = is_plain_file(found) && found.st_uid == geteuid();
  if (directory_.is_shared() && !ours) return Found::refused;
  const bool unclean = S_ISREG(found.st_mode) && found.st_size > 0 && !is_marked_safe(found);
  return unclean ? Found::unclean : Found::clean;
}

void CurrentFile::end_cut_line() const {
  const Fd file = open_with(directory_.fd(), store::current, O_RDWR | O_APPEND | O_NOFOLLOW);
  char last = '\n';
  // What cannot be marked stays as it is.
  if (!file || (directory_.is_shared() && !is_own_file(file.get()))) return;
  if (lseek(file.get(), -1, SEEK_END) < 0) return;
  if (read(file.get(), &last, 1) == 1 && last != '\n')
    static_cast<void>(write_all(file.get(), cut_mark));
}

bool CurrentFile::open(mode_t mode) {
  const auto open = directory_.is_shared() ? open_plain : open_append;
  file_ = open(directory_.fd(), store::current, mode);
  return static_cast<bool>(file_);
}

bool CurrentFile::set_up(mode_t mode) {
  struct stat found {};
  if (fstat(fd(), &found) != 0) return false;
  is_file_ = S_ISREG(found.st_mode);
  size_ = is_file_ ? static_cast<uint64_t>(found.st_size) : 0;
  last_written_ = found.st_mtime;
  mid_line_ = false;
  return set_mode(mode);
}

bool CurrentFile::set_mode(mode_t mode) const { return !is_file_ || fchmod(fd(), mode) == 0; }

bool CurrentFile::removed() const {
  struct stat found {};
  return fstat(fd(), &found) == 0 && found.st_nlink == 0;
}

bool CurrentFile::append(std::string_view& data) {
  const ssize_t written = ::write(fd(), data.data(), data.size());
  if (written <= 0) return false;
  mid_line_ = data[static_cast<size_t>(written) - 1] != '\n';
  if (is_file_) size_ += static_cast<uint64_t>(written);
  data.remove_prefix(static_cast<size_t>(written));
  return true;
}

void CurrentFile::forget() {
  file_.reset();
  size_ = 0;
  mid_line_ = false;
}

}  // namespace stoker
