// SPDX-License-Identifier: ISC
// Directories that systemd-tmpfiles makes at boot for a service, which nothing else would make.
#pragma once
#include <string>
#include <string_view>

#include "import/draft.hh"

namespace stoker::importer {

// Lines of a file in tmpfiles.d(5): a directory is made in run; what else they do is reported.
void take_tmpfiles(Draft& draft, std::string_view text, const std::string& path);

// The file that is named after the service, if there is one below `root`.
void add_own_directories(Draft& draft, const std::string& root);

}  // namespace stoker::importer
