// SPDX-License-Identifier: ISC
#pragma once
#include "client/printer.hh"
#include "sv/course.hh"

namespace stoker {

// An array of objects, one a line: {"name":…,"begun":…,…}. Times are in seconds since `zero`, and
// null where they are unknown. Pure but for the flushing of the printer.
void show_json(std::span<const Course> courses, uint64_t zero, Printer& printer);
void append_json_course(Page& page, const Course& course, uint64_t zero);

}  // namespace stoker
