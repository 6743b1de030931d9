// SPDX-License-Identifier: ISC
#pragma once
#include <optional>
#include <string_view>

#include "base/child.hh"
#include "base/clock.hh"
#include "base/fd.hh"
#include "base/report.hh"
#include "logdir/archive.hh"
#include "logger/limits.hh"
#include "logger/processor.hh"
#include "logger/settle.hh"

namespace stoker {

struct StoreSettings {
  LogLimits limits;
  const char* processor = nullptr;        // a shell command; null: none
  std::string_view code = archive::safe;  // of finished old logs
  Counted counted = Counted::one_letter;
  bool keeps_state = false;    // is there always a file `state`?
  std::optional<mode_t> mode;  // of logs; by default as in runit
  bool verbose = false;
};

// A log directory: the file `current`, old logs, and the steps from the one to the
// others. After begin(), a member that returns false could not do its work now, has
// said so once, and wants to be called again at retry(); it goes on where it stopped.
class LogStore {
 public:
  explicit LogStore(const StoreName& name)
      : name_(name), path_(name.path), settler_(name), processor_(name) {}

  const char* path() const { return path_; }
  int directory() const { return directory_.get(); }
  bool in_use() const { return in_use_; }  // between begin() and close()

  // Opens the directory, which is made where it is missing, and locks it.
  [[nodiscard]] bool lock();
  // Puts in order what an earlier logger left. `current` is opened by what comes next.
  void begin();
  void configure(const StoreSettings& settings);
  const StoreSettings& settings() const { return settings_; }

  // Goes to the directory that the path leads to by now. Where there is trouble with
  // that one, stays with the old one, says so and returns false.
  bool follow();

  uint64_t size() const { return size_; }
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
  bool mid_line() const { return mid_line_; }
  // When something is to be done here although no line comes.
  Moment deadline() const;
  // Does what is due behind the lines' back: files to be settled and processed, and,
  // if no line is half written, rotation.
  void attend(bool may_rotate);
  void child_ended(const Death& death);

  bool processing() const { return processor_.running(); }
  // Is something being processed, or about to be?
  bool has_work() const { return processing() || (waiting_ != 0 && processor_.may_start()); }
  // Waits for it no longer.
  void give_processor_up() { processor_.give_up(); }
  // Leaves everything as a clean end does; but `current` unmarked if it ends with half
  // a line, so that nobody appends to that.
  void close();

 private:
  static constexpr Moment pause_time = 1s;

  enum class Rotation : uint8_t { none, open, reopen };

  bool moved() const;
  void settle_old_logs();
  void settle_all();
  void recover();
  void recover_archive(const char* name);
  void recover_multilog();
  void release_waiting();
  [[nodiscard]] bool set_aside(const char* name, std::string_view code);
  bool open_current();
  bool leave_current();
  bool still_there();
  void begin_file();
  mode_t mode() const;
  void finish_mode(const ArchiveName& name) const;
  void plan_rotation(int64_t since_1970);
  bool daily_rotation_due() const;
  Tai64n time_for_ages() const;
  uint64_t bytes_of(const char* name) const;
  bool is_complete(const char* name) const;
  bool exists(const char* name) const;
  bool postponed() const;
  Census survey();
  void trim();
  bool trim_oldest();
  bool remove_oldest_when_full();
  bool remove_archive(const ArchiveName& name);
  void harvest();
  void start_processor();
  ArchiveName next_for_processor();
  Tai64n take_stamp();
  bool pause(const TroubleWords& what);
  void info(Words what) const;

  StoreName name_;
  const char* path_;
  StoreSettings settings_;
  Fd directory_, lock_, current_;
  uint64_t size_ = 0;             // of current
  Moment born_ = Moment::zero();  // when current got its first byte, as far as we know
  Tai64n newest_;                 // label of the last old log
  size_t waiting_ = 0;            // old logs that wait for the processor
  bool in_use_ = false;
  bool rotation_wanted_ = false;
  Rotation rotation_ = Rotation::none;
  Moment retry_ = Moment::zero();
  int trouble_ = 0;
  bool mid_line_ = false;
  int64_t daily_ = 0;       // when to rotate by the wall clock, in seconds since 1970
  Moment expires_ = never;  // when the oldest log is too old
  // When logging began, by both clocks.
  Tai64n began_by_wall_;
  Moment began_ = Moment::zero();
  Complaint complaint_;
  Settler settler_;
  Processor processor_;
};

}  // namespace stoker
