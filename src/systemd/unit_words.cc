// SPDX-License-Identifier: ISC
// Which units the words of a command line mean.
#include <fnmatch.h>

#include "service/names.hh"
#include "systemd/unit_view.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

void each_match(const Call& call, const char* pattern, FunctionRef<void(const UnitName&)> use) {
  const Site& site = call.request.site;
  ServiceNames names;
  if (!names.read(site.services())) return;
  for (const char* const name : names.all()) {
    const UnitName unit = unit_of_service(site, name);
    if (fnmatch(pattern, unit.c_str(), 0) == 0 && is_type_wanted(call.request, *type_of(unit)))
      use(unit);
  }
}

}  // namespace

void each_unit(const Call& call, VerbWords words, FunctionRef<void(const UnitName&)> use) {
  for (const char* const word : words) {
    if (has_wildcard(word))
      each_match(call, UnitName(unit_meant_by(word)).c_str(), use);
    else
      use(unit_meant_by(word));
  }
}

}  // namespace stoker::systemd
