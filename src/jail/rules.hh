// SPDX-License-Identifier: ISC
// What a jail does to the tree of files: rules for paths, and what they come to.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/list.hh"

namespace stoker {

struct PathRule {
  enum class Kind : uint8_t {
    read_only,
    read_write,  // in what is read-only
    no_exec,
    inaccessible,
    temporary,  // a new, empty file system
    read_only_temporary,
    devices,  // a new /dev with what harms nobody
    bind,     // shows `source` there
    read_only_bind,
  };
  Kind kind = Kind::read_only;
  const char* path = nullptr;  // absolute
  const char* source = nullptr;
  bool may_miss = false;  // then it is left out
};

// Room for all that can be asked for at once.
constexpr size_t most_rules = 128;
using PathRules = List<PathRule, most_rules>;

// One mount, to be made in the order given.
struct Mount {
  enum class Content : uint8_t { same, bind, temporary, devices, nothing };
  Content content = Content::same;
  const char* path = nullptr;
  const char* source = nullptr;
  bool read_only = false;
  bool no_exec = false;
  bool may_miss = false;
};
using Mounts = List<Mount, most_rules>;

// Outer paths come before inner ones, and each path once: what several rules say of
// it is put together. What an outer path is, read-only or without execution, an inner
// one is too unless a rule of its own says otherwise. Of rules that exclude each
// other, the stricter one counts.
Mounts mounts_for(std::span<const PathRule> rules);

// Is one path the other, or below it?
bool is_within(std::string_view path, std::string_view outer);

// Absolute, without `//`, `.` and `..`, and no slash at its end but for the root's.
bool is_clean_path(std::string_view path);

}  // namespace stoker
