// SPDX-License-Identifier: ISC
// sv blame: see sv(8).
#include <algorithm>
#include <array>

#include "base/sort.hh"
#include "client/view.hh"
#include "sv/boot_record.hh"
#include "sv/columns.hh"
#include "sv/course_json.hh"
#include "sv/elapsed.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

// Until now, if it is still on its way.
uint64_t time_taken(const Course& course, uint64_t now) {
  if (course.released == no_time) return 0;
  return course.settled == no_time ? now - std::min(now, course.released) : course.took();
}

bool takes_longer(const Course& one, const Course& other, uint64_t now) {
  const uint64_t mine = time_taken(one, now), theirs = time_taken(other, now);
  if (mine != theirs) return mine > theirs;
  return std::string_view(one.name) < std::string_view(other.name);
}

// The texts of a line.
struct BlameLine {
  Text<40> took, held, at;
  Cell name;
  Text<400> why;

  BlameLine(const Course& course, uint64_t zero, uint64_t now)
      : took(elapsed_text(time_taken(course, now)).view()),
        held(elapsed_text(course.released == no_time ? now - course.begun : course.held_for())
                 .view()),
        name(harmless(course.name)),
        why(course.why) {
    if (course.released == no_time)
      held.append("+");
    else if (course.settled == no_time)
      took.append("+");
    if (course.ready) at.append(elapsed_text(course.settled - zero).view());
  }
  std::array<std::string_view, 5> cells() const { return {took, held, at, name, why}; }
};

void show_lines(BootRecord& record, std::span<const Course> all, Printer& printer) {
  constexpr std::array<std::string_view, 5> headings = {"TOOK", "HELD", "READY AT", "NAME",
                                                        "REASON"};
  constexpr unsigned numbers = 7;
  const uint64_t zero = record.boot().zero, now = record.now();
  Columns table(printer.page, {.right = numbers});
  table.measure(headings);
  for (const Course& course : all) table.measure(BlameLine(course, zero, now).cells());
  table.append(headings);
  for (const Course& course : all) {
    table.append(BlameLine(course, zero, now).cells());
    printer.make_room();
  }
}

}  // namespace

int blame(const Invocation& how, const Places& places, std::span<char* const> given,
          Printer& printer) {
  ServiceNames all;
  BootRecord record(places, names_or_all(given, places, all));
  record.explain();
  const std::span<Course> courses = record.courses();
  const uint64_t now = record.now();
  sort(courses, [now](const Course& one, const Course& other) {
    if (one.known() != other.known()) return one.known();
    return takes_longer(one, other, now);
  });
  size_t count = 0;
  while (count < courses.size() && courses[count].known()) ++count;
  if (how.json)
    show_json(courses.first(count), record.boot().zero, printer);
  else
    show_lines(record, courses.first(count), printer);
  printer.flush();
  return 0;
}

}  // namespace stoker
