// SPDX-License-Identifier: ISC
#include "import/foreign.hh"

#include <climits>
#include <cstdlib>

#include "base/parse.hh"
#include "import/compose.hh"
#include "import/disk.hh"

namespace stoker::importer {

namespace {

// Of the LSB, and of OpenRC. What is there before services is a target of the boot.
struct Facility {
  std::string_view name, target;
};
constexpr Facility facilities[] = {
    {"$network", "network-online.target"},
    {"$named", "nss-lookup.target"},
    {"$time", "time-sync.target"},
    {"$portmap", "rpcbind.target"},
    {"$local_fs", "local-fs.target"},
    {"$remote_fs", "local-fs.target"},
    {"$syslog", "basic.target"},
    {"$all", "basic.target"},
    {"net", "network-online.target"},
    {"dns", "nss-lookup.target"},
    {"localmount", "local-fs.target"},
    {"netmount", "local-fs.target"},
    {"logger", "basic.target"},
    {"hostname", "basic.target"},
    {"bootmisc", "basic.target"},
    {"*", "basic.target"},
};

}  // namespace

std::string unit_of(std::string_view name) {
  for (const Facility& facility : facilities)
    if (facility.name == name) return std::string(facility.target);
  return std::string(name) + ".service";
}

Draft& Foreign::add(const std::string& name, const std::string& source) {
  drafts.emplace_back();
  Draft& draft = drafts.back();
  draft.name.prefix = name;
  draft.name.type = "service";
  draft.accounts = &settings.accounts;
  draft.definition.name = name;
  draft.definition.source = source;
  draft.definition.log_directory = settings.logs + "/" + name;
  return draft;
}

void record(Draft& draft, const Assignment& assignment, Answer answer, std::string_view text) {
  draft.findings.push_back({assignment, answer, std::string(text)});
}

void relate(Draft& draft, const std::string& directive, const std::string& unit,
            const Place& place) {
  if (draft.findings.empty() || draft.findings.back().assignment.place.line != place.line)
    record(draft, {"", directive, unit, place}, Answer::honoured, "");
  draft.relations.push_back({directive, unit, draft.findings.size() - 1});
}

Format format_of(const std::string& path, std::string_view text) {
  const std::string_view name = base_name(path);
  if (is_directory(path)) return Format::s6_rc;
  if (name == "Procfile" || name.starts_with("Procfile.")) return Format::procfile;
  if (text.starts_with("#!/sbin/openrc-run") || text.starts_with("#!/sbin/runscript"))
    return Format::openrc;
  if (text.find("### BEGIN INIT INFO") != text.npos) return Format::init_script;
  for (const char* const section :
       {"[supervisord]", "[program:", "[group:", "[eventlistener:", "[fcgi-program:"})
    if (text.find(section) != text.npos) return Format::supervisord;
  return Format::none;
}

namespace {

// As the service will see it: from the root directory of its machine.
std::string own_path(const std::string& path, const std::string& root) {
  char buffer[PATH_MAX];
  const char* const real = realpath(path.c_str(), buffer);
  if (real == nullptr) return path;
  std::string own = real;
  const char* const top = root.empty() ? nullptr : realpath(root.c_str(), buffer);
  if (top != nullptr && own.starts_with(std::string(top) + "/"))
    own.erase(0, std::string_view(top).size());
  return own;
}

}  // namespace

bool import_foreign(Foreign& foreign, const std::string& given) {
  const std::string path = own_path(given, foreign.settings.root);
  const std::string text = read_text(given).value_or("");
  switch (format_of(given, text)) {
  case Format::supervisord: read_supervisord(foreign, text, path); return true;
  case Format::procfile: read_procfile(foreign, text, path); return true;
  case Format::init_script: read_init_script(foreign, text, path); return true;
  case Format::openrc: read_openrc(foreign, text, path); return true;
  case Format::s6_rc: read_s6_rc(foreign, path); return true;
  case Format::none: break;
  }
  return false;
}

}  // namespace stoker::importer
