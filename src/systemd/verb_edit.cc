// SPDX-License-Identifier: ISC
// cat, edit and revert: the text of unit files.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hh"
#include "base/file.hh"
#include "client/editor.hh"
#include "service/layout.hh"
#include "systemd/links.hh"
#include "systemd/message.hh"
#include "systemd/service_link.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

void print_file(const Call& call, const PathText& path) {
  static char buffer[unit_text_size];
  const Fd file = open_read(AT_FDCWD, path.c_str());
  const ssize_t got = file ? read_all(file.get(), buffer) : -1;
  if (got < 0) return complain_errno({"Failed to read ", path});
  call.out.page.append("# ", path, "\n");
  call.out.flush();
  static_cast<void>(write_all(STDOUT_FILENO, {buffer, static_cast<size_t>(got)}));
}

// Of a service without a unit file, what it runs.
PathText main_file_of(const UnitView& view) {
  for (const char* const name : {layout::run, layout::start}) {
    const PathText path(view.directory, "/", name);
    if (exists(AT_FDCWD, path.c_str())) return path;
  }
  return view.directory;
}

bool print_unit(const Call& call, const UnitName& unit) {
  static UnitView view;
  const Site& site = call.request.site;
  const UnitFile file = find_unit_file(site, unit);
  if (file.is_masked()) {
    call.out.page.append("# Unit ", unit, " is masked.\n");
    return true;
  }
  look_at(site, unit, view);
  if (!file.exists() && !view.is_defined) {
    complain({"No files found for ", unit, "."});
    return false;
  }
  bool first = true;
  each_unit_path(site, file, [&](const PathText& path) {
    if (!first) call.out.page.append("\n");
    first = false;
    print_file(call, path);
  });
  if (!file.exists()) print_file(call, main_file_of(view));
  return true;
}

void make_directory(PathText path) {
  path.cut(path.view().rfind('/'));
  mkdir(path.c_str(), 0755);
}

bool copy_file(const PathText& from, const PathText& to) {
  static char buffer[unit_text_size];
  const Fd source = open_read(AT_FDCWD, from.c_str());
  const ssize_t got = source ? read_all(source.get(), buffer) : -1;
  const Fd target = got < 0 ? Fd() : open_truncate(AT_FDCWD, to.c_str(), 0644);
  return target && write_all(target.get(), {buffer, static_cast<size_t>(got)});
}

// The file to edit: a drop-in, or with --full a copy of the whole.
bool edit_unit(const Call& call, const UnitName& unit) {
  const Site& site = call.request.site;
  const UnitFile file = find_unit_file(site, unit);
  if (!file.exists()) {
    complain({"No files found for ", unit, "."});
    return false;
  }
  const bool full = call.request.has(Option::full);
  const PathText path(site.root(), site.place_to_write(call.request.has(Option::runtime)).path, "/",
                      file.name, full ? "" : ".d/override.conf");
  make_directory(path);
  const bool copied =
      !full || exists(AT_FDCWD, path.c_str()) || copy_file(site.at_root(file.path), path);
  if (!copied) complain_errno({"Failed to create ", path});
  if (!copied || !run_editor(editor_from({"SYSTEMD_EDITOR", "EDITOR", "VISUAL"}), path.c_str()))
    return false;
  return site.is_offline() || !can_import() || import_unit(site, file.name);
}

// Is there a file below that of the administrator, which would count then?
bool has_vendor_file(const Site& site, std::string_view unit) {
  for (const UnitPlace& place : site.unit_places())
    if (place.kind == PlaceKind::vendor &&
        exists(AT_FDCWD, PathText(site.root(), place.path, "/", unit).c_str()))
      return true;
  return false;
}

// Removes the drop-ins and the copy of the administrator. A unit that only the administrator has is
// no copy.
bool revert_unit(const Call& call, const UnitName& unit) {
  const Site& site = call.request.site;
  bool good = true;
  for (const bool runtime : {false, true}) {
    const PathText path(site.root(), site.place_to_write(runtime).path, "/", unit);
    const PathText folder(path, ".d");
    Directory names(AT_FDCWD, folder.c_str());
    while (const char* const name = names ? names.next() : nullptr)
      good &= remove_link(PathText(folder, "/", name), call.request.has(Option::quiet));
    rmdir(folder.c_str());  // it stays if something is left in it
    const bool is_copy = has_vendor_file(site, unit) && exists(AT_FDCWD, path.c_str());
    if (is_copy || link_target(path).view() == "/dev/null")
      good &= remove_link(path, call.request.has(Option::quiet));
  }
  return good;
}

int each_of(const Call& call, bool (*use)(const Call&, const UnitName&)) {
  bool good = true;
  each_unit(call, call.words, [&](const UnitName& unit) { good &= use(call, unit); });
  return good ? 0 : exit_failed;
}

}  // namespace

int cat(const Call& call) { return each_of(call, print_unit); }
int edit(const Call& call) { return each_of(call, edit_unit); }
int revert(const Call& call) { return each_of(call, revert_unit); }

}  // namespace stoker::systemd
