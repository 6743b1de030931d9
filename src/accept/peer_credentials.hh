// SPDX-License-Identifier: ISC
#pragma once
#include "accept/served_client.hh"

namespace stoker {

// Who connected to this local socket. Empty where the system does not say.
std::optional<PeerCredentials> peer_credentials(int fd);

}  // namespace stoker
