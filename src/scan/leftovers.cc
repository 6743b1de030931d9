// SPDX-License-Identifier: ISC
#include "scan/leftovers.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/process.hh"

namespace stoker {

namespace {

// As many pids as Linux can have. Only the pages that are used take memory.
constexpr size_t most_pids = 1 << 22;

bool is_first() { return getpid() == 1; }

}  // namespace

void Leftovers::note_earlier_children() {
  if (is_first() || !has_children()) return;
  meet_processes(false, [this](pid_t pid, std::string_view) { note_earlier_child(pid); });
}

void Leftovers::note_earlier_child(pid_t pid) {
  pid_t* const place = std::find(earlier_children_.begin(), earlier_children_.end(), 0);
  if (place != earlier_children_.end()) *place = pid;
}

bool Leftovers::may_exist() const { return is_first() ? kill(-1, 0) == 0 : has_children(); }

// TERM twice would make some hurry.
bool Leftovers::is_new(pid_t pid) {
  if (!asked_) asked_ = MappedMemory(most_pids / 8);
  const size_t at = static_cast<size_t>(pid) / 8;
  if (at >= asked_.bytes().size()) return false;
  char& bits = asked_.bytes()[at];
  const auto bit = static_cast<char>(1 << pid % 8);
  const bool fresh = (bits & bit) == 0;
  bits = static_cast<char>(bits | bit);
  return fresh;
}

bool Leftovers::take(pid_t pid, std::string_view name, int number) {
  const auto& spared = earlier_children_;
  if (!is_first() && std::find(spared.begin(), spared.end(), pid) != spared.end()) return false;
  constexpr size_t enough = 300;
  if (names_.size() < enough) {
    names_.append(names_.empty() ? "" : ", ", name, " (", pid, ")");
    ++named_;
  }
  ++count_;
  const bool sends = number == SIGKILL || is_new(pid);
  if (!signal_process(pid, sends ? number : 0)) return false;
  if (sends && number != SIGKILL) signal_process(pid, SIGCONT);
  return true;
}

size_t Leftovers::end(int number) {
  size_t signaled = 0;
  count_ = named_ = 0;
  names_.clear();
  if (!may_exist()) return 0;
  // All at once, so that none is faster.
  if (is_first() && number == SIGKILL) kill(-1, SIGKILL);
  const bool shown = meet_processes(is_first(), [&](pid_t pid, std::string_view name) {
    if (take(pid, name, number)) ++signaled;
  });
  if (count_ > named_) names_.append(" and ", count_ - named_, " more");
  if (shown || !is_first()) return signaled;
  // Process 1 reaches them without knowing them.
  if (number != SIGKILL && is_new(0)) {
    kill(-1, number);
    kill(-1, SIGCONT);
  }
  return 1;
}

}  // namespace stoker
