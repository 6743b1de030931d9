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

// `keep-caps`, `no-setuid-fixup`, `noroot`, each also with `-locked`.
std::optional<unsigned> parse_secure_bits(std::string_view text);

// The name of a capability, without `cap_`; empty if it has none here.
std::string_view capability_name(unsigned number);

}  // namespace stoker
