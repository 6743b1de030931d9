// SPDX-License-Identifier: ISC
#include "sv/plot.hh"

#include <string>

#include "catch.hh"
#include "story.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Page page;  // too large for the stack of a test

std::string drawn(std::span<const Course> courses, const Boot& boot,
                  std::span<const uint32_t> chain = {}) {
  std::string svg;
  const auto take = [&svg] {
    svg += page.view();
    page.clear();
  };
  append_plot(page, {courses, boot, chain, "a title", "more"}, take);
  take();
  return svg;
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

struct Pictured {
  Story story;
  Course course;
  Boot boot;

  explicit Pictured(Story life, const char* name = "web") : story(std::move(life)) {
    course = {.name = name, .main = story.entries};
    follow(course, zero);
    boot = find_boot({&course, 1}, zero, zero + ms(100));
  }
  std::string svg() const { return drawn({&course, 1}, boot); }
};

}  // namespace

TEST_CASE("the marks of an axis are round, and neither few nor many") {
  CHECK(tick_of(1'000'000) == 100'000);
  CHECK(tick_of(2'300'000) == 200'000);
  CHECK(tick_of(4'600'000) == 500'000);
  CHECK(tick_of(0) == 1);
  for (uint64_t span = 10; span < 10'000'000'000; span = span * 3 / 2) {
    const uint64_t marks = span / tick_of(span);
    CHECK((marks >= 4 && marks <= 12));
  }
}

TEST_CASE("a row has a bar for each state that it was in") {
  const Pictured web(Story()
                         .begins(0, State::held)
                         .at(10, State::starting)
                         .at(20, State::up)
                         .at(40, State::ready));
  const std::string svg = web.svg();
  // Once in the legend, once in the row.
  for (const char* const look : {"held", "starting", "up", "ready"})
    CHECK(count(svg, "class=\"" + std::string(look) + "\"") == 2);
  CHECK(count(svg, "class=\"failed\"") == 1);
  CHECK(count(svg, "class=\"death\"") == 1);
  CHECK(count(svg, "class=\"took\"") == 1);
  CHECK(count(svg, "<title>web: held 10 ms, took 30 ms, ready at 40 ms</title>") == 1);
}

TEST_CASE("a death is marked, a stop that was asked for is not") {
  const Pictured died(Story()
                          .begins(0, State::up)
                          .at(10, State::finishing)
                          .at(11, State::backoff)
                          .at(20, State::up)
                          .at(30, State::ready));
  CHECK(count(died.svg(), "class=\"death\"") == 2);
  const Pictured stopped(Story().begins(0, State::up).at(10, State::stopping).at(20, State::down));
  CHECK(count(stopped.svg(), "class=\"death\"") == 1);
}

TEST_CASE("the critical chain is outlined, and its links are arrows") {
  const Story db = Story().begins(0, State::up).at(10, State::ready);
  const Story web = Story().begins(0, State::held).at(11, State::up).at(20, State::ready);
  Course courses[] = {{.name = "db", .main = db.entries}, {.name = "web", .main = web.entries}};
  for (Course& course : courses) {
    follow(course, zero);
    course.critical = true;
  }
  const Boot boot = find_boot(courses, zero, zero + ms(100));
  const uint32_t chain[] = {1, 0};
  const std::string svg = drawn(courses, boot, chain);
  CHECK(count(svg, "<rect class=\"critical\"") == 3);
  CHECK(count(svg, "marker-end=\"url(#to)\"") == 1);
  CHECK(count(svg, "class=\"chain\"") == 2);
}

TEST_CASE("of what failed or is stuck, the picture says why") {
  Pictured failed(Story().begins(0, State::starting).at(10, State::failed));
  failed.course.why = "start exited 3";
  CHECK(count(failed.svg(), "class=\"why\"") == 1);
  CHECK(count(failed.svg(), ">start exited 3</text>") == 1);
  Pictured stuck(Story().at(0, State::held, {.reason = Reason::need_failed, .began = true}));
  stuck.course.why = "needs db, which has failed";
  CHECK(count(stuck.svg(), ">needs db, which has failed</text>") == 1);
}

TEST_CASE("names are text, whatever is in them") {
  const std::string svg = Pictured(Story().begins(0, State::ready), "a<b>&\"\x01\xff").svg();
  CHECK(count(svg, "a&lt;b&gt;&amp;&quot;??") >= 1);
  CHECK(count(svg, "a<b") == 0);
}

TEST_CASE("a long name is cut") {
  const std::string name(200, 'n');
  const std::string svg = Pictured(Story().begins(0, State::ready), name.c_str()).svg();
  CHECK(count(svg, std::string(36, 'n') + "…</text>") == 1);
}
