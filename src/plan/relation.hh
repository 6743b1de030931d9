// SPDX-License-Identifier: ISC
// How one service can stand to another: a file of the service directory for each, and what it
// means. service(5) describes them. Pure.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

// "This service … that one."
enum class Relation : uint8_t { needs, binds, wants, after, starts, part_of, conflicts };
constexpr size_t relation_count = 7;

// What a start waits for. A service is `settled` when it is ready, or is not going to be.
enum class Awaits : uint8_t { nothing, ready, settled, settled_if_coming };

struct RelationRow {
  Relation relation;
  const char* file;          // in the service directory
  std::string_view verb;     // "web needs db"
  Awaits awaits;             // … of that one, before this one starts
  bool starts = false;       // a start of this one starts that one, too
  bool is_strong = false;    // … when that one stops on purpose or restarts, this one stops first
  bool stops_first = false;  // … where both stop
};

// In the order of Relation.
extern const std::array<RelationRow, relation_count> relations;

inline const RelationRow& row_of(Relation relation) {
  return relations[static_cast<size_t>(relation)];
}

// Of which the file has that name; empty for another file.
std::optional<Relation> relation_of_file(std::string_view name);

// Do the two stand in an order, so that they can form a cycle?
inline bool orders(Relation relation) { return row_of(relation).stops_first; }

}  // namespace stoker
