// SPDX-License-Identifier: ISC
// The names of old logs: `@`, a TAI64N label, a dot and a code, which says how far
// the file has got. All pure; logger/store.hh handles the files themselves.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/tai64n.hh"
#include "base/text.hh"

namespace stoker {

namespace archive {
constexpr std::string_view safe = "s";         // complete, processed, safely on disk
constexpr std::string_view unfinished = "u";   // not (yet) processed, or cut off by an outage
constexpr std::string_view in_progress = "t";  // what a processor is writing

constexpr size_t label_size = 1 + 2 * Tai64n::size;
constexpr size_t longest_name = 63;
}  // namespace archive

// Which names are counted, and deleted when there are too many: svlogd counts those with
// a code of one letter only, multilog those with any code or none.
enum class Counted : uint8_t { one_letter, any };

using ArchiveName = Text<archive::longest_name>;

ArchiveName archive_name(const Tai64n& stamp, std::string_view code);

// The label in the name of an old log, whatever its code; empty for other names.
std::optional<Tai64n> archive_stamp(std::string_view name);

// The code in it, without the dot.
std::string_view archive_code(std::string_view name);

// A label for the next old log: the time, or just after `newest` if the clock has not
// passed that, so that names are unique and in order whatever the clock does.
Tai64n next_archive_stamp(const Tai64n& newest, const Tai64n& time);

// Counts the old logs in a log directory, given one name after the other; keeps the newest
// label, and the oldest few names that may be deleted.
class Census {
 public:
  static constexpr size_t room = 16;

  explicit Census(Counted counted = Counted::one_letter) : counted_(counted) {}

  void add(std::string_view name, bool deletable = true, uint64_t bytes = 0);

  size_t count() const { return count_; }
  uint64_t bytes() const { return bytes_; }
  const Tai64n& newest() const { return newest_; }
  std::span<const ArchiveName> oldest() const { return {oldest_.data(), kept_}; }

 private:
  Counted counted_;
  size_t count_ = 0, kept_ = 0;
  uint64_t bytes_ = 0;
  Tai64n newest_;
  std::array<ArchiveName, room> oldest_;
};

}  // namespace stoker
