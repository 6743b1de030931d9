// SPDX-License-Identifier: ISC
#pragma once
#include "log/format.hh"
#include "log/pages.hh"
#include "log/remote.hh"
#include "log/status_file.hh"
#include "log/store.hh"

namespace stoker {

enum class SinkKind : uint8_t {
  directory,       // a log directory
  standard_error,  // the beginning of each line there
  status           // the last line in a file
};

// Where lines go: takes batches of them, selects and dresses them, and sees to it that
// they get there. Does not move once it has a style.
class LogSink {
 public:
  LogSink(SinkKind kind, const char* path, const StoreWords& words)
      : store({path, &words}), status(path), kind_(kind) {}

  // To be called when `remote` has its address. `text` and `rules` are the memory that
  // the style refers to.
  void set_style(const LineStyle& style, Pages text = {}, Pages rules = {});
  bool has_style() const { return has_style_; }
  // Must it see the head of a line before it can begin with it?
  bool judges() const { return judges_; }
  SinkKind kind() const { return kind_; }
  bool in_use() const { return kind_ != SinkKind::directory || store.in_use(); }

  // Takes the batch on. True when it is done, false when the store wants to be asked
  // again later; then with the same batch and output.
  [[nodiscard]] bool take(const Batch& batch, Output& output);

  // Behind a batch that is done: the time of what may have begun behind it.
  const Tai64n& time() const { return formatter_.time(); }

  LogStore store;
  Remote remote;
  StatusFile status;

 private:
  static const char* announce(void* sink, const LineStart& line);
  void announce_elsewhere(const LineStart& line);
  void show(const Batch& batch, Output& output);
  bool flush(Output& output);

  SinkKind kind_;
  Formatter formatter_;
  bool has_style_ = false, judges_ = false;
  bool under_way_ = false, filled_ = false;
  Pages text_, rules_;
  Pages old_text_, old_rules_;  // a batch under way may still refer to these
};

}  // namespace stoker
