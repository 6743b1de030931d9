// SPDX-License-Identifier: ISC
// Directories for the program under /run, /var/lib and so on, created if missing and owned by its
// user.
#pragma once
#include <sys/types.h>

#include <optional>
#include <span>
#include <string_view>

namespace stoker {

struct Identity;

enum class Place { runtime, state, cache, logs, configuration };

struct OwnDirectory {
  Place place = Place::runtime;
  std::string_view name = {};  // relative, without `.` and `..`
  mode_t mode = 0755;
};
// `NAME` or `NAME:MODE`.
std::optional<OwnDirectory> parse_own_directory(Place place, std::string_view text);

// Creates them for the owner, if given, who does not own configuration, and sets the variables of
// their places, such as $RUNTIME_DIRECTORY.
void make_own_directories(std::span<const OwnDirectory> directories, const Identity* owner);

}  // namespace stoker
