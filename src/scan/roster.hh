// SPDX-License-Identifier: ISC
// The list of services: what the scan directory holds against what runs. Pure: ScanDirectory
// fills it, Supervisors starts and stops.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.hh"
#include "base/text.hh"

namespace stoker {

// A directory's device and inode: two names for one directory are one service.
struct DirectoryId {
  uint64_t device = 0, inode = 0;
  auto operator<=>(const DirectoryId&) const = default;
};

enum class Listing : uint8_t {
  unused,   // the entry is free
  missing,  // the last scan did not find it
  present,
};

// The supervisor's process.
enum class Process : uint8_t {
  none,
  child,
  foreign,      // it runs, but is no child of ours
  logger_left,  // it was killed, and its logger may still run
};

struct Entry {
  Text<255> name;
  DirectoryId identity;
  Listing listing = Listing::unused;
  Process process = Process::none;
  bool stop_requested = false;  // of the supervisor
  bool settled = false;         // the main process need not wait for it
  pid_t pid = 0;                // its supervisor; 0: none
  Moment started = 0s;          // the supervisor
  Moment not_before = 0s;       // when it may be started again
  int trouble = 0;              // errno, if it could not be started the last time
  uint32_t early_deaths = 0;    // of its supervisor, in a row
  Moment gone_at = never;       // when it counts as gone, if it stays missing
  pid_t watched_pids[2] = {};   // processes whose wait status the supervisor has asked for
  // What the supervisor has told of its processes, see ToldRun; -1: nothing.
  pid_t runs[2] = {-1, -1};
  pid_t stray = 0;  // a process in its directory that was there before us; 0: none
  bool is_stray_supervisor = false;
  int watch = -1;  // readable when a foreign supervisor ends; owned by Takeover
  int pipe_read = -1, pipe_write = -1;  // to its logger, see log_pipes.hh
  int kept_read = -1, kept_write = -1;  // see kept_sockets.hh
  uint32_t node = 0;                    // in the order of the tree, see TreeOrder; 0: none

  bool is_used() const { return listing != Listing::unused; }
  bool is_present() const { return listing == Listing::present; }
  bool is_missing() const { return listing == Listing::missing; }
  bool is_awaited() const { return is_present() && !settled; }
};

enum class Act : uint8_t {
  nothing,
  start,   // a supervisor
  stop,    // the supervisor
  forget,  // gone from the directory, and nothing runs: call remove()
};

class Roster {
 public:
  // `entries` and the indexes (as long as `entries`) are lent and zeroed.
  Roster(std::span<Entry> entries, std::span<uint32_t> by_identity, std::span<uint32_t> by_pid)
      : entries_(entries), by_identity_(by_identity), by_pid_(by_pid) {}

  // A scan: begin, see() each directory found, end.
  void begin_scan();
  // What is missing counts as gone only some time after it was first missed: a link
  // that is replaced in two steps is not. Gives when to look again for that; never
  // if nothing is missing.
  Moment end_scan(Moment now);
  enum class Seen : uint8_t { known, fresh, full };
  Seen see(std::string_view name, const DirectoryId& identity);
  // In place of see(), for a name whose identity cannot be read now: it stays as it was.
  void keep(std::string_view name);
  // The same for all, where the directory could not be read to its end.
  void keep_all();

  // What is to be done about an entry now. An entry waits while another of the same
  // name is still ending, so that there are never two of a name.
  Act decide(const Entry& entry, Moment now) const;

  // The supervisor was started, or has died. It is started again at once the first
  // time; one that keeps dying early is given a growing pause, shorter if it was
  // killed than if it ended by itself.
  void started(Entry& entry, pid_t pid, Moment now);
  void died(Entry& entry, Moment now, bool killed = false);
  void remove(Entry& entry);

  // Need the main process wait no longer? Cheap when called after each change.
  bool all_settled();

  // Some are gone and have ended, and were not removed yet.
  bool has_over() const { return over_ > 0; }
  // One that is gone and has ended, and has the same name; null: none. It costs nothing
  // while no entry is over.
  Entry* predecessor(const Entry& entry);

  Entry* find(pid_t pid);  // null: none
  Entry* find(const DirectoryId& identity);
  std::span<Entry> entries() { return entries_.first(top_); }
  std::span<const Entry> entries() const { return entries_.first(top_); }
  size_t running() const { return pids_; }

 private:
  uint32_t* place_of(const DirectoryId& identity);
  uint32_t* place_of(pid_t pid);
  Entry* free_entry();
  bool name_is_taken(const Entry& entry) const;

  std::span<Entry> entries_;
  // Numbers of entries, sorted by what they are indexed by.
  std::span<uint32_t> by_identity_, by_pid_;
  size_t top_ = 0;               // no entry from here on has ever been used
  size_t count_ = 0, pids_ = 0;  // lengths of the indexes
  // Entries that are gone but still run, and that are gone and run no more. Both hold
  // between scans.
  size_t ending_ = 0, over_ = 0;
  size_t unsettled_ = 0;  // the entry that all_settled() found awaited the last time
};

}  // namespace stoker
