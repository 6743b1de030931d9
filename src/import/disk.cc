// SPDX-License-Identifier: ISC
#include "import/disk.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "base/fd.hh"

namespace stoker::importer {

std::optional<std::string> read_text(const std::string& path) {
  constexpr size_t longest = 1024 * 1024;
  const Fd file = open_read(AT_FDCWD, path.c_str());
  struct stat info {};
  if (!file || fstat(file.get(), &info) != 0) return {};
  if (S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return {};
  }
  std::string text(std::clamp<size_t>(static_cast<size_t>(info.st_size), 4096, longest), '\0');
  const ssize_t got = read_all(file.get(), {text.data(), text.size()});
  if (got < 0) return {};
  if (static_cast<size_t>(got) == longest) {
    errno = EFBIG;
    return {};
  }
  text.resize(static_cast<size_t>(got));
  return text;
}

std::vector<std::string> list_names(const std::string& path) {
  std::vector<std::string> names;
  Directory directory(AT_FDCWD, path.c_str());
  if (!directory) return names;
  while (const char* const name = directory.next()) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::string link_target(const std::string& path) {
  char target[4096];
  const ssize_t size = readlink(path.c_str(), target, sizeof target);
  return size < 0 ? std::string() : std::string(target, static_cast<size_t>(size));
}

std::string path_in(const std::string& directory, const std::string& name) {
  return directory + "/" + name;
}

std::string path_below(const std::string& root, const std::string& path) {
  std::string found, rest = path;
  for (int links = 0; !rest.empty();) {
    const size_t start = std::min(rest.find_first_not_of('/'), rest.size());
    const size_t end = std::min(rest.find('/', start), rest.size());
    const std::string name = rest.substr(start, end - start);
    rest.erase(0, end);
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      found.resize(found.empty() ? 0 : found.rfind('/'));
      continue;
    }
    const std::string target = link_target(path_in(root + found, name));
    if (target.empty()) {
      found = path_in(found, name);
      continue;
    }
    if (++links > 40) return {};
    if (target.front() == '/') found.clear();
    rest.insert(0, path_in("", target));
  }
  return root + found;
}

std::string path_from(const std::string& root, const std::string& path) {
  return path.starts_with(root + "/") ? path.substr(root.size()) : path;
}

std::optional<std::string> read_text_below(const std::string& root, const std::string& path) {
  return read_text(path_below(root, path));
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace stoker::importer
