// SPDX-License-Identifier: ISC
// Users that exist only while their programs run, as systemd's DynamicUser= has them.
#pragma once
#include <sys/types.h>

#include <string_view>

namespace stoker {

// systemd's range for them, which no account may be in.
constexpr uid_t first_dynamic_user = 61184, last_dynamic_user = 65519;
constexpr bool is_dynamic_user(uid_t user) {
  return user >= first_dynamic_user && user <= last_dynamic_user;
}

// Letters, digits, `-` and `_`, at most 31, without a digit or `-` in front.
bool is_dynamic_user_name(std::string_view name);

// The number to try for a name, `attempt` times in vain before: usually the same on each boot.
uid_t dynamic_user_candidate(std::string_view name, unsigned attempt);

// Claims a free number for this name, and keeps it claimed as long as this process, and those that
// inherit its descriptors, run. Processes with the same name share it. Returns it as
// look_up_identity() takes it; if there is an account of that name, just the name. Dies if that is
// not possible.
const char* claim_dynamic_user(const char* name);

}  // namespace stoker
