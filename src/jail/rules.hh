// SPDX-License-Identifier: ISC
// A jail's rules for paths, and the mounts that result from them.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/list.hh"

namespace stoker {

struct PathRule {
  enum class Kind : uint8_t {
    read_only,
    read_write,  // inside a read-only path
    no_exec,
    exec,  // inside a path without execution
    inaccessible,
    temporary,  // a new, empty file system
    read_only_temporary,
    devices,  // a new /dev with harmless devices
    bind,     // shows `source` there
    read_only_bind,
  };
  Kind kind = Kind::read_only;
  const char* path = nullptr;  // absolute
  const char* source = nullptr;
  bool may_miss = false;          // then it is skipped
  const char* options = nullptr;  // of a new file system, separated by commas
};

// More than all options together ask for.
constexpr size_t most_rules = 128;
using PathRules = List<PathRule, most_rules>;

// One mount; they are made in order.
struct Mount {
  enum class Content : uint8_t { same, bind, temporary, devices, nothing };
  Content content = Content::same;
  const char* path = nullptr;
  const char* source = nullptr;
  bool read_only = false;
  bool no_exec = false;
  bool may_miss = false;
  const char* options = nullptr;
};
using Mounts = List<Mount, most_rules>;

// Outer paths come before inner ones, and each path comes once: several rules for it are merged.
// Inner paths inherit read-only and no-exec from outer ones unless a rule for them says otherwise.
// Of contradicting rules, the stricter one applies.
Mounts mounts_for(std::span<const PathRule> rules);

// The mount that shows something else than before at this path; null if there is none.
const Mount* covering(std::span<const Mount> mounts, std::string_view path);

// Is `path` the same as `outer`, or below it?
bool is_within(std::string_view path, std::string_view outer);

// Absolute, without `//`, `.` and `..`, and without a trailing slash, except for the root.
bool is_clean_path(std::string_view path);

}  // namespace stoker
