// SPDX-License-Identifier: ISC
// Capabilities and secure bits by their names. The numbers are Linux's.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

using CapabilitySet = uint64_t;
constexpr CapabilitySet every_capability = ~CapabilitySet{};

// Names such as `CAP_NET_ADMIN` or `net_admin`, with blanks or commas between them;
// `all`, `none`; with `~` before the first, all but these.
std::optional<CapabilitySet> parse_capabilities(std::string_view text);

// Adds such a list to a set that begins as `initial`, as systemd does: the first one replaces
// it, further ones add to it, or with `~` remove from it; an empty one starts again. False if it is
// invalid.
[[nodiscard]] bool add_capabilities(std::optional<CapabilitySet>& set, std::string_view text,
                                    CapabilitySet initial);

// Adds `keep-caps`, `no-setuid-fixup`, `noroot`, each also with `-locked`; an empty list removes
// all. False if it is invalid.
[[nodiscard]] bool add_secure_bits(std::optional<unsigned>& bits, std::string_view text);

// The name of a capability, without `cap_`; empty if it has none here.
std::string_view capability_name(unsigned number);

}  // namespace stoker
