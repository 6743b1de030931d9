// SPDX-License-Identifier: ISC
#include "supervise/scanner_link.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hh"
#include "base/parse.hh"
#include "base/reexec.hh"
#include "base/report.hh"
#include "service/event.hh"
#include "service/layout.hh"
#include "service/report.hh"
#include "service/scanner.hh"

namespace stoker {

void ScannerLink::inherit(const char* text) {
  if (text == nullptr) return;
  std::string_view words(text);
  control_ = inherit_descriptor(words);
  pid_ = parse_number<pid_t>(next_word(words)).value_or(0);
  struct stat facts {};
  if (control_ && fstat(control_.get(), &facts) == 0) inode_ = facts.st_ino;
}

bool ScannerLink::send(char letter, pid_t supervisor, pid_t other) const {
  const auto message = scan_message(letter, supervisor, other);
  return write_all(control_.get(), {message.data(), message.size()});
}

bool ScannerLink::report(pid_t supervisor, const RunState& run, std::string_view events,
                         int directory) {
  was_ready_ = was_ready_ || events.find(event::ready) != std::string_view::npos;
  if (!is_open()) return true;
  const bool rests = run.state == State::failed || run.state == State::down;
  const pid_t report = pack(Report{
      .state = run.state,
      .want = run.want,
      .reason = run.reason,
      .wait_status = run.wait_status,
      .essential = rests && exists(directory, layout::essential),
      .was_ready = was_ready_,
  });
  if (report == reported_) return true;
  if (!send(scan_letter::report, supervisor, report)) return false;
  reported_ = report;
  return true;
}

bool ScannerLink::detach() const {
  if (!is_open() || send(scan_letter::detach, getpid(), 0)) return true;
  if (errno == EAGAIN) return false;
  // One that has ended holds no pipe any more.
  if (errno != EPIPE) warn_errno({"unable to ask svscan to close the log pipe"});
  return true;
}

bool ScannerLink::ask_for_status(pid_t pid) const {
  return is_open() && send(scan_letter::tell, getpid(), pid);
}

}  // namespace stoker
