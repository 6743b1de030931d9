// SPDX-License-Identifier: ISC
// The last step of every chain loader: it executes the program named by its remaining arguments.
#pragma once
#include "chain/wording.hh"

namespace stoker {

// Executes argv[0], with `name` (if not null) as argument 0. A name without a slash is looked up in
// `path`, the PATH that the chain loader was started with: a changed PATH applies to the program
// only, as in daemontools. A script without `#!` is not passed to a shell.
[[noreturn]] void run_next(char** argv, const char* path, const LoaderWording& wording,
                           const char* name = nullptr);

}  // namespace stoker
