// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "base/child.hh"
#include "base/clock.hh"
#include "logger/current_file.hh"
#include "logger/limits.hh"
#include "logger/log_directory.hh"
#include "logger/processor_queue.hh"
#include "logger/rotation_schedule.hh"
#include "logger/settle.hh"
#include "logger/store_settings.hh"
#include "logger/trimmer.hh"

namespace stoker {

// A log directory: the file `current`, old logs, and the steps from the one to the
// others. After begin(), a member that returns false could not do its work now, has
// reported it once, and is to be called again at retry(); it continues where it stopped.
class LogStore {
 public:
  explicit LogStore(const StoreName& name)
      : directory_(name),
        current_(directory_),
        settler_(name),
        queue_(name, directory_, settings_, settler_),
        trimmer_(directory_, settings_, settler_, queue_) {}
  LogStore(const LogStore&) = delete;
  LogStore& operator=(const LogStore&) = delete;

  const char* path() const { return directory_.path(); }
  int directory() const { return directory_.fd(); }
  bool is_shared() const { return directory_.is_shared(); }  // can others write to it?
  bool in_use() const { return in_use_; }                    // between begin() and close()

  // Opens the directory, which is created if it is missing, and locks it.
  [[nodiscard]] bool lock() { return directory_.lock(); }
  // Recovers what an earlier logger left; see recovery.hh. `current` is opened later.
  void begin();
  void configure(const StoreSettings& settings);
  const StoreSettings& settings() const { return settings_; }

  // Goes to the directory that the path leads to by now. If that fails, stays with the old
  // one, reports it and returns false.
  bool follow();

  uint64_t size() const { return current_.size(); }
  // Those to fill the current file by.
  LogLimits limits() const;

  // Appends to `current`; what is in the file is cut off the front of `data`.
  [[nodiscard]] bool write(std::string_view& data);

  void want_rotation() { rotation_wanted_ = true; }
  bool rotation_due() const;
  [[nodiscard]] bool rotate();

  Moment retry() const { return retry_; }
  // Why, in errno's terms.
  int trouble() const { return trouble_; }
  // Does the file end in the middle of a line?
  bool mid_line() const { return current_.mid_line(); }
  // When to attend to it although no line comes.
  Moment deadline() const;
  // Does what is due without lines: settles and processes files, and rotates, if no line is
  // half written.
  void attend(bool may_rotate);
  void child_ended(const Death& death);

  bool processing() const { return queue_.running(); }
  // Is something being processed, or about to be?
  bool has_work() const { return queue_.has_work(); }
  // Waits for it no longer.
  void give_processor_up() { queue_.give_up(); }
  // Leaves everything as a clean end does; but `current` unmarked if it ends with half
  // a line, so that nothing is appended to that.
  void close();

 private:
  static constexpr Moment pause_time = 1s;
  static constexpr Moment reader_pause = 20ms;

  enum class Rotation : uint8_t { none, open, reopen };

  void settle_old_logs();
  void settle_all();
  void harvest();
  bool open_current();
  bool leave_current();
  bool leave_largest();
  // Is `current` as large as a file may be?
  bool is_largest() const { return largest_ != 0 && size() >= largest_; }
  bool still_there();
  void refuse_processor();
  bool make_room();
  void finish_mode(const ArchiveName& name) const;
  bool pause(const TroubleWords& what);
  bool retry_later(Moment pause = pause_time);

  LogDirectory directory_;
  StoreSettings settings_;
  CurrentFile current_;
  RotationSchedule schedule_;
  Settler settler_;
  ProcessorQueue queue_;
  Trimmer trimmer_;
  uint64_t largest_ = 0;  // that a file may be here; 0: no limit is known
  bool in_use_ = false;
  bool rotation_wanted_ = false;
  Rotation rotation_ = Rotation::none;
  Moment retry_ = Moment::zero();
  int trouble_ = 0;
};

}  // namespace stoker
