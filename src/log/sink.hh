// SPDX-License-Identifier: ISC
#pragma once
#include "log/format.hh"
#include "log/pages.hh"
#include "log/remote.hh"
#include "log/store.hh"

namespace stoker {

// One log: takes batches of lines, selects and dresses them, and sees to it that they
// get into its directory and wherever else they shall go. Does not move once it has a
// style.
class LogSink {
 public:
  explicit LogSink(const char* path) : store(path) {}

  // To be called when `remote` has its address. `text` and `rules` are the memory that the style
  // refers to.
  void set_style(const LineStyle& style, Pages text = {}, Pages rules = {});
  bool has_style() const { return has_style_; }
  // Must it see the head of a line before it can begin with it?
  bool judges() const { return judges_; }

  // Takes the batch on. True when it is done, false when the store wants to be asked
  // again later; then with the same batch and output.
  [[nodiscard]] bool take(const Batch& batch, Output& output);

  // Behind a batch that is done: the time of what may have begun behind it.
  const Tai64n& time() const { return formatter_.time(); }

  LogStore store;
  Remote remote;

 private:
  static const char* announce(void* sink, const LineStart& line);
  bool flush(Output& output);

  Formatter formatter_;
  bool has_style_ = false, judges_ = false;
  bool under_way_ = false, filled_ = false;
  Pages text_, rules_;
  Pages old_text_, old_rules_;  // a batch under way may still refer to these
};

}  // namespace stoker
