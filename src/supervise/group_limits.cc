// SPDX-License-Identifier: ISC
#include "supervise/group_limits.hh"

#include <algorithm>
#include <cerrno>

#include "base/control_group.hh"
#include "base/directory.hh"
#include "base/parse.hh"
#include "service/control_group.hh"
#include "service/layout.hh"

namespace stoker {

int GroupLimits::apply() {
  Directory files(directory_, layout::cgroup);
  if (!files && errno != ENOENT) fail({"unable to read ", layout::cgroup, ": ", error_text(errno)});
  while (const char* const name = files ? files.next() : nullptr)
    if (is_group_setting(name))
      apply(name);
    else if (name[0] != '.' && std::string_view(name) != layout::cgroup_required) {
      errno = EINVAL;
      fail({"unable to use ", layout::cgroup, "/", name, ": that is no setting of a group"});
    }
  for (size_t at = faults_; at < complaints_.size(); ++at) complaints_[at].clear();
  return error_;
}

void GroupLimits::apply(const char* name) {
  const PathText path(layout::cgroup, "/", name);
  char text[2000];
  const Fd file = open_read(directory_, path.c_str());
  const ssize_t got = file ? read_all(file.get(), text) : -1;
  if (got < 0) return fail({"unable to read ", path, ": ", error_text(errno)});
  if (write(name, {text, static_cast<size_t>(got)})) return;
  const int error = errno;
  const Text<64> other = error == EBUSY ? foreign_member(tree_) : Text<64>();
  errno = error;
  fail({"unable to set ", path, ": ", group_error_text(error), other.empty() ? "" : ": ", other,
        other.empty() ? "" : " is in ", other.empty() ? std::string_view() : tree_.outer.view(),
        group_remedy(error)});
}

// The kernel takes one device at a time.
bool GroupLimits::write(const char* name, std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = trim({lines.data(), end});
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty() || line.front() == '#') continue;
    if (!write_line(name, line)) return false;
  }
  return true;
}

// Its files are there when the controller is.
bool GroupLimits::write_line(const char* name, std::string_view line) {
  const GroupLine value = group_line(line);
  if (write_group_file(group_, name, value)) return true;
  const std::string_view controller(name, std::string_view(name).find('.'));
  return errno == ENOENT && offer(controller) && write_group_file(group_, name, value);
}

bool GroupLimits::offer(std::string_view controller) {
  if (controller == "cgroup") errno = ENOENT;
  return controller != "cgroup" && enable_controller(tree_, controller, scanner_);
}

void GroupLimits::fail(Words what) {
  if (error_ == 0) error_ = errno;
  complaints_[std::min(faults_, complaints_.size() - 1)].warn(what);
  ++faults_;
}

}  // namespace stoker
