// SPDX-License-Identifier: ISC
// Looks for faults in a service directory that no supervisor needs to run for. Each is a sentence
// that begins with the name of the file.
#pragma once
#include <string_view>

#include "base/function_ref.hh"

namespace stoker {

// `file` is relative to the service directory.
using LintSink = FunctionRef<void(std::string_view file, std::string_view fault)>;

// The service, its scripts and its logger.
void lint_service(int directory, LintSink report);

// Is there anything to run in the directory?
bool is_definition(int directory);

}  // namespace stoker
