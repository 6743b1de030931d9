// SPDX-License-Identifier: ISC
// What a path is like, as a number; and a file that keeps these numbers while await does not run.
#pragma once
#include <cstdint>
#include <span>

#include "await/condition.hh"

namespace stoker {

// Differs when the file is another one, or was changed; 0 if there is none.
uint64_t look_of(const char* path);

// The stamp of --stamp: a line for each path, "LOOK PATH" with LOOK in hexadecimal.
//
// The number for the path in the text of a stamp, or `otherwise` if it has none.
uint64_t stamped_look(std::string_view stamp, std::string_view path, uint64_t otherwise);

// Reads the file into `room`; empty if there is none. Dies of other troubles.
std::string_view read_stamp(const char* file, std::span<char> room);
// Replaces the file: the numbers of all `conditions` that are paths. Dies if it cannot.
void write_stamp(const char* file, std::span<const Condition> conditions,
                 std::span<const uint64_t> looks);

// Does the condition compare with a look from before?
bool has_baseline(const Condition& condition);

}  // namespace stoker
