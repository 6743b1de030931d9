// SPDX-License-Identifier: ISC
// svscan's command line.
#pragma once
#include "scan/personality.hh"
#include "scan/scanner.hh"

namespace stoker {

// Prints the usage, or what is wrong, and leaves if it is wrong.
ScanOptions read_scan_options(const ScanPersonality& personality, int argc, char** argv);

}  // namespace stoker
