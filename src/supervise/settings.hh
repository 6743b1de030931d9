// SPDX-License-Identifier: ISC
// The files of a service directory that hold one value each. They are read again
// each time they are needed; a bad one is a warning that names it, said once, and
// the default.
#pragma once
#include <array>

#include "base/report.hh"
#include "supervise/policy.hh"

namespace stoker {

class Settings {
 public:
  // `directory` is the service directory, lent; it may be changed later. -1: there is
  // none, and everything has its default.
  explicit Settings(int directory) : directory_(directory) {}
  void move_to(int directory) { directory_ = directory; }

  // A file that only needs to be there.
  bool marked(const char* name) const;

  // never where there is none.
  Moment timeout_ready() { return timeout(Setting::timeout_ready, never); }
  Moment timeout_kill() { return timeout(Setting::timeout_kill, never); }
  Moment timeout_finish() { return timeout(Setting::timeout_finish, is_of_s6() ? 5s : never); }
  // How long a control script may take.
  Moment timeout_control() { return timeout(Setting::timeout_control, 60s); }

  int down_signal();
  int reload_signal();
  // The descriptor on which the service says that it is ready; -1: none.
  int notification_fd();
  Restart restart();
  Delay restart_delay();
  Limit max_restarts();
  // Does it say of itself that it was written for s6?
  bool is_of_s6();
  // How many deaths are to be written down for s6's programs.
  unsigned max_death_tally();

 private:
  enum class Setting : uint8_t {
    timeout_ready,
    timeout_kill,
    timeout_finish,
    timeout_control,
    down_signal,
    reload_signal,
    notification_fd,
    restart,
    restart_delay,
    max_restarts,
    type,
    max_death_tally,
  };
  static constexpr size_t count = 12;
  static const char* file_of(Setting setting);

  // What `parse` makes of the file, or the fallback.
  template <typename Value, typename Parse>
  Value read(Setting setting, Value fallback, Parse parse);
  Moment timeout(Setting setting, Moment fallback);

  int directory_;
  std::array<Complaint, count> complaints_;
};

}  // namespace stoker
