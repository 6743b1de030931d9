// SPDX-License-Identifier: ISC
// The service's logger: what it is, when it starts, and its end by end of file.
#pragma once
#include <optional>
#include <span>

#include "base/fd.hh"
#include "base/mapped_array.hh"
#include "supervise/drain.hh"
#include "supervise/log_pipe.hh"
#include "supervise/logger_command.hh"
#include "supervise/service_directory.hh"
#include "supervise/unit.hh"

namespace stoker {

class Logging {
 public:
  Logging(const Shared& shared, const ServiceDirectory& location)
      : shared_(shared), location_(location), unit_(shared) {}

  // What svscan handed down: the pipe, and the command line of the logger for services that have
  // none. Null where it did not. All is lent.
  void inherit(const char* pipe, const char* command, StringArena& texts);

  // What a predecessor has left: look() then continues with it instead of starting again.
  void remember(const SavedState& saved);
  void resume(std::span<Fd, StateDirectory::descriptor_count> descriptors);

  // Looks what logger the service directory has now, and starts or detaches it. `moved`: it is
  // another directory.
  void look(bool moved);

  // The write end of the pipe; -1 without a logger.
  int standard_output() const { return is_ending() ? -1 : pipe_.write_end(); }
  // The same, if the logger is for standard error, too.
  int standard_error() const {
    return kind_ == Kind::command && command_.takes_errors() ? standard_output() : -1;
  }
  LogPipe& pipe() { return pipe_; }
  const LogPipe& pipe() const { return pipe_; }
  const LoggerCommand& command() const { return command_; }

  // The service has ended for good: let the logger read to the end of file, and end.
  void finish();
  bool is_ending() const { return stage_ != Stage::attached; }
  // No other logger is started for what is left in the pipe.
  void leave_the_rest() { last_tries_ = 0; }
  void kill_now();  // kills it, without grace
  void resume() { service().resume(); }
  bool is_gone() const { return kind_ == Kind::none; }

  void obey(const Command& command);
  void want(Want want);
  void take(const Death& death);
  void hear(const WaitList& list) { service().hear(list); }
  void turn(Moment now);
  void wait_for(WaitList& list) const;
  const Unit& unit() const { return unit_; }
  Unit& unit() { return unit_; }

  // Publishes its state, if it has a directory for it, and sends its events.
  void publish();

 private:
  enum class Kind : uint8_t { none, directory, file, command };
  enum class Stage : uint8_t {
    attached,
    detaching,  // asked to exit, when it has read what is in the pipe …
    detached,   // … to the end of file, which it will see
  };

  Service& service() { return unit_.service(); }
  Kind detect();
  bool is_left_to_parent();
  void begin(Kind kind);
  void detach();
  void show_end_of_file();
  void ask_scanner();
  bool is_draining() const { return stage_ == Stage::detached && is_up(unit_.run().state); }
  void begin_drain();
  void bound_drain(Moment now);
  void end();
  bool enter_directory();
  StateDirectory::Place state_place() const;
  void open_state();
  bool has_state_open();
  void start();
  void run_if_due();
  const SavedState* saved() const { return saved_ ? saved_->all().data() : nullptr; }
  StatusFile status() const;

  const Shared& shared_;
  const ServiceDirectory& location_;
  Unit unit_;
  LogPipe pipe_;
  LoggerCommand command_;
  Kind kind_ = Kind::none;
  Stage stage_ = Stage::attached;
  bool open_pending_ = false, ask_pending_ = false;
  int last_tries_ = 0;  // starts granted to read what is left in the pipe
  Drain drain_;         // once it has been detached
  Fd directory_;        // log/, where there is one
  std::optional<bool> left_to_parent_;
  std::optional<MappedArray<SavedState>> saved_;  // in pages of its own, for hardly any has one
  Complaint complaint_;
};

}  // namespace stoker
