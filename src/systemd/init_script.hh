// SPDX-License-Identifier: ISC
// Services that have an init script and no unit file.
#pragma once
#include "systemd/site.hh"

namespace stoker::systemd {

// The script that stands for that unit, as a whole path: /etc/init.d/NAME, if it can be executed.
// Empty: there is none. Whether a unit file comes before it is not looked at.
PathText init_script_of(const Site& site, std::string_view unit);

}  // namespace stoker::systemd
