// SPDX-License-Identifier: ISC
// The critical chain of a boot: what the last service waited for last, what that one waited for,
// and so on. Pure.
#pragma once
#include <cstdint>
#include <span>

#include "sv/course.hh"

namespace stoker {

// One course waits until another has settled; indices.
struct ChainLink {
  uint32_t dependent = 0, needed = 0;
};

// The course that was ready last of those; courses.size() if none was.
size_t last_ready(std::span<const Course> courses);

// Of what the course waited for, the one that settled last before it was released. courses.size()
// if nothing held it, or if that is not known.
size_t held_by(std::span<const Course> courses, std::span<const ChainLink> links, size_t course);

// Marks the chain that ends with the course as critical, and writes the indices, the last one
// first. Returns how many there are; no more than `chain` has room for.
size_t mark_chain(std::span<Course> courses, std::span<const ChainLink> links, size_t last,
                  std::span<uint32_t> chain);

}  // namespace stoker
