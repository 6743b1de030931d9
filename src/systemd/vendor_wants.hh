// SPDX-License-Identifier: ISC
// Units that packages start at boot by links of their own, as /usr/lib/…/multi-user.target.wants:
// nobody has enabled them.
#pragma once
#include "base/function_ref.hh"
#include "systemd/site.hh"

namespace stoker::systemd {

bool is_wanted_by_vendor(const Site& site, std::string_view unit);

// Calls `use` with each of them, perhaps more than once. Those of systemd itself are left out:
// there are no services of their kind here.
void each_wanted_by_vendor(const Site& site, FunctionRef<void(const char* unit)> use);

}  // namespace stoker::systemd
