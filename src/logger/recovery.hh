// SPDX-License-Identifier: ISC
// What becomes of the files that an earlier logger left in a log directory.
//
// A file is complete if it has Settler's mark: all of it is on disk, and it ends with a line.
// LABEL is the file's own label, NEW one that is later than all others, CODE that of finished
// logs (`s`, or what multilog's `w` says). Each step may be cut off by a kill or an outage, and
// is then done again.
//
//   file      found                      left by                         becomes
//   --------  -------------------------  ------------------------------  -------------------------
//   current   complete, or empty         a clean end                     is appended to
//   current   not complete               a logger that was killed        @NEW.u
//   current   … and ends with half a     a kill while it wrote           @NEW.u, where the half is
//             line                                                       marked and ended
//   @LABEL.u  complete, and @LABEL.CODE  a kill after a processor's end  removed; newstate is state
//   @LABEL.u  complete, no processor     a kill between mark and rename  @LABEL.CODE
//   @LABEL.u  complete, a processor      a logger that had to end        waits for the processor
//   @LABEL.u  not complete               an outage, or a kill            stays, an old log
//   @LABEL.t  any                        a processor that was killed     removed
//   @LABEL.*  any other code             a rotation that was done        stays, an old log
//   previous  second name of an old log  multilog, s6-log: a rotation    removed
//   previous  the only name              multilog, s6-log: a rotation    @NEW.u, see above
//   processed complete                   a processor that succeeded      @NEW.CODE, no previous
//   processed not complete               a processor that was killed     removed
//   state     any, or missing            processors                      stays; multilog makes it
//   newstate  without @LABEL.u to go     a processor that was killed     overwritten by the next
//
// Where others can write to the directory, nothing is followed or executed; what is no file of
// ours is renamed, as above, or removed.
//
// `current` is LogStore's, the rest is here.
#pragma once
#include "logger/log_directory.hh"
#include "logger/processor_queue.hh"
#include "logger/store_settings.hh"

namespace stoker {

class Recovery {
 public:
  Recovery(LogDirectory& directory, const StoreSettings& settings)
      : directory_(directory), settings_(settings) {}

  // At the start, before `current` is opened.
  void run();

  // There is no processor any more: finishes the old logs that wait for one.
  void release(const ProcessorQueue& queue);

 private:
  void recover_rotation();
  void recover_archive(const char* name);

  LogDirectory& directory_;
  const StoreSettings& settings_;
};

}  // namespace stoker
