// SPDX-License-Identifier: ISC
// Old logs that a processor has compressed.
#pragma once
#include <sys/types.h>

#include <string_view>

#include "base/fd.hh"

namespace stoker {

// The program that writes to standard output what it reads, uncompressed, for a file that
// begins so; null for a file that is not compressed.
const char* unpacker_for(std::string_view beginning);
constexpr size_t telling_bytes = 6;

struct Unpacking {
  Fd output;  // a pipe; empty: the program could not be run, see errno
  pid_t pid = -1;
};

// Starts that program on an open file. It does its work ahead as far as the pipe takes it.
Unpacking start_unpacking(const char* program, int file);

// Waits for its end. True if it succeeded.
bool end_unpacking(pid_t pid);

}  // namespace stoker
