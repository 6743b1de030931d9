// SPDX-License-Identifier: ISC
// The service's logger: what it is, the pipe to it, and its end by end of file.
#pragma once
#include <optional>
#include <span>

#include "base/fd.hh"
#include "base/mapped_array.hh"
#include "base/string_arena.hh"
#include "supervise/service.hh"
#include "supervise/state_directory.hh"

namespace stoker {

class Logging {
 public:
  Logging(const Personality& personality, Environment& environment)
      : personality_(personality), service_(personality, environment) {}

  // What svscan handed down: the pipe ("READ WRITE"), its control FIFO, and the
  // command line of the logger for services that have none. Null where it did not.
  // A %n in it is `name`, the service's. All is lent.
  void inherit(const char* pipe, const char* scanner, const char* command, std::string_view name,
               StringArena& texts);
  bool has_scanner() const { return static_cast<bool>(scanner_); }
  int scanner() const { return scanner_.get(); }
  pid_t scanner_pid() const { return scanner_pid_; }  // 0: unknown

  // What a predecessor has left: look() then goes on with it instead of starting again.
  void remember(const SavedState& saved);
  void resume(std::span<Fd, StateDirectory::descriptor_count> descriptors, const char* state_root,
              std::string_view name);

  // Looks what logger the service directory has now, and starts or lets go of it.
  // `state_root` is $SVSTATE or null, `name` the service's. All is lent.
  void look(int directory, const char* state_root, std::string_view name);

  // The write end of the pipe; -1 without a logger.
  int standard_output() const { return detaching_ ? -1 : pipe_.write.get(); }
  // The one in use, or the one that the next logger will begin with.
  const Pipe& pipe() const { return pipe_ ? pipe_ : inherited_; }
  // The command line of the logger of last resort, as it was handed down.
  std::string_view command() const { return command_ != nullptr ? command_ : ""; }
  uint64_t pipe_inode() const;

  // The service has died: if the last line in the pipe has no end, it gets one, so that
  // the next run's first line is one of its own.
  void end_last_line();

  // The service has ended for good: let the logger read to the end of file, and end.
  void finish();
  bool is_ending() const { return detaching_; }
  // What is in the pipe is not worth another logger.
  void leave_the_rest() { last_tries_ = 0; }
  void kill_now();  // kills it, without grace
  bool is_gone() const { return kind_ == Kind::none; }

  void turn(Moment now);
  Service& service() { return service_; }
  const Service& service() const { return service_; }
  const StateDirectory& state() const { return state_; }
  Moment deadline() const;

  // Publishes its state, if it has a directory for it, and sends its events.
  void publish(Moment now, pid_t supervisor);

 private:
  enum class Kind : uint8_t { none, directory, file, command };

  Kind detect(int directory);
  bool is_left_to_parent();
  void begin(Kind kind);
  void detach();
  void show_end_of_file();
  void close_scanner_end();
  void end();
  bool enter_directory();
  void tell_listeners(std::string_view events) const;
  StateDirectory::Place state_place() const;
  void split_command(std::string_view command, std::string_view name, StringArena& texts);
  void open_state();
  Pipe find_pipe();
  StatusFile status(pid_t supervisor) const;
  static void before_run(void* owner);

  const Personality& personality_;
  Service service_;
  StateDirectory state_;
  Kind kind_ = Kind::none;
  bool detaching_ = false, detach_reported_ = false, open_pending_ = false;
  int last_tries_ = 0;  // starts granted to read what is left in the pipe
  Fd directory_;        // log/, where there is one
  Pipe pipe_, inherited_;
  Fd scanner_;
  pid_t scanner_pid_ = 0;
  std::optional<bool> left_to_parent_;
  int base_ = -1;  // the service directory
  const char* state_root_ = nullptr;
  std::string_view name_;
  std::optional<MappedArray<SavedState>> saved_;  // in pages of its own, for hardly any has one
  Moment retry_at_ = never;
  Complaint complaint_;
  const char* command_ = nullptr;
  const char* const* argv_ = nullptr;  // of the command; null: none, or too long
};

}  // namespace stoker
