// SPDX-License-Identifier: ISC
#include "await/path_baseline.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include "base/digest.hh"
#include "base/fd.hh"
#include "base/lines.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

uint64_t look_of(const char* path) {
  struct stat facts {};
  if (stat(path, &facts) != 0) return 0;
  Digest digest;
  for (const auto number :
       {static_cast<uint64_t>(facts.st_dev), static_cast<uint64_t>(facts.st_ino),
        static_cast<uint64_t>(facts.st_size), static_cast<uint64_t>(facts.st_ctim.tv_sec),
        static_cast<uint64_t>(facts.st_ctim.tv_nsec)}) {
    digest.mix_number(number);
    digest.mix('/');
  }
  return digest.value();
}

uint64_t stamped_look(std::string_view stamp, std::string_view path, uint64_t otherwise) {
  while (!stamp.empty()) {
    std::string_view line = next_line(stamp);
    const char* const last = line.data() + std::min(line.find(' '), line.size());
    uint64_t look = 0;
    const bool valid = std::from_chars(line.data(), last, look, 16).ptr == last;
    line.remove_prefix(std::min<size_t>(static_cast<size_t>(last - line.data()) + 1, line.size()));
    if (valid && line == path) return look;
  }
  return otherwise;
}

std::string_view read_stamp(const char* file, std::span<char> room) {
  const Fd stamp = open_read(AT_FDCWD, file);
  if (!stamp && errno == ENOENT) return {};
  const ssize_t size = stamp ? read_all(stamp.get(), room) : -1;
  if (size < 0) die_errno({"unable to read ", file});
  return {room.data(), static_cast<size_t>(size)};
}

void write_stamp(const char* file, std::span<const Condition> conditions,
                 std::span<const uint64_t> looks) {
  const PathText fresh(file, ".new");
  const Fd to = open_fresh(AT_FDCWD, fresh.c_str(), 0644);
  bool written = static_cast<bool>(to);
  for (size_t at = 0; at < conditions.size() && written; ++at) {
    if (!has_baseline(conditions[at])) continue;
    char number[17];
    const auto end = std::to_chars(number, number + sizeof number, looks[at], 16).ptr;
    const std::string_view digits(number, static_cast<size_t>(end - number));
    written = write_all(to.get(), PathText(digits, " ", conditions[at].subject, "\n"));
  }
  if (!written || rename(fresh.c_str(), file) != 0) die_errno({"unable to write ", file});
}

bool has_baseline(const Condition& condition) {
  return condition.kind == ConditionKind::path_changed ||
         condition.kind == ConditionKind::path_modified;
}

}  // namespace stoker
