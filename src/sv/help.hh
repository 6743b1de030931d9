// SPDX-License-Identifier: ISC
#pragma once
#include "sv/invocation.hh"

namespace stoker {

// The lines for verbs and options. Lent until the next call.
std::string_view sv_help(bool lsb);
// `sv --help`: the table of verbs, and the options.
[[noreturn]] void print_sv_help(const Invocation& how);

}  // namespace stoker
