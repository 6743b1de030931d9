// SPDX-License-Identifier: ISC
// %i and the like in unit files. Pure.
#pragma once
#include <string>
#include <string_view>

#include "import/unit_name.hh"

namespace stoker::importer {

// What is known of the machine for which units are imported.
struct Machine {
  std::string id, host_name, kernel, architecture, os_id, os_version;
};

struct SpecifierSource {
  UnitName name;
  std::string fragment;  // the path of the unit file
  const Machine* machine = nullptr;
};

// The text with every specifier replaced. One that is only known at run time, such as the boot ID,
// or is unknown stays as it is, and is added to `left`.
std::string expand_specifiers(std::string_view text, const SpecifierSource& source,
                              std::string& left);

}  // namespace stoker::importer
