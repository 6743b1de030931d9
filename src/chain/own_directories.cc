// SPDX-License-Identifier: ISC
#include "chain/own_directories.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/hand_over.hh"
#include "chain/identity.hh"
#include "chain/octal.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

struct PlaceNames {
  std::string_view system;      // for root
  const char* user_variable;    // for other users: the base directory
  std::string_view below_home;  // if that is not set; empty: it is required
  std::string_view below_user;  // subdirectory of it
  const char* variable;         // set for the program
};
constexpr PlaceNames places[] = {
    {"/run", "XDG_RUNTIME_DIR", "", "", "RUNTIME_DIRECTORY"},
    {"/var/lib", "XDG_STATE_HOME", "/.local/state", "", "STATE_DIRECTORY"},
    {"/var/cache", "XDG_CACHE_HOME", "/.cache", "", "CACHE_DIRECTORY"},
    {"/var/log", "XDG_STATE_HOME", "/.local/state", "/log", "LOGS_DIRECTORY"},
    {"/etc", "XDG_CONFIG_HOME", "/.config", "", "CONFIGURATION_DIRECTORY"},
};

PathText parent_of(const PlaceNames& place) {
  if (geteuid() == 0) return PathText(place.system);
  if (const char* const set = getenv(place.user_variable)) return PathText(set, place.below_user);
  const char* const home = getenv("HOME");
  if (place.below_home.empty() || home == nullptr)
    die({"unable to create a directory: $", place.user_variable, " is not set"});
  return PathText(home, place.below_home, place.below_user);
}

std::string_view cut_component(std::string_view& path) {
  while (!path.empty() && path.front() == '/') path.remove_prefix(1);
  const std::string_view component(path.data(), std::min(path.find('/'), path.size()));
  path.remove_prefix(component.size());
  return component;
}

// Opens the path, creating missing directories. Symbolic links are not followed after the first
// `trusted` bytes, where other users may have placed them.
Fd make_path(std::string_view path, size_t trusted) {
  const char* const begin = path.data();
  Fd at = open_directory(AT_FDCWD, "/");
  for (std::string_view name = cut_component(path); at && !name.empty();
       name = cut_component(path)) {
    const Text<256> component(name);
    const bool follow = static_cast<size_t>(path.data() - begin) <= trusted;
    const bool made = mkdirat(at.get(), component.c_str(), 0755) == 0;
    if (!made && errno != EEXIST) return {};
    at = Fd(openat(at.get(), component.c_str(),
                   O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)));
    // Whatever the umask is, the user must be able to enter.
    if (made && at && fchmod(at.get(), 0755) != 0) return {};
  }
  return at;
}

void add_to_variable(const char* variable, const PathText& path) {
  static constinit Text<16384> list;
  list.clear();
  if (const char* const before = getenv(variable)) list.append(before, ":");
  list.append(path.view());
  if (list.truncated()) die({"unable to set $", variable, ": value too long"});
  set_variable(variable, list.c_str());
}

bool belongs_to(int fd, const Identity& owner) {
  struct stat info {};
  return fstat(fd, &info) == 0 && info.st_uid == owner.user;
}

void make_one(const OwnDirectory& directory, const Identity* owner) {
  const PlaceNames& place = places[static_cast<size_t>(directory.place)];
  PathText path = parent_of(place);
  const size_t trusted = path.size();
  path.append("/", directory.name);
  if (path.truncated()) die({"unable to create ", path, ": name too long"});
  const Fd fd = make_path(path, trusted);
  if (!fd) die_errno({"unable to create ", path});
  const bool owned = owner != nullptr && directory.place != Place::configuration;
  if (owned && !belongs_to(fd.get(), *owner)) hand_over(fd.get(), *owner);
  if (owned && fchown(fd.get(), owner->user, owner->group()) != 0)
    die_errno({"unable to change the owner of ", path});
  if (fchmod(fd.get(), directory.mode) != 0) die_errno({"unable to change the mode of ", path});
  add_to_variable(place.variable, path);
}

bool is_relative_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.back() == '/') return false;
  for (std::string_view part = cut_component(name); !part.empty(); part = cut_component(name))
    if (part == "." || part == "..") return false;
  return true;
}

}  // namespace

std::optional<OwnDirectory> parse_own_directory(Place place, std::string_view text) {
  OwnDirectory directory{place, {text.data(), std::min(text.find(':'), text.size())}};
  if (!is_relative_name(directory.name)) return {};
  if (directory.name.size() == text.size()) return directory;
  text.remove_prefix(directory.name.size() + 1);
  const auto mode = parse_octal(text, 07777);
  if (!mode) return {};
  directory.mode = *mode;
  return directory;
}

void make_own_directories(std::span<const OwnDirectory> directories, const Identity* owner) {
  for (const OwnDirectory& each : directories)
    unset_variable(places[static_cast<size_t>(each.place)].variable);
  for (const OwnDirectory& each : directories) make_one(each, owner);
}

}  // namespace stoker
