// SPDX-License-Identifier: ISC
#include "systemd/unit_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/directory.hh"
#include "base/list.hh"
#include "base/parse.hh"
#include "systemd/unit_text.hh"

namespace stoker::systemd {

namespace {

using Kind = UnitFile::Kind;

// As many links as systemd follows.
constexpr unsigned most_aliases = 8;

bool is_below_a_place(const Site& site, std::string_view path) {
  for (const UnitPlace& place : site.unit_places())
    if (has_prefix(path, place.path.view())) return true;
  // Packages link to /lib where that is /usr/lib.
  return has_prefix(path, "/lib/systemd/");
}

// The path of a link's target; a relative one is seen from the directory of the link.
PathText absolute_target(std::string_view directory, const PathText& target) {
  return target.view().front() == '/' ? target : PathText(directory, "/", target);
}

// Looks at one name in one directory. False: go on in the next one. `next` becomes the other name
// that an alias leads to.
bool look(const Site& site, const UnitPlace& place, std::string_view name, UnitFile& found,
          UnitName& next) {
  found.path = PathText(place.path, "/", name);
  const PathText path = site.at_root(found.path);
  struct stat facts;
  if (lstat(path.c_str(), &facts) != 0) return false;
  found.place = place.kind;
  found.kind = S_ISREG(facts.st_mode) && facts.st_size == 0 ? Kind::masked : Kind::plain;
  if (S_ISREG(facts.st_mode)) return true;
  if (!S_ISLNK(facts.st_mode)) return false;
  const PathText target = link_target(path);
  if (target.view() == "/dev/null") {
    found.kind = Kind::masked;
    return true;
  }
  const PathText file = absolute_target(place.path, target);
  const std::string_view base = base_name(file);
  if (base != name && type_of(base)) {
    next = is_template(base) && is_instance(name) ? instance_named(base, instance_of(name))
                                                  : UnitName(base);
    if (next.view() != name) return true;
  }
  if (access(site.at_root(file).c_str(), F_OK) != 0) return false;
  found.path = file;
  if (!is_below_a_place(site, file)) found.kind = Kind::linked;
  return true;
}

// True if there is such a name; `next` is then empty, or an alias's real one.
bool find_by_name(const Site& site, std::string_view name, UnitFile& found, UnitName& next) {
  for (const UnitPlace& place : site.unit_places())
    if (look(site, place, name, found, next)) return true;
  return false;
}

}  // namespace

PathText link_target(const PathText& path) {
  char target[4096];
  const ssize_t size = readlink(path.c_str(), target, sizeof target);
  return size > 0 ? PathText(std::string_view(target, static_cast<size_t>(size))) : PathText();
}

UnitFile find_unit_file(const Site& site, std::string_view unit) {
  UnitFile found;
  found.name = UnitName(unit);
  for (unsigned step = 0; step < most_aliases; ++step) {
    UnitName next;
    const bool there =
        find_by_name(site, found.name, found, next) ||
        (is_instance(found.name) && find_by_name(site, template_of(found.name), found, next));
    if (!there) {
      found.kind = Kind::absent;
      found.path.clear();
      return found;
    }
    if (next.empty()) return found;
    if (is_template(next) && is_instance(found.name))
      next = instance_named(next, instance_of(found.name));
    if (next.view() == found.name.view()) return found;
    found.is_alias = true;
    found.name = next;
  }
  found.kind = Kind::absent;
  return found;
}

namespace {

using DropIns = List<UnitName, 64>;

// Names of files of all directories NAME.d, each once, sorted.
void collect_drop_ins(const Site& site, std::string_view unit, DropIns& names) {
  for (const UnitPlace& place : site.unit_places()) {
    Directory directory(AT_FDCWD, PathText(site.root(), place.path, "/", unit, ".d").c_str());
    while (const char* const name = directory ? directory.next() : nullptr) {
      const std::string_view text(name);
      const auto known = [&] {
        for (const UnitName& other : names.items())
          if (other.view() == text) return true;
        return false;
      };
      if (text.ends_with(".conf") && text.size() < 250 && !known())
        static_cast<void>(names.add(UnitName(text)));
    }
  }
}

// The first directory that has a drop-in of that name decides.
void use_drop_in(const Site& site, std::string_view unit, std::string_view name,
                 FunctionRef<void(const PathText&)> use) {
  for (const UnitPlace& place : site.unit_places()) {
    const PathText path(site.root(), place.path, "/", unit, ".d/", name);
    struct stat facts;
    if (lstat(path.c_str(), &facts) != 0) continue;
    if (link_target(path).view() != "/dev/null") use(path);
    return;
  }
}

void each_drop_in(const Site& site, std::string_view unit, FunctionRef<void(const PathText&)> use) {
  static DropIns names;
  names = {};
  collect_drop_ins(site, unit, names);
  std::string_view last;
  for (size_t left = names.items().size(); left > 0; --left) {
    const UnitName* next = nullptr;
    for (const UnitName& one : names.items())
      if (one.view() > last && (next == nullptr || one.view() < next->view())) next = &one;
    if (next == nullptr) return;
    use_drop_in(site, unit, *next, use);
    last = *next;
  }
}

}  // namespace

void each_unit_path(const Site& site, const UnitFile& file,
                    FunctionRef<void(const PathText&)> use) {
  if (!file.exists() || file.is_masked()) return;
  use(site.at_root(file.path));
  if (is_instance(file.name)) each_drop_in(site, template_of(file.name), use);
  each_drop_in(site, file.name, use);
}

std::string_view read_unit_text(const Site& site, const UnitFile& file, std::span<char> buffer) {
  size_t used = 0;
  each_unit_path(site, file, [&](const PathText& path) {
    const Fd open = open_read(AT_FDCWD, path.c_str());
    // One byte for a newline that may be missing.
    const ssize_t got =
        open ? read_all(open.get(), buffer.subspan(used, buffer.size() - used - 1)) : -1;
    if (got <= 0) return;
    const auto size = static_cast<size_t>(got);
    buffer[used + size] = '\n';
    used += tidy_unit_text(buffer.subspan(used, size + 1));
  });
  return {buffer.data(), used};
}

}  // namespace stoker::systemd
