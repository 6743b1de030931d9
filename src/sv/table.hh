// SPDX-License-Identifier: ISC
// `sv list`: services as an aligned table.
#pragma once
#include "client/printer.hh"
#include "client/service_handle.hh"

namespace stoker {

// A line of headings, then one for each service.
void show_table(const Places& places, std::span<char* const> names, Printer& printer);

}  // namespace stoker
