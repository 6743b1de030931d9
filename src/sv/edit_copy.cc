// SPDX-License-Identifier: ISC
#include "sv/edit_copy.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/digest.hh"
#include "base/directory.hh"
#include "base/function_ref.hh"
#include "client/service_handle.hh"

namespace stoker {

namespace {

bool read_parts(int file, FunctionRef<bool(std::string_view)> take) {
  char buffer[16 * 1024];
  for (ssize_t got = 0; (got = read_all(file, buffer)) != 0;)
    if (got < 0 || !take({buffer, static_cast<size_t>(got)})) return false;
  return true;
}

// Links to everything in a directory but one.
bool link_all(int from, int to, std::string_view except) {
  const PathText path = path_of(from);
  Directory entries(from, ".");
  while (const char* const name = entries ? entries.next() : nullptr)
    if (name != except && symlinkat(PathText(path, "/", name).c_str(), to, name) != 0) return false;
  return static_cast<bool>(entries) && !path.empty();
}

// Removes the links, and what an editor has left; the copy has been moved or is kept.
void empty(int directory, std::string_view except) {
  Directory entries(directory, ".");
  while (const char* const name = entries ? entries.next() : nullptr)
    if (name != except) unlinkat(directory, name, 0);
}

}  // namespace

bool copy_contents(int from, int to) {
  return read_parts(from, [to](std::string_view part) { return write_all(to, part); });
}

uint64_t digest_of(int file) {
  Digest digest;
  const auto mix = [&digest](std::string_view part) {
    digest.mix(part);
    return true;
  };
  return read_parts(file, mix) ? digest.value() : 0;
}

bool EditCopy::link_files(int service, const PathText& folder, const PathText& name) {
  if (folder.empty()) return link_all(service, directory_.get(), name);
  if (!link_all(service, directory_.get(), folder) ||
      mkdirat(directory_.get(), folder.c_str(), 0700) != 0)
    return false;
  folder_ = open_directory(directory_.get(), folder.c_str());
  const Fd there = open_directory(service, folder.c_str());
  return folder_ && there && link_all(there.get(), folder_.get(), name);
}

bool EditCopy::make(int service, const PathText& folder, const PathText& name, int original) {
  const char* const variable = getenv("TMPDIR");
  root_ = PathText(variable != nullptr && *variable == '/' ? variable : "/tmp", "/sv-edit.XXXXXX");
  if (mkdtemp(root_.data()) == nullptr) return false;
  directory_ = open_directory(AT_FDCWD, root_.c_str());
  folder_name_ = folder;
  name_ = name;
  path_ = PathText(root_, "/", folder, folder.empty() ? "" : "/", name);
  if (!directory_ || !link_files(service, folder, name)) return false;
  if (original < 0) return true;
  const Fd copy = open_fresh(AT_FDCWD, path_.c_str(), 0600);
  return copy && lseek(original, 0, SEEK_SET) == 0 && copy_contents(original, copy.get());
}

void EditCopy::leave() {
  empty(directory_.get(), folder_ ? folder_name_ : name_);
  if (folder_) empty(folder_.get(), name_);
  directory_.reset();
}

void EditCopy::remove() {
  if (!directory_) return;
  if (folder_) empty(folder_.get(), {});
  if (folder_) unlinkat(directory_.get(), folder_name_.c_str(), AT_REMOVEDIR);
  empty(directory_.get(), {});
  rmdir(root_.c_str());
}

}  // namespace stoker
