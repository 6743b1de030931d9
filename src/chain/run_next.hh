// SPDX-License-Identifier: ISC
// How every chain loader ends: as the program named by the rest of its words.
#pragma once
#include "chain/wording.hh"

namespace stoker {

// Replaces this process by argv[0], with `name` (if not null) as its argument 0.
// A program without a slash is sought in `path`, which is the PATH the chain loader
// was started with: what a step makes of PATH is for the program, as in the old
// tools. A script without `#!` is not handed to a shell.
[[noreturn]] void run_next(char** argv, const char* path, const LoaderWording& wording,
                           const char* name = nullptr);

}  // namespace stoker
