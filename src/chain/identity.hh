// SPDX-License-Identifier: ISC
// Who the program shall be.
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
  size_t group_count = 0;                      // 1 at least
  std::array<gid_t, most_groups> groups = {};  // the first is the group proper
  Text<256> name = {};                         // empty where only numbers are known

  gid_t group() const { return groups[0]; }
  bool add_group(gid_t group);  // false when there are too many
};

// `uid:gid[:gid…]`; empty for anything else.
std::optional<Identity> parse_ids(std::string_view text);

// chpst's `[:]user[:group[:group…]]`. Dies if it names nobody.
Identity look_up_identity(const char* text);

// The account of that name with its own group; dies if there is none.
struct Account : Identity {
  PathText home, shell;
};
Account look_up_account(const char* name, const LoaderWording& wording);

// Gives up what this process may do beyond the rights of that user. With
// `all_groups`, the groups the system's files list for the user come to it.
void become_user(const Identity& identity, bool all_groups, const LoaderWording& wording);

// $GID and $UID.
void set_id_variables(const Identity& identity);

}  // namespace stoker
