// SPDX-License-Identifier: ISC
// The files of a service directory, as a person would write them. Pure.
#pragma once
#include <string>
#include <vector>

#include "import/definition.hh"

namespace stoker::importer {

// Sorted by path.
std::vector<File> files_of(const Definition& definition);

}  // namespace stoker::importer
