// SPDX-License-Identifier: ISC
// sv chain: see sv(8).
#include <array>

#include "base/report.hh"
#include "client/view.hh"
#include "sv/boot_record.hh"
#include "sv/columns.hh"
#include "sv/course_json.hh"
#include "sv/elapsed.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr std::array<std::string_view, 4> headings = {"READY AT", "TOOK", "HELD", "NAME"};

// The texts of a line.
struct ChainLine {
  Text<32> at, took, held;
  Cell name;

  ChainLine(const Course& course, uint64_t zero)
      : took(elapsed_text(course.took())),
        held(elapsed_text(course.held_for())),
        name(harmless(course.name)) {
    if (course.settled != no_time) at = elapsed_text(course.settled - zero);
  }
  std::array<std::string_view, 4> cells() const { return {at, took, held, name}; }
};

void show_chain(std::span<const Course> courses, uint64_t zero, Printer& printer) {
  constexpr unsigned numbers = 7;
  if (courses.size() > 1) printer.page.append("Each service waited for the next one.\n");
  Columns table(printer.page, {.right = numbers});
  table.measure(headings);
  for (const Course& course : courses) table.measure(ChainLine(course, zero).cells());
  table.append(headings);
  for (const Course& course : courses) {
    table.append(ChainLine(course, zero).cells());
    printer.make_room();
  }
}

}  // namespace

int chain(const Invocation& how, const Places& places, std::span<char* const> words,
          Printer& printer) {
  if (words.size() > 1) misuse(how);
  ServiceNames all;
  BootRecord record(places, names_or_all({}, places, all));
  const std::span<Course> courses = record.courses();
  const size_t last = words.empty() ? last_ready(record.of_boot()) : record.find(words.front());
  const bool found = last < (words.empty() ? record.of_boot().size() : courses.size());
  if (!found && words.empty()) die({"no service has become ready"}, 1);
  if (!found) die({"the history of ", words.front(), " does not reach back to its start"}, 1);
  const auto indices = record.chain_of(last);
  const MappedArray<Course> links(indices.size());
  if (!links) die_errno({"unable to allocate memory"});
  for (size_t at = 0; at < indices.size(); ++at) links.all()[at] = courses[indices[at]];
  if (how.json)
    show_json(links.all(), record.boot().zero, printer);
  else
    show_chain(links.all(), record.boot().zero, printer);
  printer.flush();
  return 0;
}

}  // namespace stoker
