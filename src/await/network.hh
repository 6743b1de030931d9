// SPDX-License-Identifier: ISC
// What await asks of the network, and how it learns that the answer may have changed.
#pragma once
#include "base/clock.hh"
#include "base/fd.hh"

namespace stoker {

// A descriptor that is readable when interfaces or addresses change. Empty with errno where the
// system has none; then network_looks() says how often to look.
Fd watch_network();
// Reads what has come, which says no more than that something has changed.
void drain_network(int fd);
Moment network_looks(const Fd& watch);

// It is up, and its link is.
bool is_interface_up(const char* name);

// `subject` is an address, and this machine has it; or an interface that has one of more than the
// link's own reach.
bool has_address(const char* subject);

}  // namespace stoker
