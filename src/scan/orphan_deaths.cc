// SPDX-License-Identifier: ISC
#include "scan/orphan_deaths.hh"

#include <algorithm>

#include "scan/scan_tree.hh"
#include "service/control.hh"
#include "service/scanner.hh"

namespace stoker {

namespace {

bool watches(const Entry& entry, pid_t pid) {
  return entry.watched_pids[0] == pid || entry.watched_pids[1] == pid;
}

}  // namespace

void OrphanDeaths::note(const Death& death) {
  for (const Entry& entry : is_watching_ ? tree_.roster.entries() : std::span<Entry>{})
    if (watches(entry, death.pid)) return send(entry, death);
  deaths_[next_++ % deaths_.size()] = death;
}

void OrphanDeaths::answer(Entry& entry, pid_t pid) {
  const auto known = std::find_if(deaths_.begin(), deaths_.end(),
                                  [pid](const Death& death) { return death.pid == pid; });
  if (known != deaths_.end()) {
    send(entry, *known);
    *known = {};
  } else if (!is_child(pid)) {
    constexpr int unknown = -1;
    send(entry, {pid, unknown});
  } else if (!watches(entry, pid)) {
    entry.watched_pids[entry.watched_pids[0] != 0 && is_child(entry.watched_pids[0]) ? 1 : 0] = pid;
    is_watching_ = true;
  }
}

void OrphanDeaths::send(const Entry& entry, const Death& death) {
  const auto message = end_message(death.pid, death.status);
  const Fd state = tree_.state_of(entry);
  if (state) static_cast<void>(send_letters(state.get(), {message.data(), message.size()}));
}

}  // namespace stoker
