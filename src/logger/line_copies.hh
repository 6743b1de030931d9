// SPDX-License-Identifier: ISC
#pragma once
#include <string_view>

#include "logger/format.hh"
#include "logger/forward.hh"
#include "logger/mirror.hh"
#include "net/remote.hh"

namespace stoker {

// Copies of a log's lines: on standard output or standard error, and at syslog daemons. None of
// them ever waits for its reader.
class LineCopies {
 public:
  // `log` names the log where the words do not.
  void set_mirror(const MirrorTarget& want, std::string_view log);
  // False if the words name no target.
  [[nodiscard]] bool set_forward(std::string_view words, std::string_view log);
  // Are the lines in the log as well?
  void set_logged(bool logged) { logged_ = logged; }
  // May any go to standard error as the rules say?
  void set_alerts(bool alerts) { alerts_ = alerts; }

  // Are there any? And are any sent to a daemon?
  bool wanted() const { return sent() || mirror_.fd >= 0; }
  bool sent() const { return remote || forward; }
  // Do any go to this descriptor?
  bool go_to(int fd) const { return mirror_.fd == fd || (alerts_ && fd == 2); }

  // Copies a line. If that fails and the log is to say so, returns the words for it.
  const char* send(const LineStart& line);

  Remote remote;
  Forward forward;

 private:
  static constexpr size_t longest_label = 100;

  const char* send_by_forward(const LineStart& line);

  MirrorTarget mirror_;
  Text<longest_label> label_;
  bool logged_ = true, alerts_ = false;
};

}  // namespace stoker
