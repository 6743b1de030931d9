// SPDX-License-Identifier: ISC
// The user and groups of the program.
#pragma once
#include <sys/types.h>

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/text.hh"
#include "chain/wording.hh"

namespace stoker {

struct Identity {
  static constexpr size_t most_groups = 60;

  uid_t user = 0;
  size_t group_count = 0;                      // at least 1
  std::array<gid_t, most_groups> groups = {};  // the first is the primary group
  Text<256> name = {};                         // empty if only numbers are known

  gid_t group() const { return groups[0]; }
  bool add_group(gid_t group);  // false if there are too many
};

// `uid:gid[:gid…]`; empty for anything else.
std::optional<Identity> parse_ids(std::string_view text);

// chpst's `[:]user[:group[:group…]]`. Dies if a name is unknown.
Identity look_up_identity(const char* text);

// The account of that name with its primary group; dies if it does not exist.
struct Account : Identity {
  PathText home, shell;
};
Account look_up_account(const char* name, const LoaderWording& wording);

// Switches this process to that user, for good. With `all_groups`, adds the user's supplementary
// groups from the system's databases.
void become_user(const Identity& identity, bool all_groups, const LoaderWording& wording);

// $GID and $UID.
void set_id_variables(const Identity& identity);

}  // namespace stoker
