// SPDX-License-Identifier: ISC
#include "sv/accounts.hh"

#include <fcntl.h>

#include <algorithm>

#include "base/fd.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

std::string_view cut_at(std::string_view& text, char mark) {
  const std::string_view part(text.data(), std::min(text.find(mark), text.size()));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

// Lines begin with a name and a colon.
bool has_entry(std::string_view file, std::string_view name) {
  while (!file.empty()) {
    std::string_view line = cut_at(file, '\n');
    if (cut_at(line, ':') == name) return true;
  }
  return false;
}

bool is_local(std::string_view source) {
  for (const std::string_view known : {"files", "compat", "systemd"})
    if (source == known) return true;
  return source.front() == '[';
}

// Long enough for what is made by hand; in longer ones nothing is missed.
template <size_t size>
std::string_view contents(const char* path, char (&into)[size]) {
  const Fd file = open_read(AT_FDCWD, path);
  const ssize_t got = file ? read_all(file.get(), into) : -1;
  return {into, got > 0 ? static_cast<size_t>(got) : 0};
}

}  // namespace

bool uses_files_only(std::string_view nsswitch) {
  while (!nsswitch.empty()) {
    std::string_view line = cut_at(nsswitch, '\n');
    line = cut_at(line, '#');
    const std::string_view name = trim(cut_at(line, ':'));
    if (name != "passwd" && name != "group") continue;
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line))
      if (!is_local(word)) return false;
  }
  return true;
}

Text<160> fault_of_account(std::string_view text, std::string_view passwd, std::string_view group) {
  // `:uid:gid` has numbers only.
  const std::string_view user = cut_at(text, ':');
  if (user.empty()) return {};
  if (!has_entry(passwd, user)) return Text<160>(" names an unknown user: ", user);
  while (!text.empty()) {
    const std::string_view name = cut_at(text, ':');
    if (!name.empty() && !has_entry(group, name))
      return Text<160>(" names an unknown group: ", name);
  }
  return {};
}

Text<160> fault_of_account(std::string_view text) {
  static constinit char passwd[128 * 1024], group[128 * 1024], nsswitch[8 * 1024];
  const std::string_view users = contents("/etc/passwd", passwd);
  const std::string_view groups = contents("/etc/group", group);
  const bool whole = users.size() < sizeof passwd && groups.size() < sizeof group;
  if (!whole || !uses_files_only(contents("/etc/nsswitch.conf", nsswitch))) return {};
  return fault_of_account(text, users, groups);
}

}  // namespace stoker
