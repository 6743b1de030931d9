// SPDX-License-Identifier: ISC
#include "service/names.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "base/directory.hh"
#include "base/file.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

using Dangling = ServiceNames::Dangling;

bool is_service(int directory, const char* name, Dangling dangling) {
  if (name[0] == '.') return false;
  struct stat found;
  if (fstatat(directory, name, &found, 0) == 0) return S_ISDIR(found.st_mode);
  return dangling == Dangling::kept || (errno != ENOENT && errno != ELOOP);
}

bool before(const char* one, const char* other) {
  return std::string_view(one) < std::string_view(other);
}

constexpr const char* default_services[] = {"/service", "/etc/service", "/var/service"};

}  // namespace

const char* services_directory() {
  const char* const named = getenv(layout::variable_services);
  if (named != nullptr && *named != '\0') return named;
  for (const char* const path : default_services)
    if (exists(AT_FDCWD, path)) return path;
  return default_services[0];
}

bool ServiceNames::read(const char* path, Dangling dangling) {
  size_t names = 0, bytes = 0;
  count_ = 0;
  {
    Directory directory(AT_FDCWD, path);
    if (!directory) return false;
    while (const char* const name = directory.next()) {
      ++names;
      bytes += std::string_view(name).size() + 1;
    }
    if (errno != 0) return false;
  }
  pointers_.emplace(names);
  text_.emplace(bytes);
  if (!*pointers_ || !*text_) return false;

  // The directory may have grown in between; what does not fit is left out.
  Directory directory(AT_FDCWD, path);
  const std::span<char> text = text_->all();
  size_t used = 0;
  while (const char* const name = directory ? directory.next() : nullptr) {
    const size_t size = std::string_view(name).size() + 1;
    if (!is_service(directory.fd(), name, dangling)) continue;
    if (count_ == names || used + size > text.size()) break;
    pointers_->all()[count_++] = std::copy_n(name, size, text.data() + used) - size;
    used += size;
  }
  std::sort(pointers_->all().data(), pointers_->all().data() + count_, before);
  return true;
}

}  // namespace stoker
