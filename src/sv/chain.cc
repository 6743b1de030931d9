// SPDX-License-Identifier: ISC
#include "sv/chain.hh"

namespace stoker {

size_t last_ready(std::span<const Course> courses) {
  size_t last = courses.size();
  for (size_t at = 0; at < courses.size(); ++at)
    if (courses[at].ready &&
        (last == courses.size() || courses[at].settled > courses[last].settled))
      last = at;
  return last;
}

size_t held_by(std::span<const Course> courses, std::span<const ChainLink> links, size_t course) {
  const Course& held = courses[course];
  size_t found = courses.size();
  if (held.released == no_time || held.held_for() == 0) return found;
  for (const ChainLink& link : links) {
    if (link.dependent != course) continue;
    const uint64_t settled = courses[link.needed].settled;
    // What settled before the other one began, held nothing.
    if (settled > held.released || settled < held.begun) continue;
    if (found == courses.size() || settled > courses[found].settled) found = link.needed;
  }
  return found;
}

size_t mark_chain(std::span<Course> courses, std::span<const ChainLink> links, size_t last,
                  std::span<uint32_t> chain) {
  size_t count = 0;
  for (size_t at = last; at < courses.size() && !courses[at].critical && count < chain.size();
       at = held_by(courses, links, at)) {
    courses[at].critical = true;
    chain[count++] = static_cast<uint32_t>(at);
  }
  return count;
}

}  // namespace stoker
