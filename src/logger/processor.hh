// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include "base/child.hh"
#include "base/clock.hh"
#include "base/report.hh"
#include "logdir/archive.hh"
#include "logger/store_words.hh"

namespace stoker {

// Feeds finished logs through a shell command, one at a time, in the background:
// @LABEL.u on descriptor 0, @LABEL.t on 1, the file state on 4, newstate on 5. A
// command that fails is tried again, later each time.
class Processor {
 public:
  explicit Processor(const StoreName& name) : name_(name) {}

  bool running() const { return pid_ > 0; }
  pid_t pid() const { return pid_; }
  const ArchiveName& source() const { return source_; }

  // Does it not wait for a next try?
  bool may_start() const { return !running() && now() >= again_; }
  Moment again() const { return again_; }

  // Starts on the file `source` in the directory; its result gets the mode. False: not
  // now, see again().
  bool start(int directory, const ArchiveName& source, const char* command, mode_t mode);

  enum class Outcome : uint8_t { not_ours, done, failed };
  // After `done` the result is in place of the source, as @LABEL.CODE.
  Outcome ended(const Death& death, int directory, std::string_view code);

  // Sends it TERM, and forgets it.
  void give_up();

 private:
  bool delay();
  bool conclude(int directory, std::string_view code);

  StoreName name_;
  pid_t pid_ = 0;
  mode_t mode_ = 0;
  ArchiveName source_, target_;
  Moment again_ = Moment::zero(), timeout_ = Moment::zero();
  Complaint complaint_;
};

// The last steps behind a processor that succeeded: its result and its state are on
// disk under their names before the source goes. Each may be done twice, so they can
// be taken up again after an outage.
bool replace_by_result(int directory, const Tai64n& stamp, const char* path);

}  // namespace stoker
