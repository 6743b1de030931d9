// SPDX-License-Identifier: ISC
#include "supervise/keeper.hh"

namespace stoker {

void Keeper::inherit(const char*) {}

void Keeper::recover(FunctionRef<void(Fd&, Kind, std::string_view)>) {}

bool Keeper::replace(const HeldDescriptors&, int) { return true; }

bool Keeper::offer(int, std::string_view) const { return true; }

}  // namespace stoker
