// SPDX-License-Identifier: ISC
// Services on disk: the link in svscan's directory, the file `down`, and the import of unit files.
#pragma once
#include "systemd/unit_view.hh"

namespace stoker::systemd {

// Has stoker-import make a service of a unit that has none, or make it again. False with a message.
[[nodiscard]] bool import_unit(const Site& site, std::string_view unit);
// Does stoker-import exist?
bool can_import();

// Sees to it that a unit with a unit file has a service directory. False with a message. What is
// known of it is looked at again.
[[nodiscard]] bool define(const Site& site, UnitView& view);

// Links a service that is not linked, so that svscan starts a supervisor for it; if it is not to
// start at boot, with a file `down`. False with a message.
[[nodiscard]] bool link_service(const Site& site, UnitView& view);

// After the link that masks a unit has gone: so that its service can be started, too. False with a
// message.
[[nodiscard]] bool lift_mask(const Site& site, std::string_view unit);

// After links among unit files have changed: brings the service in line. It is linked and has no
// `down` if it is enabled, without being started; otherwise it is not linked, unless it runs, and
// has a file `down` then. False with a message.
[[nodiscard]] bool follow_enablement(const Site& site, std::string_view unit);

// The same for a service without a unit file, for which the link itself says it.
[[nodiscard]] bool set_enabled(const Site& site, UnitView& view, bool on);

}  // namespace stoker::systemd
