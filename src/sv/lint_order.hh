// SPDX-License-Identifier: ISC
// Looks for faults in what the services of a tree name: lines that are no names, names of nothing,
// and contradictions. No supervisor is needed.
#pragma once
#include "client/member.hh"
#include "sv/lint.hh"

namespace stoker {

// Of what its own files hold. `service` is its name.
void lint_name_files(int directory, std::string_view service, LintSink report);

// Of what it names, given the services that there are. All have been looked at. Pure.
void lint_names(const Members& members, NodeId node, LintSink report);

}  // namespace stoker
