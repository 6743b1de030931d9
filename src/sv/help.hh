// SPDX-License-Identifier: ISC
#pragma once
#include "sv/invocation.hh"

namespace stoker {

// `sv --help`: the table of verbs, and the options.
[[noreturn]] void print_sv_help(const Invocation& how);

}  // namespace stoker
