// SPDX-License-Identifier: ISC
#include "scan/roster.hh"

#include <algorithm>

namespace stoker {

namespace {

// A supervisor that lived this long did not die early.
constexpr Moment minimum_uptime = 5s;

// The first early death is answered at once, the next ones by a wait that doubles. One
// that ends by itself has its reasons, and more time; one that was killed has none.
constexpr Moment pause_after(uint32_t early_deaths, bool killed) {
  constexpr Moment longest = 64s;
  constexpr uint32_t doublings = 12;
  if (early_deaths == 0) return 0s;
  const Moment first = killed ? 10ms : 1s;
  return std::min(longest, first * (1 << std::min(early_deaths - 1, doublings)));
}

// How long a directory must be missing before it is gone.
constexpr Moment vanish_time = 10ms;

bool is_over(const Entry& entry) { return entry.is_missing() && entry.pid == 0; }

void insert(std::span<uint32_t> index, size_t& count, uint32_t* at, uint32_t number) {
  std::copy_backward(at, index.data() + count, index.data() + count + 1);
  *at = number;
  ++count;
}

void erase(std::span<uint32_t> index, size_t& count, uint32_t* at) {
  std::copy(at + 1, index.data() + count, at);
  --count;
}

}  // namespace

uint32_t* Roster::place_of(const DirectoryId& identity) {
  return std::lower_bound(by_identity_.data(), by_identity_.data() + count_, identity,
                          [this](uint32_t number, const DirectoryId& sought) {
                            return entries_[number].identity < sought;
                          });
}

uint32_t* Roster::place_of(pid_t pid) {
  return std::lower_bound(
      by_pid_.data(), by_pid_.data() + pids_, pid,
      [this](uint32_t number, pid_t sought) { return entries_[number].pid < sought; });
}

Entry* Roster::free_entry() {
  if (count_ == entries_.size()) return nullptr;
  if (count_ == top_) return &entries_[top_++];
  return &*std::find_if(entries_.begin(), entries_.end(),
                        [](const Entry& entry) { return !entry.is_used(); });
}

void Roster::begin_scan() {
  for (Entry& entry : entries())
    if (entry.is_used()) entry.listing = Listing::missing;
}

Moment Roster::end_scan(Moment now) {
  ending_ = over_ = 0;
  Moment look = never;
  for (Entry& entry : entries()) {
    if (entry.is_present()) entry.gone_at = never;
    over_ += is_over(entry);
    if (!entry.is_missing() || entry.pid == 0) continue;
    ++ending_;
    if (entry.gone_at == never) entry.gone_at = now + vanish_time;
    if (now < entry.gone_at) look = std::min(look, entry.gone_at);
  }
  return look;
}

Roster::Seen Roster::see(std::string_view name, const DirectoryId& identity) {
  // Under whatever name: renaming a link changes nothing.
  if (Entry* const known = find(identity)) {
    known->listing = Listing::present;
    return Seen::known;
  }
  Entry* const entry = free_entry();
  if (entry == nullptr) return Seen::full;
  *entry = {};
  entry->name.append(name);
  entry->identity = identity;
  entry->listing = Listing::present;
  insert(by_identity_, count_, place_of(identity), static_cast<uint32_t>(entry - entries_.data()));
  return Seen::fresh;
}

void Roster::keep(std::string_view name) {
  for (Entry& entry : entries())
    if (entry.is_used() && entry.name.view() == name) entry.listing = Listing::present;
}

void Roster::keep_all() {
  for (Entry& entry : entries())
    if (entry.is_used()) entry.listing = Listing::present;
}

bool Roster::name_is_taken(const Entry& entry) const {
  if (ending_ == 0) return false;
  return std::any_of(entries_.begin(), entries_.begin() + static_cast<ptrdiff_t>(top_),
                     [&](const Entry& other) {
                       return &other != &entry && other.is_used() && other.pid != 0 &&
                              other.name.view() == entry.name.view();
                     });
}

Act Roster::decide(const Entry& entry, Moment now) const {
  if (!entry.is_used()) return Act::nothing;
  if (!entry.is_present()) {
    if (entry.pid == 0) return Act::forget;
    return entry.stop_requested || now < entry.gone_at ? Act::nothing : Act::stop;
  }
  if (entry.pid != 0 || now < entry.not_before || name_is_taken(entry)) return Act::nothing;
  return Act::start;
}

void Roster::started(Entry& entry, pid_t pid, Moment now) {
  entry.pid = pid;
  entry.process = Process::child;
  entry.stop_requested = false;
  entry.started = now;
  insert(by_pid_, pids_, place_of(pid), static_cast<uint32_t>(&entry - entries_.data()));
}

void Roster::died(Entry& entry, Moment now, bool killed) {
  erase(by_pid_, pids_, place_of(entry.pid));
  entry.pid = 0;
  entry.process = Process::none;
  entry.watched_pids[0] = entry.watched_pids[1] = 0;
  if (!entry.is_present() && ending_ > 0) --ending_;
  over_ += is_over(entry);
  const bool early = now - entry.started < minimum_uptime && !entry.stop_requested;
  entry.not_before = now + (early ? pause_after(entry.early_deaths, killed) : 0s);
  entry.early_deaths = early ? entry.early_deaths + 1 : 0;
  entry.stop_requested = false;
}

void Roster::remove(Entry& entry) {
  if (is_over(entry) && over_ > 0) --over_;
  erase(by_identity_, count_, place_of(entry.identity));
  entry = {};
}

bool Roster::all_settled() {
  for (size_t count = 0; count < top_; ++count) {
    if (entries_[unsettled_].is_awaited()) return false;
    unsettled_ = (unsettled_ + 1) % top_;
  }
  return true;
}

Entry* Roster::predecessor(const Entry& entry) {
  if (over_ == 0) return nullptr;
  const auto found = std::find_if(
      entries_.begin(), entries_.begin() + static_cast<ptrdiff_t>(top_), [&](const Entry& other) {
        return &other != &entry && is_over(other) && other.name.view() == entry.name.view();
      });
  return found == entries_.begin() + static_cast<ptrdiff_t>(top_) ? nullptr : &*found;
}

Entry* Roster::find(const DirectoryId& identity) {
  uint32_t* const at = place_of(identity);
  if (at == by_identity_.data() + count_ || entries_[*at].identity != identity) return nullptr;
  return &entries_[*at];
}

Entry* Roster::find(pid_t pid) {
  uint32_t* const at = place_of(pid);
  if (at == by_pid_.data() + pids_ || entries_[*at].pid != pid) return nullptr;
  return &entries_[*at];
}

}  // namespace stoker
