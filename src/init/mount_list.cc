// SPDX-License-Identifier: ISC
#include "init/mount_list.hh"

#include "base/parse.hh"

namespace stoker {

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
