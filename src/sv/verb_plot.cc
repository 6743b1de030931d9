// SPDX-License-Identifier: ISC
// sv plot: see sv(8).
#include <unistd.h>

#include <algorithm>

#include "base/width.hh"
#include "client/view.hh"
#include "sv/boot_record.hh"
#include "sv/course_json.hh"
#include "sv/elapsed.hh"
#include "sv/plot.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

// "HOST: 7 of 8 services ready after 2.302 s"
Text<400> title_of(std::span<const Course> courses, const Boot& boot) {
  char host[256] = "";
  const bool named = gethostname(host, sizeof host - 1) == 0 && *host != '\0';
  uint64_t last = boot.zero;
  size_t ready = 0;
  for (const Course& course : courses) {
    if (!course.ready) continue;
    ++ready;
    last = std::max(last, course.settled);
  }
  Text<400> title(named ? host : "", named ? ": " : "", ready);
  if (ready < courses.size()) title.append(" of ", courses.size());
  title.append(courses.size() == 1 ? " service" : " services", " ready after ",
               elapsed_text(last - boot.zero).view());
  return title;
}

// "2026-11-29T01:33:38Z. Critical chain: db, web, worker"
Text<400> subtitle_of(std::span<const Course> courses, std::span<const uint32_t> chain,
                      uint64_t ago) {
  constexpr size_t columns = 170;
  constexpr uint64_t second = 1'000'000;
  Tai64n began = tai_now();
  began.seconds -= std::min(ago / second, began.seconds);
  Text<1000> text(time_text(began).view());
  for (size_t at = chain.size(); at > 0; --at)
    text.append(at == chain.size() ? ". Critical chain: " : ", ", courses[chain[at - 1]].name);
  const std::string_view shown = cut_to_width(text, columns);
  return Text<400>(shown, shown.size() < text.size() ? "…" : "");
}

}  // namespace

int plot(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer) {
  ServiceNames all;
  BootRecord record(places, names_or_all(words, places, all));
  record.explain();
  const std::span<const Course> courses = record.of_boot();
  const size_t last = last_ready(courses);
  const auto chain = last < courses.size() ? record.chain_of(last) : std::span<const uint32_t>();
  if (how.json) {
    show_json(courses, record.boot().zero, printer);
  } else {
    const auto title = title_of(courses, record.boot());
    const auto subtitle = subtitle_of(courses, chain, record.now() - record.boot().zero);
    append_plot(printer.page, {courses, record.boot(), chain, title, subtitle},
                [&printer] { printer.make_room(); });
  }
  printer.flush();
  return 0;
}

}  // namespace stoker
