// SPDX-License-Identifier: ISC
// Users and groups of /etc/passwd and /etc/group, for programs that use no heap: without the
// other sources that the C library may know.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

struct Owner {
  uid_t user = static_cast<uid_t>(-1);
  gid_t group = static_cast<gid_t>(-1);  // -1: stays as it is
};

// "USER", "USER:GROUP" or ":GROUP", each a name or a number. Empty if there is no such account.
std::optional<Owner> find_owner(std::string_view text);

// The number in the third field of the line that begins with that name. Pure.
std::optional<uint32_t> number_in_line(std::string_view line, std::string_view name);

}  // namespace stoker
