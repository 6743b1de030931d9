// SPDX-License-Identifier: ISC
// The directives of unit files, and what becomes of each: two tables, directives_of_units.cc and
// directives_of_processes.cc.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "import/draft.hh"

namespace stoker::importer {

struct Directive;
using Handler = Reply (*)(Draft& draft, const Assignment& assignment, const Directive& directive);

enum class Rights {
  none,
  restricts,  // a service without it might do more than its unit permits
};

struct Directive {
  std::string_view section;  // `Process` stands for Service, and whatever else runs programs
  std::string_view key;
  Handler handle;
  std::string_view text;  // what becomes of it, or why it is harmless, or what to do instead
  Rights rights = Rights::none;
};

std::span<const Directive> unit_directives();
std::span<const Directive> process_directives();

// Null if systemd 252 has none of that name, unless it is a restriction of a newer one.
const Directive* find_directive(std::string_view section, std::string_view key);

// Applies the assignment to the draft, and records the finding.
void apply(Draft& draft, const Assignment& assignment);

}  // namespace stoker::importer
