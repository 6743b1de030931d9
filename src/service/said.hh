// SPDX-License-Identifier: ISC
// What a service has reported of itself on its notification socket, as clients see it.
#pragma once
#include <cstdint>
#include <span>

#include "base/text.hh"
#include "service/fields.hh"

namespace stoker {

struct Said {
  static constexpr size_t longest_text = 120;

  Text<longest_text> text;  // STATUS, harmless
  uint32_t ignored = 0;     // messages of processes that are none of the service's
  int error = 0;            // ERRNO
  bool reloading = false;
  Moment watchdog = never;  // the longest time between two signs of life

  bool is_empty() const { return *this == Said(); }
  bool operator==(const Said& other) const;
};

// Fields of two tags, the second of which is a group. Nothing is written of one that is empty.
struct SaidTags {
  FieldTag text, rest;
};
constexpr size_t said_size = 149;  // at most
void put(FieldWriter& out, const SaidTags& tags, const Said& said);
Said take_said(FieldReader& in, const SaidTags& tags);

}  // namespace stoker
