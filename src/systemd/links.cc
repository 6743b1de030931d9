// SPDX-License-Identifier: ISC
#include "systemd/links.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/parse.hh"
#include "systemd/message.hh"
#include "systemd/unit_file.hh"

namespace stoker::systemd {

namespace {

using Use = FunctionRef<bool(const UnitLink&)>;

bool visit_link(const PathText& directory, const char* name, std::string_view folder, Use use) {
  const PathText path(directory, "/", name);
  const PathText target = link_target(path);
  return !target.empty() && use({path, name, base_name(target), folder});
}

// ".wants" and the like.
std::string_view folder_kind(std::string_view name) {
  for (const std::string_view kind : {"wants", "requires", "upholds"})
    if (name.ends_with(kind) && name.size() > kind.size() + 1 &&
        name[name.size() - kind.size() - 1] == '.')
      return kind;
  return {};
}

bool visit_folder(const PathText& directory, std::string_view kind, Use use) {
  Directory names(AT_FDCWD, directory.c_str());
  while (const char* const name = names ? names.next() : nullptr)
    if (visit_link(directory, name, kind, use)) return true;
  return false;
}

// The directory above, with all above that.
void make_parents(const PathText& path) {
  for (size_t at = 1; at < path.size(); ++at)
    if (path.view()[at] == '/') {
      PathText part = path;
      part.cut(at);
      mkdir(part.c_str(), 0755);  // a failure shows when the link is made
    }
}

bool is_link_to(const LinkWish& wish) {
  const PathText target = link_target(wish.path);
  return target.view() == wish.target.view();
}

}  // namespace

bool find_link(const Site& site, const UnitPlace& place, Use use) {
  const PathText directory = site.at_root(place.path);
  Directory names(AT_FDCWD, directory.c_str());
  while (const char* const name = names ? names.next() : nullptr) {
    const std::string_view kind = folder_kind(name);
    if (kind.empty() ? visit_link(directory, name, kind, use)
                     : visit_folder(PathText(directory, "/", name), kind, use))
      return true;
  }
  return false;
}

bool make_link(const LinkWish& wish) {
  make_parents(wish.path);
  if (wish.force && !is_link_to(wish) && !link_target(wish.path).empty()) unlink(wish.path.c_str());
  if (symlink(wish.target.c_str(), wish.path.c_str()) == 0) {
    if (!wish.quiet) complain({"Created symlink ", wish.path, " ", arrow(), " ", wish.target, "."});
    return true;
  }
  const bool is_in_the_way = errno == EEXIST;  // reading what it is changes errno
  if (is_in_the_way && is_link_to(wish)) return true;
  if (is_in_the_way)
    complain({wish.failure, ": File ", wish.path, " already exists",
              link_target(wish.path).empty()
                  ? std::string_view(".")
                  : std::string_view(" and is a symlink to another unit.")});
  else
    complain_errno({wish.failure, ": unable to create ", wish.path});
  return false;
}

bool remove_link(const PathText& path, bool quiet) {
  if (unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return true;
    complain_errno({"Failed to remove \"", path, "\""});
    return false;
  }
  if (!quiet) complain({"Removed \"", path, "\"."});
  PathText folder = path;
  folder.cut(path.view().rfind('/'));
  if (!folder_kind(folder).empty()) rmdir(folder.c_str());  // it stays if there are others
  return true;
}

}  // namespace stoker::systemd
