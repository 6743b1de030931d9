// SPDX-License-Identifier: ISC
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "base/mapped_array.hh"

namespace stoker {

// Where services are looked up by name: $SVDIR, or the first that exists of /service,
// /etc/service and /var/service.
const char* services_directory();

// The services in a directory, sorted by name: all directories whose names do not begin with a
// dot. Dangling symlinks are kept where an error message about them is useful.
class ServiceNames {
 public:
  enum class Dangling : uint8_t { kept, skipped };
  // Replaces what it holds. False with errno, and empty, if the directory cannot be read.
  [[nodiscard]] bool read(const char* directory, Dangling dangling = Dangling::kept);
  std::span<char* const> all() const { return {pointers_->all().data(), count_}; }
  // Drops the others.
  template <typename Keep>
  void keep_if(Keep keep) {
    size_t kept = 0;
    for (char* const name : all())
      if (keep(name)) pointers_->all()[kept++] = name;
    count_ = kept;
  }

 private:
  // Pointers into the text, which holds each name with its NUL.
  std::optional<MappedArray<char*>> pointers_;
  std::optional<MappedArray<char>> text_;
  size_t count_ = 0;
};

}  // namespace stoker
