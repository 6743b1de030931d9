// SPDX-License-Identifier: ISC
#include "sv/course_json.hh"

#include "client/json.hh"
#include "sv/elapsed.hh"

namespace stoker {

void append_json_course(Page& page, const Course& course, uint64_t zero) {
  const auto time = [&page](std::string_view key, uint64_t value, bool known) {
    page.append(",\"", key, "\":", known ? seconds_number(value).view() : "null");
  };
  page.append("{\"name\":");
  append_json_string(page, course.name);
  time("begun", course.begun - zero, true);
  time("held", course.held_for(), course.released != no_time);
  time("took", course.took(), course.settled != no_time);
  time("ready_at", course.settled - zero, course.ready);
  page.append(",\"reason\":");
  course.why.empty() ? page.append("null") : append_json_string(page, course.why);
  page.append('}');
}

void show_json(std::span<const Course> courses, uint64_t zero, Printer& printer) {
  printer.page.append('[');
  for (const Course& course : courses) {
    printer.page.append(&course == &courses.front() ? "\n" : ",\n");
    append_json_course(printer.page, course, zero);
    printer.make_room();
  }
  printer.page.append(courses.empty() ? "]\n" : "\n]\n");
}

}  // namespace stoker
