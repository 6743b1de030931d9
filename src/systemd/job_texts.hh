// SPDX-License-Identifier: ISC
// Why a job has failed, as systemctl says it. Pure but for can_reload().
#pragma once
#include "systemd/jobs.hh"

namespace stoker::systemd {

// "Job for web.service failed because …", with a hint where to look. `shown`: the verb;
// `services`: the directory that svscan should watch.
Text<1000> failure_text(const Job& job, std::string_view shown, std::string_view services);

// Has the service a way to reload: `control/l`, `control/h` or a file `reload-signal`?
bool can_reload(int service);

}  // namespace stoker::systemd
