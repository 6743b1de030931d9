// SPDX-License-Identifier: ISC
// Becoming a new program file: first it runs on trial in a child, to show that it can take
// over; then this process executes it, with the descriptors that are handed down.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/child.hh"
#include "base/fd.hh"

namespace stoker {

class Reexec {
 public:
  // `argv0` names the program where the system does not know its file; it is lent.
  void set_up(const char* argv0) { argv0_ = argv0; }
  const char* argv0() const { return argv0_; }

  // The program file is to be tried, again if a trial is running.
  void request();
  bool is_due() const { return stage_ == Stage::requested; }

  // Runs the program file in a child, in `directory` if that is open. `argv` is
  // NULL-terminated. False if that failed, which it has said.
  [[nodiscard]] bool begin_trial(const char* const* argv, char* const* environment, int directory);
  bool is_trial(pid_t pid) const { return trial_ != 0 && pid == trial_; }
  // The trial has ended: true if the program can take over.
  [[nodiscard]] bool end_trial(const Death& death);
  // Says that everything stays as it is: `why` follows the program's name.
  void refuse(std::string_view why) const;

  // Executes the program file, with `kept` left open (-1: none), in `directory` if that is open.
  // Returns only if that failed, which it has said; the descriptors are close-on-exec then.
  void execute(const char* const* argv, char* const* environment, std::span<const int> kept,
               int directory = -1) const;

 private:
  enum class Stage : uint8_t { idle, requested, on_trial, on_trial_again };

  const char* argv0_ = nullptr;
  pid_t trial_ = 0;  // 0: no trial is running
  Stage stage_ = Stage::idle;
};

// The other side: takes over the descriptor whose number is the next word of `text`. Empty if
// there is none, or it is not open.
Fd inherit_descriptor(std::string_view& text);

}  // namespace stoker
