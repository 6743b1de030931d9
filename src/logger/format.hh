// SPDX-License-Identifier: ISC
// From a batch of lines to the bytes that go into one log. All pure.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/tai64n.hh"
#include "logdir/stamp.hh"
#include "logger/limits.hh"
#include "logger/rate.hh"
#include "logger/select.hh"

namespace stoker {

// What is handled at once: whole lines, or a piece of one that is too long for that.
struct Batch {
  std::string_view text;
  Tai64n first;               // when the first line began to come
  Tai64n rest;                // when the others were read; they are a nanosecond apart
  bool continues = false;     // the first line is the rest of one that has begun before
  bool ends = true;           // the last line is at its end, even if it lacks the newline
  bool notices_only = false;  // no lines; notices of suppressed lines are due
};

// The most that rules can see of a line. It must fit into what Source can show.
constexpr size_t longest_head = 32768;
constexpr size_t longest_stamped_head = 1000;
// Of lines that the logger itself puts into a log; prefixes beyond that are cut.
constexpr size_t longest_notice = 400;

// How lines are written to a log, and which of them.
struct LineStyle {
  StampForm stamp = StampForm::none;
  std::string_view prefix;
  std::span<const SelectRule> rules;
  size_t head = 1000;            // what the rules see, and what is sent elsewhere
  bool rules_see_stamp = false;  // then heads have at most longest_stamped_head bytes
  bool to_file = true;
  uint32_t rate = 0;  // lines a second that are let through; 0: all
};

// The start of a line, for the copies that are sent elsewhere.
struct LineStart {
  std::string_view stamp, prefix, head;
  bool clipped = false;  // the head is as long as heads may be; the line may go on
  Verdict verdict;
  Tai64n time;
};

// Called for each line when it begins. The words it returns are put before a copy of the
// line in the log; null: none.
using Announce = const char* (*)(void* context, const LineStart& line);

// Bytes on their way into a file.
struct OutputBuffer {
  static constexpr size_t capacity = 131072;

  std::string_view pending() const { return {data + begin, end - begin}; }
  size_t free() const { return capacity - end; }

  size_t begin = 0, end = 0;
  char data[capacity];
};

// Cuts the first line, with its newline if there is one, off the text.
std::string_view cut_line(std::string_view& text);

class Formatter {
 public:
  enum class Stop : uint8_t { batch_done, output_full, file_full };

  void set_style(const LineStyle& style);
  void set_announce(Announce callback, void* context);

  void begin(const Batch& batch);

  // Continues the batch until it is done, the output is full, or the file, which
  // has `size` bytes without the output, is to be rotated before anything more is put
  // into it.
  Stop fill(OutputBuffer& output, uint64_t size, const LogLimits& limits);

  // Is all of the batch in the output?
  bool finished() const { return size_ == 0 && left_.empty() && !newline_is_due(); }

  // The time stamp that one more line of this batch would have.
  const Tai64n& time() const { return time_; }

  // Would a batch of notices only have one?
  bool notice_is_due() const { return rate_.suppressed() != 0; }

  // The text as a line of its own, with stamp and prefix. The stamp is that which
  // `dated` begins with, or if that is too short, the next line's.
  template <size_t N>
  void decorate(Text<N>& line, std::string_view text, std::string_view dated = {}) {
    const std::string_view stamp = stamper_.stamp(time_);
    const bool other = dated.size() >= stamp.size();
    line.append(std::string_view(other ? dated.data() : stamp.data(), stamp.size()), style_.prefix);
    line.cut(N - std::min(N, text.size() + 1));
    line.append(text, '\n');
  }

 private:
  static constexpr size_t most_pieces = 16;

  bool newline_is_due() const { return first_ && batch_.continues && batch_.ends; }
  void next_line();
  Verdict judge_line(std::string_view text);
  void start_line(std::string_view text);
  void announce(std::string_view text, const Verdict& verdict);
  bool admits();
  void report_suppressed();
  void add_piece(std::string_view piece);
  void advance_time();
  bool put(OutputBuffer& output, uint64_t room);
  bool changes_nothing() const;
  size_t put_as_they_are(OutputBuffer& output, uint64_t room, uint64_t left);
  bool put_whole_lines(OutputBuffer& output, uint64_t room, uint64_t left);

  LineStyle style_;
  Stamper stamper_;
  RateLimit rate_;
  Text<longest_notice> notice_;
  Announce announce_ = nullptr;
  void* context_ = nullptr;

  Batch batch_;
  std::string_view left_;  // of the batch
  Tai64n time_;
  bool first_ = true;   // is the line the first of the batch?
  bool chosen_ = true;  // does the line go into the file?

  // The line being put, in pieces, of which those before piece_ are done.
  std::array<std::string_view, most_pieces> pieces_;
  size_t piece_ = 0, count_ = 0, size_ = 0;
};

// Replaces bytes in place, newlines excepted.
using ByteTable = std::array<char, 256>;
ByteTable make_replacements(char with, std::string_view also);
void replace_bytes(std::span<char> text, const ByteTable& table);

}  // namespace stoker
