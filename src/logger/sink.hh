// SPDX-License-Identifier: ISC
#pragma once
#include "base/mapped_memory.hh"
#include "logger/backlog.hh"
#include "logger/format.hh"
#include "logger/forward.hh"
#include "logger/last_line_file.hh"
#include "logger/mirror.hh"
#include "logger/store.hh"
#include "net/remote.hh"

namespace stoker {

enum class SinkKind : uint8_t {
  directory,       // a log directory
  standard_error,  // the beginning of each line there
  status           // the last line in a file
};

// Where lines go: takes batches of them, selects and decorates them, and sees to it that
// they get there. Does not move once it has a style.
class LogSink {
 public:
  static constexpr size_t mirror_label = 100;

  LogSink(SinkKind kind, const char* path, const StoreWords& words)
      : store({path, &words}), status(path), kind_(kind) {}

  // To be called when it is known where copies go. `text` and `rules` are the memory that
  // the style refers to.
  void set_style(const LineStyle& style, MappedMemory text = {}, RuleSet rules = {});
  void set_mirror(const MirrorTarget& want);
  // False if the words name no target.
  [[nodiscard]] bool set_forward(std::string_view words);
  void set_overflow(const Overflow& want) { overflow_ = want; }
  bool has_style() const { return has_style_; }
  // Must it see the head of a line before it can begin with it?
  bool judges() const { return judges_; }
  SinkKind kind() const { return kind_; }
  bool in_use() const { return kind_ != SinkKind::directory || store.in_use(); }

  // Takes the batch on. True when it is done, false when the store wants to be asked
  // again later; then with the same batch and output.
  [[nodiscard]] bool take(const Batch& batch, OutputBuffer& output);

  // Behind a batch that is done: the time of what may have begun behind it.
  const Tai64n& time() const { return formatter_.time(); }

  // When it has something of its own to tell in the log, by a batch that `tells`.
  Moment tells_at() const { return tells_at_; }
  // When to attend to what it keeps back, although no line comes.
  Moment deadline() const;
  void attend();
  // At the end: writes what it has kept back. False if that fails.
  [[nodiscard]] bool finish();

  LogStore store;
  Remote remote;
  Forward forward;
  LastLineFile status;

 private:
  static const char* announce(void* sink, const LineStart& line);
  void announce_elsewhere(const LineStart& line);
  const char* send_away(const LineStart& line);
  void show(const Batch& batch, OutputBuffer& output);
  bool flush(OutputBuffer& output);
  bool pass(OutputBuffer& output);
  void plan_to_tell();
  bool keep_back(OutputBuffer& output);
  bool drain();
  bool write_backlog();
  void note_gap();

  SinkKind kind_;
  Formatter formatter_;
  bool has_style_ = false, judges_ = false, to_file_ = true;
  bool under_way_ = false, filled_ = false;
  MappedMemory text_, old_text_;  // a batch under way may still refer
  RuleSet rules_, old_rules_;     // to the old ones
  MirrorTarget mirror_;
  Text<mirror_label> label_;
  Moment tells_at_ = never;
  Overflow overflow_;
  bool keeps_back_ = false;
  MappedMemory kept_;
  Backlog backlog_;
};

}  // namespace stoker
