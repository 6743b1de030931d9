// SPDX-License-Identifier: ISC
// The names in a log directory other than those of old logs. svlogd(8) describes each.
#pragma once
#include <sys/types.h>

namespace stoker::store {

constexpr char current[] = "current";
constexpr char lock[] = "lock";
constexpr char config[] = "config";
// What one processor leaves for the next.
constexpr char state[] = "state";
constexpr char new_state[] = "newstate";
// What multilog and s6-log use during a rotation.
constexpr char previous[] = "previous";
constexpr char processed[] = "processed";

constexpr mode_t directory_mode = 0700;
constexpr mode_t lock_mode = 0600;
constexpr mode_t current_mode = 0644;

}  // namespace stoker::store
