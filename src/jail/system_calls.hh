// SPDX-License-Identifier: ISC
// System calls by their names and by the names of systemd's groups of them.
#pragma once
#include <string_view>

#include "jail/name_filter.hh"

namespace stoker {

using CallSet = NumberSet<8192>;

// `read` or `@file-system`. False if the name is unknown; a call that only other
// architectures have is valid, and adds nothing.
bool add_named_calls(CallSet& set, std::string_view name);

}  // namespace stoker
