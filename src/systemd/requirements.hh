// SPDX-License-Identifier: ISC
// What a unit pulls in, by its unit file.
#pragma once
#include "base/list.hh"
#include "systemd/site.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

// One import takes no more.
using UnitNames = List<UnitName, 128>;

// Adds the units that `unit` requires or wants, those that they require or want, and so on; each
// once, without `unit` itself. Only those that can become a service and have a unit file, which is
// not masked. What does not fit is left out.
void add_requirements(const Site& site, std::string_view unit, UnitNames& all);

}  // namespace stoker::systemd
