// SPDX-License-Identifier: ISC
// Directories by readdir(3).
#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <string_view>

#include "base/directory.hh"

namespace stoker {

void watch_names(int, int) {}

Directory::Directory(int at, const char* path) : fd_(open_directory(at, path)) {
  if (!fd_) return;
  // The stream takes ownership, so it gets a duplicate.
  Fd copy(fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3));
  if (!copy) return;
  stream_ = fdopendir(copy.get());
  if (stream_ == nullptr) return;
  copy.release();
  opened_ = true;
}

Directory::~Directory() {
  if (stream_ != nullptr) closedir(static_cast<DIR*>(stream_));
}

const char* Directory::next() {
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(static_cast<DIR*>(stream_));
    if (entry == nullptr) return nullptr;
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") return entry->d_name;
  }
}

}  // namespace stoker
