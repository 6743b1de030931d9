// SPDX-License-Identifier: ISC
// The picture of a boot, as SVG: a row for each service, with what held it, its start script, the
// time to readiness, its restarts and its logger, and the critical chain. Pure.
#pragma once
#include <span>
#include <string_view>

#include "base/function_ref.hh"
#include "client/printer.hh"
#include "sv/course.hh"

namespace stoker {

struct Plot {
  std::span<const Course> courses;  // of the boot, in the order of the rows
  Boot boot;
  std::span<const uint32_t> chain;  // indices, the last one first
  std::string_view title, subtitle;
};

// `make_room` is called whenever there may be 2 kB more in the page.
void append_plot(Page& page, const Plot& plot, FunctionRef<void()> make_room);

// The distance of the marks on the axis: 1, 2 or 5 times a power of ten, so that there are five to
// a dozen of them. In microseconds, as the argument.
uint64_t tick_of(uint64_t span);

}  // namespace stoker
