// SPDX-License-Identifier: ISC
#pragma once
#include "base/mapped_memory.hh"
#include "logger/format.hh"
#include "logger/last_line_file.hh"
#include "logger/line_copies.hh"
#include "logger/overflow_buffer.hh"
#include "logger/store.hh"

namespace stoker {

enum class SinkKind : uint8_t {
  directory,       // a log directory
  standard_error,  // the beginning of each line there
  status           // the last line in a file
};

// What a style refers to.
struct StyleMemory {
  MappedMemory text;
  RuleSet rules;
};

// Where lines go: takes batches of them, selects and formats them, and sees to it that
// they get there. Does not move.
class LogSink {
 public:
  LogSink(SinkKind kind, const char* path, const StoreWords& words)
      : store({path, &words}), status(path), kind_(kind), overflow_(store, formatter_) {}
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;

  // To be called when the copies are known. `memory` is what the style refers to.
  void set_style(const LineStyle& style, StyleMemory memory = {});
  void set_mirror(const MirrorTarget& want) { copies.set_mirror(want, name()); }
  // False if the words name no target.
  [[nodiscard]] bool set_forward(std::string_view words) {
    return copies.set_forward(words, name());
  }
  void set_overflow(const Overflow& want) { overflow_.configure(want); }
  bool has_style() const { return has_style_; }
  // Must it see the head of a line before it can begin with it?
  bool judges() const { return judges_; }
  SinkKind kind() const { return kind_; }
  bool in_use() const { return kind_ != SinkKind::directory || store.in_use(); }

  // Does it take batches line by line? See Delivery.
  void set_takes_turns(bool turns) { takes_turns_ = turns; }
  bool takes_turns() const { return takes_turns_; }

  // Takes the batch. True when it is done, false when it is to be called again at the
  // store's retry(), with the same batch and output.
  [[nodiscard]] bool take(const Batch& batch, OutputBuffer& output);

  // Behind a batch that is done: the time of what may have begun behind it.
  const Tai64n& time() const { return formatter_.time(); }

  // When a notice of its own is due, in a batch of notices only.
  Moment notice_at() const { return notice_at_; }
  // When to attend to lines kept in memory, although no line comes.
  Moment deadline() const { return overflow_.deadline(); }
  void attend() { overflow_.attend(); }
  // At the end: writes the lines kept in memory. False if that fails.
  [[nodiscard]] bool finish() { return overflow_.finish(); }
  // Of what is no directory: has a line been lost?
  bool has_lost() const;

  LogStore store;
  LineCopies copies;
  LastLineFile status;

 private:
  // Of the batch in hand.
  enum class Progress : uint8_t {
    none,       // there is no batch
    under_way,  // the output does not have all of it yet
    filled      // the output has the rest of it
  };

  std::string_view name() const;
  static const char* announce(void* sink, const LineStart& line);
  void announce_elsewhere(const LineStart& line);
  void show(const Batch& batch, OutputBuffer& output);
  bool flush(OutputBuffer& output);
  bool pass(OutputBuffer& output);
  void plan_notice();

  SinkKind kind_;
  Formatter formatter_;
  bool has_style_ = false, judges_ = false, takes_turns_ = false;
  StyleMemory memory_, old_memory_;  // a batch under way may still refer to the old one
  Progress progress_ = Progress::none;
  Moment notice_at_ = never;
  Text<longest_stamped_head>* last_line_ = nullptr;  // of the batch, for the status file
  OverflowBuffer overflow_;
};

}  // namespace stoker
