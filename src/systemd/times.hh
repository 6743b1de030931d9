// SPDX-License-Identifier: ISC
// Times as systemctl prints them.
#pragma once
#include "base/tai64n.hh"
#include "base/text.hh"

namespace stoker::systemd {

// "Sun 2026-11-29 19:11:28 UTC" in local time; empty for a label of zero.
Text<64> stamp_text(const Tai64n& time);
// "5min ago", "1h 3min ago", "2 days ago". Pure.
Text<64> ago_text(uint64_t seconds);
// "5min left". Pure.
Text<64> left_text(uint64_t seconds);

}  // namespace stoker::systemd
