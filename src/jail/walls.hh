// SPDX-License-Identifier: ISC
// Walls: system calls that fail, all of them or with certain arguments, whatever else is permitted.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/text.hh"
#include "jail/architectures.hh"
#include "jail/filter_steps.hh"
#include "jail/name_filter.hh"

namespace stoker {

enum class Wall : uint8_t {
  clock,
  kernel_logs,
  kernel_modules,
  hostname,
  realtime,
  suid_sgid,
  write_execute,  // memory that can be written and executed
  execute_later,  // the part of it that newer kernels do by themselves
  personality,
};

struct FamilyNames {
  using Set = NumberSet<64>;
  static bool add(Set& set, std::string_view name);  // `AF_INET`
  static void add_always(Set&) {}
};
// The kinds of sockets, by the numbers of their address families.
using AddressFamilies = NameFilter<FamilyNames>;
// `AF_UNIX`; empty if it has no name.
std::string_view family_name(unsigned family);

struct NamespaceNames {
  using Set = NumberSet<8>;
  static bool add(Set& set, std::string_view name);  // `net`
  static void add_always(Set&) {}
};
// The kinds of namespaces, by their places in alphabetical order.
using NamespaceFilter = NameFilter<NamespaceNames>;
std::string_view namespace_name(unsigned kind);

class Walls {
 public:
  void set(Wall wall, bool on);
  bool has(Wall wall) const { return (set_ >> static_cast<unsigned>(wall) & 1U) != 0; }
  // Does any call fail?
  bool any() const;

  AddressFamilies families = {};
  NamespaceFilter namespaces = {};
  Architectures architectures = {};
  uint32_t personality = 0;  // the one that Wall::personality permits

 private:
  uint32_t set_ = 0;
};

// The capabilities whose only purpose is what the walls forbid, with a blank before each.
Text<80> walled_capabilities(const Walls& walls);

// Calls of architectures that are not permitted kill the program; without a list, those of any but
// `machine`. Returns the number of instructions, 0 if `into` is too short.
size_t compile_walls(const Walls& walls, uint32_t machine, std::span<FilterStep> into);

}  // namespace stoker
