// SPDX-License-Identifier: ISC
#include "init/mount_list.hh"

#include "base/parse.hh"

namespace stoker {

namespace {

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

// White space is escaped as a backslash and three octal digits.
void append_unescaped(PathText& path, std::string_view word) {
  while (!word.empty()) {
    const bool escaped = word.size() > 3 && word[0] == '\\' && is_octal(word[1]) &&
                         is_octal(word[2]) && is_octal(word[3]);
    if (escaped)
      path.append(static_cast<char>((word[1] - '0') * 64 + (word[2] - '0') * 8 + word[3] - '0'));
    else
      path.append(word.front());
    word.remove_prefix(escaped ? 4 : 1);
  }
}

}  // namespace

std::optional<MountLine> parse_mount(std::string_view line) {
  next_word(line);  // the source
  MountLine mount;
  append_unescaped(mount.target, next_word(line));
  mount.type.append(next_word(line));
  const bool whole = !mount.target.truncated() && !mount.type.truncated();
  if (!whole || !mount.target.view().starts_with('/') || mount.type.empty()) return {};
  return mount;
}

std::string_view take_last_line(std::string_view& lines) {
  if (lines.ends_with('\n')) lines.remove_suffix(1);
  const size_t newline = lines.rfind('\n');
  const size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  const std::string_view line(lines.data() + begin, lines.size() - begin);
  lines.remove_suffix(line.size());
  return line;
}

bool holds_no_files(std::string_view type) {
  for (const std::string_view known :
       {"proc",   "sysfs",       "devtmpfs", "devpts",     "tmpfs",    "ramfs",
        "rootfs", "cgroup2",     "cgroup",   "securityfs", "debugfs",  "tracefs",
        "pstore", "bpf",         "mqueue",   "hugetlbfs",  "configfs", "efivarfs",
        "autofs", "binfmt_misc", "fusectl",  "squashfs",   "iso9660",  "erofs"})
    if (type == known) return true;
  return false;
}

}  // namespace stoker
