// SPDX-License-Identifier: ISC
// What concerns the tree as a whole: daemon-reload, isolate, poweroff, the environment and so on.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/directory.hh"
#include "base/file.hh"
#include "client/service_handle.hh"
#include "systemd/init_script.hh"
#include "systemd/links.hh"
#include "systemd/manager.hh"
#include "systemd/message.hh"
#include "systemd/service_link.hh"
#include "systemd/unit_text.hh"
#include "systemd/vendor_wants.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

// Becomes another program of the suite.
int become(const char* program, std::initializer_list<const char*> words,
           std::string_view failure) {
  char* argv[8] = {const_cast<char*>(program)};
  size_t count = 1;
  for (const char* const word : words) argv[count++] = const_cast<char*>(word);
  execvp(program, argv);
  complain_errno({failure, ": unable to execute ", program});
  return exit_failed;
}

// Services of units that are enabled, by the links of the administrator and of generators, and of
// those that packages want at boot.
void follow_links(const Site& site) {
  for (const UnitPlace& place : site.unit_places()) {
    if (place.kind == PlaceKind::vendor) continue;
    find_link(site, place, [&](const UnitLink& link) {
      if (!link.folder.empty() && link.base != "null" && is_valid_unit(link.name))
        static_cast<void>(follow_enablement(site, UnitName(link.name)));
      return false;
    });
  }
  each_wanted_by_vendor(site, [&site](const char* unit) {
    static_cast<void>(follow_enablement(site, UnitName(unit)));
  });
}

bool is_newer(const PathText& one, const PathText& other) {
  struct stat first, second;
  return stat(one.c_str(), &first) == 0 && stat(other.c_str(), &second) == 0 &&
         first.st_mtime > second.st_mtime;
}

// The unit that a service was imported from, whichever type it has; absent: it is gone.
UnitFile source_of(const Site& site, std::string_view service) {
  for (const UnitType type : {UnitType::service, UnitType::target, UnitType::timer}) {
    UnitFile file = find_unit_file(site, UnitName(service, ".", word(type)));
    if (file.exists()) return file;
  }
  return {};
}

bool has_changed(const Site& site, const UnitFile& file, const PathText& record) {
  bool changed = false;
  each_unit_path(site, file,
                 [&](const PathText& path) { changed = changed || is_newer(path, record); });
  return changed;
}

// Where a service comes from that has no unit file, by its record; empty: that is gone.
PathText other_source_of(const Site& site, const PathText& record) {
  constexpr std::string_view mark = "\n# from ";
  static char bytes[4096];
  const Fd file = open_read(AT_FDCWD, record.c_str());
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  std::string_view text(bytes, got > 0 ? static_cast<size_t>(got) : 0);
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + mark.size());
  const std::string_view source(text.data(), std::min(text.find('\n'), text.size()));
  // A group of the boot has none, and is not gone.
  if (source.empty()) return record;
  PathText path(site.root(), source);
  return exists(AT_FDCWD, path.c_str()) ? path : PathText();
}

// An init script, or a file in another format, which is imported by hand.
void follow_other_source(const Site& site, const UnitName& unit, const PathText& source,
                         const PathText& record) {
  const bool is_script = source.view() == init_script_of(site, unit).view();
  if (is_script && is_newer(source, record) && can_import())
    static_cast<void>(import_unit(site, unit));
}

// Imports again what has changed, and takes away what is gone. What people have made is left alone.
void follow_definition(const Site& site, const char* name) {
  const PathText record(site.definitions(), "/", name, "/.stoker-import");
  if (!exists(AT_FDCWD, record.c_str())) return;
  const UnitFile file = source_of(site, name);
  if (file.exists() && !file.is_masked() && has_changed(site, file, record) && can_import())
    static_cast<void>(import_unit(site, file.name));
  if (file.exists()) return static_cast<void>(follow_enablement(site, file.name));
  const UnitName unit(name, ".service");
  if (const PathText source = other_source_of(site, record); !source.empty())
    return follow_other_source(site, unit, source, record);
  static UnitView view;
  look_at(site, unit, view);
  if (view.is_linked) static_cast<void>(set_enabled(site, view, false));
}

void print_environment(const Call& call, pid_t pid) {
  static char bytes[64 * 1024];
  const Fd file = open_read(AT_FDCWD, Text<40>("/proc/", pid, "/environ").c_str());
  const ssize_t got = file ? read_all(file.get(), bytes) : 0;
  for (ssize_t at = 0; at < got; at += static_cast<ssize_t>(strlen(bytes + at)) + 1)
    call.out.page.append(bytes + at, "\n");
}

}  // namespace

int daemon_reload(const Call& call) {
  const Site& site = call.request.site;
  if (can_import()) follow_links(site);
  Directory names(AT_FDCWD, site.definitions());
  while (const char* const name = names ? names.next() : nullptr)
    if (name[0] != '.') follow_definition(site, name);
  static_cast<void>(request_rescan_of(site.places(), site.services()));
  return 0;
}

int daemon_reexec(const Call& call) {
  setenv("SVDIR", call.request.site.services(), 1);
  return become("sv", {"upgrade"}, "Failed to reload daemon");
}

int isolate(const Call& call) {
  static UnitView view;
  const Site& site = call.request.site;
  UnitName target;
  if (call.verb == "isolate")
    target = unit_meant_by(call.words.front());
  else if (call.verb == "default")
    target = find_unit_file(site, "default.target").name;
  else
    target = UnitName(call.verb, ".target");
  look_at(site, target, view);
  if (!view.is_linked) {
    complain({"Failed to isolate ", target, ": Unit ", target,
              view.is_boot ? " has no group of services." : " not found."});
    return exit_not_installed;
  }
  setenv("SVDIR", site.services(), 1);
  return become("sv", {"isolate", view.service.c_str()}, "Failed to isolate");
}

int power(const Call& call) {
  const Text<32> name(call.verb);
  char* argv[] = {const_cast<char*>(name.c_str()), const_cast<char*>("-f"), nullptr};
  // Given once, systemd still stops what runs; twice, nothing is stopped or unmounted.
  if (call.request.forces < 2) argv[1] = nullptr;
  execvp("stoker-halt", argv);
  complain_errno({"Failed to ", call.verb, " the machine: unable to execute stoker-halt"});
  return exit_failed;
}

int show_environment(const Call& call) {
  const pid_t pid = scanner_pid(call.request.site);
  if (pid == 0) {
    complain({"Failed to get environment: no svscan watches ", call.request.site.services(), "."});
    return exit_failed;
  }
  print_environment(call, pid);
  return 0;
}

int change_environment(const Call& call) {
  complain({"Failed to ", call.verb, ": the environment of ",
            "a service is in its directory: use chpst --env-file or -e in its run."});
  return exit_failed;
}

int set_property(const Call& call) {
  complain({"Failed to set unit properties on ", call.words.front(),
            ": properties cannot be changed while a service runs: edit its directory."});
  return exit_failed;
}

int unsupported(const Call& call) {
  complain({"Failed to ", call.verb, ": this is not supported here; see stoker-systemctl(8)."});
  return exit_failed;
}

int show_help(const Call& call) {
  static char buffer[unit_text_size];
  const Site& site = call.request.site;
  each_unit(call, call.words, [&](const UnitName& unit) {
    const UnitFile file = find_unit_file(site, unit);
    const std::string_view text = read_unit_text(site, file, buffer);
    if (value_of(text, "Unit", "Documentation").empty())
      complain({"Documentation for ", unit, " not known."});
    each_word(text, "Unit", "Documentation",
              [&](std::string_view word) { call.out.page.append(word, "\n"); });
  });
  return 0;
}

}  // namespace stoker::systemd
