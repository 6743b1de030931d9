// SPDX-License-Identifier: ISC
#include "base/control_group.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "base/lines.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

// Deeper trees are not ours, and their parts go when their owners remove them.
constexpr int deepest = 12;

// The last lines may be cut.
template <size_t size>
std::string_view read_text(int at, const char* path, char (&buffer)[size]) {
  const Fd file = open_read(at, path);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  return got < 0 ? std::string_view() : std::string_view(buffer, static_cast<size_t>(got));
}

// Shows the lines of a file that may be long.
void meet_lines(int at, const char* path, FunctionRef<void(std::string_view)> meet) {
  char buffer[4096 + 2048];
  size_t kept = 0;
  const Fd file = open_read(at, path);
  while (file) {
    const ssize_t got = read(file.get(), buffer + kept, sizeof buffer - kept);
    if (got <= 0) return;
    std::string_view rest(buffer, kept + static_cast<size_t>(got));
    while (rest.find('\n') != std::string_view::npos) meet(next_line(rest));
    kept = rest.size() < sizeof buffer ? rest.size() : 0;
    std::copy_n(rest.data(), kept, buffer);
  }
}

// The groups below: each directory in it is one, and has a link to it.
void meet_children(int group, FunctionRef<void(int, const char*)> meet) {
  constexpr nlink_t own_links = 2;
  struct stat facts {};
  if (fstat(group, &facts) == 0 && facts.st_nlink == own_links) return;
  Directory names(group, ".");
  while (const char* const name = names ? names.next() : nullptr)
    if (const Fd child = open_directory(group, name)) meet(child.get(), name);
}

void meet_members(int group, int depth, FunctionRef<void(pid_t)> meet) {
  meet_lines(group, group_file::members, [&meet](std::string_view line) {
    // 0 is one that another namespace of processes hides.
    if (const auto pid = parse_number<pid_t>(line); pid && *pid > 0) meet(*pid);
  });
  if (depth == 0) return;
  meet_children(group,
                [depth, &meet](int child, const char*) { meet_members(child, depth - 1, meet); });
}

bool remove(int at, const char* path, int depth) {
  if (unlinkat(at, path, AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
  if (errno != EBUSY && errno != ENOTEMPTY) return false;
  const Fd group = depth > 0 ? open_directory(at, path) : Fd();
  if (!group) return false;
  meet_children(group.get(), [&group, depth](int, const char* name) {
    static_cast<void>(remove(group.get(), name, depth - 1));
  });
  return unlinkat(at, path, AT_REMOVEDIR) == 0;
}

}  // namespace

std::optional<GroupMount> parse_group_mount(std::string_view line) {
  constexpr int before_root = 3;
  for (int field = 0; field < before_root; ++field) next_word(line);
  const std::string_view root = next_word(line), target = next_word(line);
  std::string_view word = next_word(line);
  while (!word.empty() && word != "-") word = next_word(line);
  if (next_word(line) != "cgroup2") return {};
  GroupMount mount;
  append_unescaped(mount.root, root);
  append_unescaped(mount.target, target);
  return mount;
}

std::string_view parse_membership(std::string_view lines) {
  constexpr std::string_view version_2 = "0::";
  while (!lines.empty()) {
    std::string_view line = next_line(lines);
    if (!has_prefix(line, version_2)) continue;
    line.remove_prefix(version_2.size());
    return line;
  }
  return {};
}

PathText group_directory(const GroupMount& mount, std::string_view path) {
  PathText directory;
  const std::string_view root = mount.root;
  if (root != "/") {
    const bool below =
        has_prefix(path, root) && (path.size() == root.size() || path[root.size()] == '/');
    if (!below) return directory;
    path.remove_prefix(root.size());
  }
  // What is outside the namespace of groups is shown as above its root, and one that was removed
  // with a word behind it.
  if (has_prefix(path, "/..") || path.ends_with(" (deleted)")) return directory;
  directory.append(mount.target.view());
  if (path != "/") directory.append(path);
  return directory;
}

std::optional<uint64_t> group_value(std::string_view lines, std::string_view key) {
  while (!lines.empty()) {
    std::string_view line = next_line(lines);
    if (next_word(line) == key) return parse_number<uint64_t>(next_word(line));
  }
  return {};
}

PathText control_group_of(pid_t pid) {
  constexpr std::string_view usual = "/sys/fs/cgroup";
  char buffer[4096];
  const Digits number(pid);
  const std::string_view whose = pid == 0 ? std::string_view("self") : number.view();
  const std::string_view path =
      parse_membership(read_text(AT_FDCWD, Text<64>("/proc/", whose, "/cgroup").c_str(), buffer));
  PathText found;
  if (!path.empty())
    meet_lines(AT_FDCWD, "/proc/self/mountinfo", [path, &found, usual](std::string_view line) {
      const auto mount = parse_group_mount(line);
      if (!mount || (!found.empty() && mount->target.view() != usual)) return;
      const PathText directory = group_directory(*mount, path);
      if (!directory.empty() && !directory.truncated()) found = directory;
    });
  if (found.empty()) errno = ENOSYS;
  return found;
}

std::optional<GroupText> read_group_file(int group, const char* name) {
  char buffer[2000];
  const Fd file = open_read(group, name);
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  if (got < 0) return {};
  return GroupText(std::string_view(buffer, static_cast<size_t>(got)));
}

bool write_group_file(int group, const char* name, std::string_view value) {
  const Fd file = open_write(group, name);
  return file && write(file.get(), value.data(), value.size()) >= 0;
}

void meet_group_members(int group, bool deep, FunctionRef<void(pid_t)> meet) {
  meet_members(group, deep ? deepest : 0, meet);
}

bool is_group_populated(int events) {
  char text[200];
  const ssize_t got = pread(events, text, sizeof text, 0);
  // One that was removed has nobody in it.
  if (got <= 0) return false;
  return group_value({text, static_cast<size_t>(got)}, "populated").value_or(0) != 0;
}

bool kill_group(int group) { return write_group_file(group, group_file::kill, "1"); }

bool enter_group(int group, pid_t pid) {
  return write_group_file(group, group_file::members, Digits(pid));
}

bool remove_group(int at, const char* path) { return remove(at, path, deepest); }

}  // namespace stoker
