// SPDX-License-Identifier: ISC
#include "supervise/scanner_link.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
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

namespace {

// The part in the order comes before the report, by which svscan decides.
constexpr std::array letters = {scan_letter::run, scan_letter::log_run, scan_letter::order,
                                scan_letter::report};

pid_t told_of(const RunState& run) {
  if (run.pid == 0) return 0;
  return pack(ToldRun{run.pid, static_cast<uint8_t>(run.role), run_number(run.starts)});
}

}  // namespace

void ScannerLink::inherit(const char* text) {
  if (text == nullptr) return;
  std::string_view words(text);
  control_ = inherit_descriptor(words);
  pid_ = parse_number<pid_t>(next_word(words)).value_or(0);
  wants_groups_ = next_word(words) == layout::with_groups;
  struct stat facts {};
  if (control_ && fstat(control_.get(), &facts) == 0) inode_ = facts.st_ino;
}

bool ScannerLink::is_gone() const { return !is_open() || getppid() != pid_; }

pid_t ScannerLink::activated() const { return is_open() ? pid_ : getpid(); }

bool ScannerLink::send(char letter, pid_t supervisor, pid_t other) const {
  const auto message = scan_message(letter, supervisor, other);
  return write_all(control_.get(), {message.data(), message.size()});
}

bool ScannerLink::report(pid_t supervisor, const RunState& run, const RunState& log,
                         std::string_view events, int directory) {
  was_ready_ = was_ready_ || events.find(event::ready) != std::string_view::npos;
  if (!is_open()) return true;
  const bool rests = run.state == State::failed || run.state == State::down;
  const pid_t report = pack(Report{
      .state = run.state,
      .want = run.want,
      .reason = run.reason,
      .wait_status = run.hint == Hint::success ? 0 : run.wait_status,
      .essential = rests && exists(directory, layout::essential),
      .was_ready = was_ready_,
  });
  // In one write, which costs no more. Who dies at this is looked for first.
  const auto order = static_cast<int8_t>(pack(run.order));
  const std::array numbers = {told_of(run), told_of(log), pid_t{order}, report};
  const std::array known = {reported_[0], reported_[1], pid_t{reported_order_}, reported_[2]};
  Text<(letters.size() + 1) * scan_message_size> messages;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto message = scan_message(letters[i], supervisor, numbers[i]);
    if (known[i] != numbers[i]) messages.append(std::string_view(message.data(), message.size()));
  }
  const auto echo = scan_message(scan_letter::echo, supervisor, echo_);
  if (echo_ != 0) messages.append(std::string_view(echo.data(), echo.size()));
  if (!write_all(control_.get(), messages)) return false;
  echo_ = 0;
  reported_ = {numbers[0], numbers[1], report};
  reported_order_ = order;
  return true;
}

void ScannerLink::request_echo(uint16_t number) {
  echo_ = number;
  reported_ = {-1, -1, -1};
  reported_order_ = -1;
}

void ScannerLink::tell_runs(pid_t supervisor, const RunState& run, const RunState& log) const {
  if (is_open() && send(letters[0], supervisor, told_of(run)))
    static_cast<void>(send(letters[1], supervisor, told_of(log)));
}

void ScannerLink::tell_groups() const {
  if (is_open() && !wants_groups_) static_cast<void>(send(scan_letter::grouped, getpid(), 0));
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
