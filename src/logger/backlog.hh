// SPDX-License-Identifier: ISC
// Lines that cannot be written to disk, where the service is not to wait. All pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/text.hh"

namespace stoker {

enum class OverflowPolicy : uint8_t {
  block,     // take no more lines until the disk does
  drop_new,  // keep what fits into memory, and drop what comes behind
  drop_old   // keep what came last
};

struct Overflow {
  static constexpr size_t usual_size = 65536;

  OverflowPolicy policy = OverflowPolicy::block;
  size_t size = usual_size;

  bool operator==(const Overflow&) const = default;
};

// Lines that wait in memory, and how many did not fit. They go back to the disk in
// order, with a notice in place of the gap that says how large it is.
class Backlog {
 public:
  using Notice = Text<512>;
  static constexpr size_t head_size = 48;  // any time stamp has less
  using Head = Text<head_size>;

  // Begins empty. `torn`: the file ends in the middle of a line whose rest comes first.
  void begin(std::span<char> memory, OverflowPolicy policy, bool torn);

  // Adds text, which may be cut anywhere.
  void put(std::string_view text);

  // Is there nothing left to be written, and not the middle of a dropped line to come?
  bool over() const { return empty() && !skipping_; }
  bool empty() const;

  // Is a notice of dropped lines due? It is to be given before more is taken out.
  bool wants_notice() const;
  uint64_t lost() const { return lost_; }
  // How a line in the gap begins: the one that is next to those that were kept. Empty if
  // the beginning is in the file.
  const Head& lost_head() const { return lost_head_; }
  void give_notice(const Notice& notice);

  // What is to be written next; and that `count` bytes of it have been.
  std::string_view front() const;
  void took(size_t count);

  // How many lines are lost with what waits, if it is given up?
  uint64_t lines() const;

 private:
  // The last line in the file.
  enum class FileEnd : uint8_t {
    whole,
    rest_waits,  // it lacks its rest, which is first in the ring
    rest_lost
  };

  size_t free() const { return memory_.size() - size_; }
  void put_segment(std::string_view segment);
  void store(std::string_view bytes);
  bool make_room(size_t wanted);
  void drop_front_line();
  void drop_line_of(std::string_view segment);
  void note_lost(size_t waiting, std::string_view rest);
  char at(size_t place) const { return memory_[(begin_ + place) % memory_.size()]; }

  std::span<char> memory_;
  OverflowPolicy policy_ = OverflowPolicy::block;
  size_t begin_ = 0, size_ = 0;  // a ring
  uint64_t lost_ = 0;
  Head lost_head_;
  bool line_open_ = false;  // has the last line not ended?
  size_t open_size_ = 0;    // so much of it is in the ring
  FileEnd file_end_ = FileEnd::whole;
  bool skipping_ = false;  // does what comes belong to a line that was dropped?
  Notice notice_;
  size_t noticed_ = 0;  // bytes of the notice that are written
};

}  // namespace stoker
