// SPDX-License-Identifier: ISC
// Whose logs journalctl shows; see journal_run.hh.
#include <fcntl.h>
#include <fnmatch.h>

#include <cstdlib>

#include "base/any.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "service/layout.hh"
#include "service/names.hh"
#include "systemd/journal_run.hh"
#include "systemd/unit_view.hh"

namespace stoker::systemd {

namespace {

// Where stoker-import has loggers write: for services that are not linked, or have no logger now.
constexpr std::string_view imported_logs = "/var/log/sv/";

bool find_journal(const char* service, LogPlace& place) {
  if (find_service_log(service, place)) return true;
  place.path = PathText(imported_logs, service);
  return exists(AT_FDCWD, PathText(place.path, "/current").c_str());
}

class Journals {
 public:
  explicit Journals(std::span<LogPlace> places) : places_(places) {}

  void add(const char* service) {
    const auto known = [service](const LogPlace& place) { return place.name.view() == service; };
    if (count_ == places_.size() || any(places_.first(count_), known)) return;
    if (find_journal(service, places_[count_])) ++count_;
  }
  void add_path(const char* path) {
    if (count_ < places_.size()) find_log(path, false, places_[count_++]);
  }
  size_t count() const { return count_; }

 private:
  std::span<LogPlace> places_;
  size_t count_ = 0;
};

void add_matches(Journals& journals, const ServiceNames& services, const char* word) {
  const UnitName pattern = unit_meant_by(word);
  for (const char* const name : services.all())
    if (fnmatch(pattern.c_str(), UnitName(name, ".service").c_str(), 0) == 0) journals.add(name);
}

// The service that a unit is, whichever name it has.
void add_unit(Journals& journals, const Site& site, const char* word) {
  static UnitView view;
  const UnitName unit = unit_meant_by(word);
  look_at(site, unit, view);
  journals.add(view.service.empty() ? PathText(stem_of(unit)).c_str() : view.service.c_str());
}

}  // namespace

// Logs are looked for by SVDIR, which a user's tree has by default where systemctl --user looks.
void choose_tree(const JournalRequest& request) {
  Site site;
  site.set_up({.user = request.user});
  if (request.user) setenv(layout::variable_services, site.services(), 1);
}

size_t count_journals(const JournalRequest& request) {
  ServiceNames services;
  const size_t all = services.read(services_directory()) ? services.all().size() : 0;
  // One more than needed: the last one may be begun and not kept.
  return all + request.units.items().size() + request.paths.items().size() + 1;
}

size_t find_journals(const JournalRequest& request, std::span<LogPlace> places) {
  Site site;
  site.set_up({.user = request.user});
  ServiceNames services;
  static_cast<void>(services.read(services_directory()));  // if not, there are none
  Journals journals(places);
  for (const char* const path : request.paths.items()) journals.add_path(path);
  if (request.units.empty() && request.paths.empty())
    for (const char* const name : services.all()) journals.add(name);
  for (const char* const word : request.units.items())
    has_wildcard(word) ? add_matches(journals, services, word) : add_unit(journals, site, word);
  return journals.count();
}

}  // namespace stoker::systemd
