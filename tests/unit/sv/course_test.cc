// SPDX-License-Identifier: ISC
#include "sv/course.hh"

#include "catch.hh"
#include "story.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Course followed(const Story& story) {
  Course course{.name = "x", .main = story.entries};
  follow(course, zero);
  return course;
}

}  // namespace

TEST_CASE("a start that nothing holds takes from the first entry until it is ready") {
  const Course course = followed(Story()
                                     .begins(0, State::starting)
                                     .at(10, State::up)
                                     .at(30, State::ready)
                                     .at(99, State::finishing));
  CHECK(course.begun == zero);
  CHECK(course.held_for() == 0);
  CHECK(course.took() == ms(30));
  CHECK(course.ready);
}

TEST_CASE("the time in which it is held does not count as its own") {
  const Course course =
      followed(Story().begins(0, State::held).at(50, State::starting).at(80, State::ready));
  CHECK(course.held_for() == ms(50));
  CHECK(course.took() == ms(30));
}

TEST_CASE("deaths before it is ready are part of the start") {
  const Course course = followed(Story()
                                     .begins(0, State::up)
                                     .at(5, State::finishing)
                                     .at(6, State::backoff)
                                     .at(106, State::up)
                                     .at(110, State::ready));
  CHECK(course.took() == ms(110));
}

TEST_CASE("a start ends where it fails or is given up, too") {
  const Course failed = followed(Story().begins(0, State::starting).at(7, State::failed));
  CHECK(failed.took() == ms(7));
  CHECK_FALSE(failed.ready);
  const Course stopped = followed(Story().begins(0, State::held).at(9, State::down));
  CHECK(stopped.settled == zero + ms(9));
  CHECK(stopped.held_for() == ms(9));
  CHECK(stopped.took() == 0);
}

TEST_CASE("the time before anything runs, while it is not held, is its own") {
  const Course course =
      followed(Story().begins(0, State::down).at(6, State::up).at(30, State::ready));
  CHECK(course.held_for() == 0);
  CHECK(course.took() == ms(30));
  const Course held = followed(
      Story().begins(0, State::down).at(6, State::held).at(30, State::up).at(40, State::ready));
  CHECK(held.held_for() == ms(30));
  CHECK(held.took() == ms(10));
}

TEST_CASE("what has failed in the end says so, though it was ready once") {
  const Course course = followed(Story()
                                     .begins(0, State::up)
                                     .at(5, State::ready)
                                     .at(9, State::finishing)
                                     .at(10, State::failed));
  CHECK(course.ready);
  CHECK(course.failed == zero + ms(10));
  CHECK(followed(Story().begins(0, State::up).at(5, State::failed).at(9, State::ready)).failed ==
        no_time);
}

TEST_CASE("what is not wanted has no start until it is asked for") {
  CHECK_FALSE(followed(Story().at(0, State::down, {.want = Want::down, .began = true})).known());
  const Course later = followed(Story()
                                    .at(0, State::down, {.want = Want::down, .began = true})
                                    .at(900, State::up)
                                    .at(950, State::ready));
  CHECK(later.begun == zero + ms(900));
}

TEST_CASE("a group is ready as soon as it is released") {
  const Course course = followed(Story().begins(0, State::held).at(40, State::ready));
  CHECK(course.held_for() == ms(40));
  CHECK(course.took() == 0);
  CHECK(course.ready);
}

TEST_CASE("a start that is known from its middle on does not count") {
  CHECK_FALSE(followed(Story().at(5, State::ready)).known());
  CHECK_FALSE(followed(Story()).known());
}

TEST_CASE("what was before the tree began does not count") {
  Story story;
  story.begins(0, State::up).at(1, State::ready);
  for (HistoryEntry& entry : story.entries) entry.at -= ms(100);
  story.begins(10, State::up).at(12, State::ready);
  const Course course = followed(story);
  CHECK(course.begun == zero + ms(10));
  CHECK(course.main.size() == 2);
}

TEST_CASE("the life of a service begins with the last supervisor that found nothing running") {
  Story story;
  story.begins(0, State::up).at(5, State::ready).begins(50, State::up);
  story.at(70, State::ready, {.took_over = true});
  CHECK(last_begin(story.entries) == zero + ms(50));
  CHECK(last_begin({}) == no_time);
}

TEST_CASE("a boot ends when nothing is on its way, and the rows are in the order of the releases") {
  const Story web = Story().begins(1, State::held).at(300, State::up).at(900, State::ready);
  const Story db = Story().begins(2, State::up).at(290, State::ready);
  const Story late = Story().begins(2'500, State::up).at(2'600, State::ready);
  const Story never;
  std::vector<Course> courses;
  for (const auto& [name, story] :
       {std::pair{"never", &never}, {"web", &web}, {"late", &late}, {"db", &db}}) {
    courses.push_back({.name = name, .main = story->entries});
    follow(courses.back(), zero);
  }
  const Boot boot = find_boot(courses, zero, zero + ms(10'000));
  CHECK(boot.count == 2);
  CHECK(boot.end == zero + ms(900));
  CHECK(std::string_view(courses[0].name) == "db");
  CHECK(std::string_view(courses[1].name) == "web");
}

TEST_CASE("what never gets ready does not make the picture of a boot endless") {
  const Story db = Story().begins(0, State::up).at(2'000, State::ready);
  const Story web = Story().begins(1, State::up);
  const Story stuck = Story().at(1, State::held, {.reason = Reason::need_failed, .began = true});
  const auto end_with = [&](const Story& other, uint64_t now) {
    std::vector<Course> courses(2);
    courses[0].main = db.entries;
    courses[1].main = other.entries;
    for (Course& course : courses) course.name = "x", follow(course, zero);
    return find_boot(courses, zero, zero + ms(now)).end - zero;
  };
  CHECK(end_with(web, 2'500) == ms(2'500));
  CHECK(end_with(web, 1'000'000) == ms(4'000));
  CHECK(end_with(stuck, 1'000'000) == ms(2'000));
}
