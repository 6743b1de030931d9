// SPDX-License-Identifier: ISC
#include "logger/last_line_file.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/shared_directory.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constexpr size_t size = 1001;
constexpr mode_t file_mode = 0600;

}  // namespace

// Empty. Where others can write to its directory, it is a file of our own, or removed to make way
// for one.
Fd LastLineFile::open() {
  const size_t name_at = std::string_view(path_).rfind('/') + 1;  // 0 without a slash
  const char* const name = path_ + name_at;
  const PathText parent(name_at != 0 ? std::string_view(path_, name_at) : ".");
  const Fd directory = open_directory_safely(parent.c_str());
  struct stat facts {};
  if (!directory || fstat(directory.get(), &facts) != 0) return {};
  if (!others_can_write(facts)) return open_truncate(directory.get(), name, file_mode);
  Fd file = open_plain(directory.get(), name, file_mode);
  if (file && is_own_file(file.get()) && ftruncate(file.get(), 0) == 0) return file;
  if (unlinkat(directory.get(), name, 0) != 0) return {};
  refusal_.warn({"not following ", path_, shared_reason});
  return open_plain(directory.get(), name, file_mode);
}

void LastLineFile::write(std::string_view line) {
  char text[size];
  std::fill_n(text, size, '\n');
  std::copy_n(line.data(), std::min(line.size(), size - 1), text);
  const Fd file = open();
  behind_ = !file || !write_all(file.get(), {text, size});
  if (!behind_)
    complaint_.clear();
  else
    complaint_.warn_errno({"unable to write ", path_});
}

}  // namespace stoker
