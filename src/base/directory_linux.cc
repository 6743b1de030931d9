// SPDX-License-Identifier: ISC
// Directories by getdents64(2), which needs no heap.
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

// The kernel's record, see getdents64(2); the name follows `type`.
struct Record {
  unsigned long long inode;
  long long offset;
  unsigned short size;
  unsigned char type;
};
constexpr size_t name_offset = 19;

bool is_dots(const char* name) {
  const std::string_view text(name);
  return text == "." || text == "..";
}

}  // namespace

// An inotify descriptor would cost each process memory, and an account has few of them.
void watch_names(int directory, int signal) {
  if (fcntl(directory, F_SETSIG, signal) == 0)
    static_cast<void>(fcntl(directory, F_NOTIFY, DN_CREATE | DN_DELETE));
}

Directory::Directory(int at, const char* path) : fd_(open_directory(at, path)) {
  opened_ = static_cast<bool>(fd_);
}

Directory::~Directory() = default;

const char* Directory::next() {
  for (;;) {
    if (position_ >= filled_) {
      errno = 0;
      const long got = syscall(SYS_getdents64, fd_.get(), buffer_, sizeof buffer_);
      if (got <= 0) return nullptr;
      filled_ = static_cast<size_t>(got);
      position_ = 0;
    }
    const char* const at = buffer_ + position_;
    position_ += reinterpret_cast<const Record*>(at)->size;
    if (!is_dots(at + name_offset)) return at + name_offset;
  }
}

}  // namespace stoker
