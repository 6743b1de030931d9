// SPDX-License-Identifier: ISC
#include "scan/leftovers.hh"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/child.hh"
#include "base/process.hh"

namespace stoker {

namespace {

bool has(std::span<const pid_t> pids, pid_t pid) {
  return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

}  // namespace

void Leftovers::note_earlier_children() {
  if (getpid() != 1 && has_children()) list_children(earlier_children_);
}

void Leftovers::note_earlier_child(pid_t pid) {
  pid_t* const place = std::find(earlier_children_.begin(), earlier_children_.end(), 0);
  if (place != earlier_children_.end()) *place = pid;
}

std::span<const pid_t> Leftovers::ours(Pids& room) const {
  const size_t count = list_children(room);
  const auto end = std::remove_if(room.begin(), room.begin() + count,
                                  [this](pid_t pid) { return has(earlier_children_, pid); });
  return {room.data(), static_cast<size_t>(end - room.begin())};
}

bool Leftovers::any() const {
  if (!has_children()) return false;
  Pids room{};
  return getpid() == 1 || !ours(room).empty();
}

void Leftovers::signal(int number) {
  if (!has_children()) return;
  if (getpid() == 1) {
    kill(-1, number);
    if (number != SIGKILL) kill(-1, SIGCONT);
    return;
  }
  Pids room{};
  for (const pid_t pid : ours(room)) {
    if (number != SIGKILL && has(std::span(signaled_).first(signaled_count_), pid)) continue;
    if (number != SIGKILL && signaled_count_ < most) signaled_[signaled_count_++] = pid;
    signal_process(pid, number);
    if (number != SIGKILL) signal_process(pid, SIGCONT);
  }
}

}  // namespace stoker
