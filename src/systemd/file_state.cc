// SPDX-License-Identifier: ISC
// What `systemctl is-enabled` says; see install.hh.
#include <algorithm>

#include "base/any.hh"
#include "systemd/install.hh"
#include "systemd/links.hh"
#include "systemd/unit_text.hh"

namespace stoker::systemd {

namespace {

// In the order of FileState.
constexpr std::string_view words[] = {
    "enabled",   "enabled-runtime", "linked",   "linked-runtime", "alias",
    "masked",    "masked-runtime",  "static",   "disabled",       "indirect",
    "generated", "transient",       "not-found"};

bool has_name(const InstallWishes::Names& names, std::string_view name) {
  return any(names.items(), [&](const UnitName& one) { return one.view() == name; });
}

// What a link says of a unit.
enum class LinkSays : uint8_t { nothing, other_name, enabled };

// An instance that is linked does not enable its template, unless it is the default one.
LinkSays says(const UnitLink& link, const UnitFile& file, const InstallWishes& wishes) {
  const std::string_view name = file.name;
  if (link.name != name && link.base != name) return LinkSays::nothing;
  if (link.folder.empty())
    return link.name != link.base && has_name(wishes.aliases, link.name) ? LinkSays::enabled
                                                                         : LinkSays::nothing;
  const bool is_meant = link.name == name || !is_template(name) ||
                        instance_named(name, wishes.default_instance).view() == link.name;
  return is_meant ? LinkSays::enabled : LinkSays::other_name;
}

LinkSays says_any(const Site& site, const UnitPlace& place, const UnitFile& file,
                  const InstallWishes& wishes) {
  LinkSays most = LinkSays::nothing;
  find_link(site, place, [&](const UnitLink& link) {
    most = std::max(most, says(link, file, wishes));
    return most == LinkSays::enabled;
  });
  return most;
}

FileState state_by_links(const Site& site, const UnitFile& file, const InstallWishes& wishes) {
  FileState state = FileState::absent;
  for (const UnitPlace& place : site.unit_places()) {
    if (place.kind != PlaceKind::config && place.kind != PlaceKind::runtime) continue;
    const LinkSays found = says_any(site, place, file, wishes);
    if (found == LinkSays::other_name && state == FileState::absent) state = FileState::indirect;
    if (found != LinkSays::enabled) continue;
    if (place.kind == PlaceKind::config) return FileState::enabled;
    state = FileState::enabled_runtime;
  }
  return state;
}

// An instance's own links in a directory of a package make it static.
bool is_wanted_by_vendor(const Site& site, const UnitFile& file, const InstallWishes& wishes) {
  for (const UnitPlace& place : site.unit_places())
    if (place.kind == PlaceKind::vendor && says_any(site, place, file, wishes) == LinkSays::enabled)
      return true;
  return false;
}

FileState state_by_place(const UnitFile& file) {
  const bool runtime = file.place == PlaceKind::runtime;
  if (file.is_masked()) return runtime ? FileState::masked_runtime : FileState::masked;
  if (file.place == PlaceKind::generated) return FileState::generated;
  if (file.place == PlaceKind::transient) return FileState::transient;
  if (file.is_alias) return FileState::alias;
  return FileState::absent;
}

FileState state_by_text(const Site& site, const UnitFile& file) {
  static char buffer[unit_text_size];
  static InstallWishes wishes;
  read_wishes(read_unit_text(site, file, buffer), file.name, wishes);
  const FileState state = state_by_links(site, file, wishes);
  if (state != FileState::absent) return state;
  if (is_instance(file.name) && is_wanted_by_vendor(site, file, wishes))
    return FileState::static_file;
  if (file.kind == UnitFile::Kind::linked)
    return file.place == PlaceKind::runtime ? FileState::linked_runtime : FileState::linked;
  if (!wishes.is_empty()) return FileState::disabled;
  return wishes.also.empty() ? FileState::static_file : FileState::indirect;
}

}  // namespace

std::string_view word(FileState state) { return words[static_cast<size_t>(state)]; }

bool counts_as_enabled(FileState state) {
  switch (state) {
  case FileState::enabled:
  case FileState::enabled_runtime:
  case FileState::static_file:
  case FileState::alias:
  case FileState::indirect:
  case FileState::generated: return true;
  case FileState::linked:
  case FileState::linked_runtime:
  case FileState::masked:
  case FileState::masked_runtime:
  case FileState::disabled:
  case FileState::transient:
  case FileState::absent: return false;
  }
  return false;
}

FileState file_state(const Site& site, std::string_view unit) {
  const UnitFile file = find_unit_file(site, unit);
  if (!file.exists()) return FileState::absent;
  const FileState state = state_by_place(file);
  return state != FileState::absent ? state : state_by_text(site, file);
}

}  // namespace stoker::systemd
