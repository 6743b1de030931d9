// SPDX-License-Identifier: ISC
// Why a service cannot be reached, in the words of runit and in our own.
#pragma once
#include "client/printer.hh"
#include "client/service_handle.hh"

namespace stoker {

using TroubleText = PathText;

// The states of what has no status. One that may not be looked at is unknown.
constexpr std::string_view unsupervised_state = "unsupervised", unknown_state = "unknown";
inline std::string_view state_word(const Probe& probe) {
  return is_unsupervised(probe) ? unsupervised_state : unknown_state;
}

// "unable to open supervise/ok: file does not exist", as in runit.
Text<300> trouble_text(const Probe& probe);
// "no supervisor: does svscan watch /service?"
TroubleText reason_for(const Places& places, std::string_view name, const Probe& probe);
// Of what cannot be opened, from errno: "unable to change to service directory: file does not
// exist (/service/ngnix, is it nginx?)"
TroubleText reason_for_missing(const Places& places, std::string_view name);

// "fail: NAME: … runsv not running" or "warning: NAME: unable to …", whole lines. They begin and
// end as scripts for runit expect them.
void append_trouble(Page& page, const Places& places, std::string_view name, const Probe& probe);
// "fail: NAME: unable to change to service directory: …", from errno.
void append_no_service(Page& page, const Places& places, std::string_view name);
// "fail: NAME: masked; …"
void append_masked(Page& page, std::string_view name);

}  // namespace stoker
