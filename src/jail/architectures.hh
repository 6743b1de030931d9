// SPDX-License-Identifier: ISC
// Whose system calls a program may use: those of the machine's own architecture, and others that
// the kernel knows, such as the 32-bit calls of x86.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/list.hh"

namespace stoker {

class Architectures {
 public:
  // systemd's names, such as `x86-64` or `arm64`, with blanks or commas between them; `native` is
  // always permitted. An empty list starts again. False if a name is unknown.
  bool add_list(std::string_view list);

  bool any() const { return restricted_; }
  // Are there others than the native one, of which the rules for single calls do not know?
  bool foreign(uint32_t native) const;
  // The kernel's numbers (AUDIT_ARCH_... of linux/audit.h).
  std::span<const uint32_t> machines() const { return machines_.items(); }
  bool has_x32() const { return x32_; }

 private:
  bool add(std::string_view name);
  List<uint32_t, 16> machines_;
  bool restricted_ = false;
  bool x32_ = false;  // has the machine number of x86-64, and numbers of calls of its own
};

// The name of a number that a list has; empty for others.
std::string_view architecture_name(uint32_t machine);

// The kernel's number of the architecture that this program was compiled for; 0 if unknown.
uint32_t native_machine();

}  // namespace stoker
