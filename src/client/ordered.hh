// SPDX-License-Identifier: ISC
// Is there an order in a tree?
#pragma once
#include <string_view>

#include "client/service_handle.hh"

namespace stoker {

// Does svscan say that a service in the directory names another? If the first names have come since
// it began, it is asked to read them, which it does before it learns of what is sent next.
bool is_ordered(const Places& places, std::string_view directory);

}  // namespace stoker
