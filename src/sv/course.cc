// SPDX-License-Identifier: ISC
#include "sv/course.hh"

#include <algorithm>

#include "base/sort.hh"

namespace stoker {

namespace {

constexpr uint64_t second = 1'000'000;

bool is_wanted(const HistoryEntry& entry) {
  return entry.want == Want::up || entry.want == Want::once;
}

// Has it been asked for, and not come to rest?
bool is_on_its_way(const HistoryEntry& entry) {
  switch (entry.state) {
  case State::down: return entry.began && is_wanted(entry);
  case State::failed:
  case State::ready:
  case State::listening:
  case State::stopping: return false;
  case State::starting:
  case State::waiting:
  case State::up:
  case State::finishing:
  case State::backoff:
  case State::held: return true;
  }
  return false;
}

// Has the way up come to its end?
bool is_settled(const HistoryEntry& entry) {
  if (serves(entry.state) || entry.state == State::failed) return true;
  return entry.state == State::down && !(entry.began && is_wanted(entry));
}

bool begins_before(const Course& one, const Course& other) { return one.begun < other.begun; }

bool stands_above(const Course& one, const Course& other) {
  if (one.released != other.released) return one.released < other.released;
  if (one.settled != other.settled) return one.settled < other.settled;
  return std::string_view(one.name) < std::string_view(other.name);
}

}  // namespace

uint64_t last_begin(std::span<const HistoryEntry> entries) {
  uint64_t last = no_time;
  for (const HistoryEntry& entry : entries)
    if (entry.began) last = entry.at;
  return last;
}

void follow(Course& course, uint64_t zero) {
  const auto is_older = [zero](const HistoryEntry& entry) { return entry.at < zero; };
  for (auto* const entries : {&course.main, &course.log})
    while (!entries->empty() && is_older(entries->front())) *entries = entries->subspan(1);
  if (!course.main.empty() && course.main.back().state == State::failed)
    course.failed = course.main.back().at;
  for (const HistoryEntry& entry : course.main) {
    if (course.begun == no_time) {
      // A start that is known from its middle on does not count.
      const bool ready_at_once = serves(entry.state) && entry.began;
      if (!is_on_its_way(entry) && !ready_at_once) continue;
      course.begun = entry.at;
    }
    // If it dies and is held again, it is released again.
    if (entry.state == State::held)
      course.released = no_time;
    else if (course.released == no_time)
      course.released = entry.at;
    course.stuck = entry.state == State::held && entry.reason == Reason::need_failed;
    if (!is_settled(entry)) continue;
    course.settled = entry.at;
    course.ready = serves(entry.state);
    return;
  }
}

Boot find_boot(std::span<Course> courses, uint64_t zero, uint64_t now) {
  sort(courses, begins_before);
  Boot boot{.zero = zero, .end = zero};
  bool over = true;
  for (const Course& course : courses) {
    if (!course.known() || (boot.count > 0 && course.begun > boot.end + second)) break;
    over = over && (course.settled != no_time || course.stuck);
    boot.end = std::max(boot.end, course.settled != no_time ? course.settled : course.begun);
    ++boot.count;
  }
  // What may never settle leaves room for the others.
  if (!over)
    boot.end = std::min(std::max(now, boot.end), boot.end + std::max(boot.end - zero, second));
  sort(courses.first(boot.count), stands_above);
  return boot;
}

}  // namespace stoker
