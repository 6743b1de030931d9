// SPDX-License-Identifier: ISC
// svscan's command line.
#pragma once
#include "scan/dialect.hh"
#include "scan/scanner.hh"

namespace stoker {

// Prints the usage, or what is wrong, and leaves if it is wrong.
ScanOptions read_scan_options(const ScanManners& manners, int argc, char** argv);

}  // namespace stoker
