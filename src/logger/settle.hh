// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <array>
#include <optional>

#include "base/child.hh"
#include "base/fd.hh"
#include "base/tai64n.hh"
#include "logger/store_words.hh"
#include "logger/sync.hh"

namespace stoker {

// Brings finished files safely to disk and marks them so (by the owner's right to execute them), in
// a process of its own, since fsync(2) may take long and the lines must flow.
// Renaming a marked file is up to its owner.
class Settler {
 public:
  // Put onto a file's mode as the mark.
  static constexpr mode_t safe_mark = 0100;

  struct Settled {
    Tai64n stamp;
    bool safe = false;
  };

  explicit Settler(const StoreName& name) : name_(name) {}

  // Takes a file of this mode over, known by its stamp. Only if not full().
  void add(const Tai64n& stamp, Fd file, mode_t mode);

  bool full() const { return count_ == room; }
  bool idle() const { return count_ == 0; }
  bool has(const Tai64n& stamp) const;

  // Forgets a file that has been deleted, unless it is too late for that.
  void drop(const Tai64n& stamp);

  // Starts on the oldest file, if nothing is under way. Where that takes no time, it is done at
  // once.
  void start();

  // Was it our process that ended?
  bool ended(const Death& death);

  // The oldest file, once it is done; forgets it.
  std::optional<Settled> next();

  // Settles the oldest file here and now. This is how a log that is faster than its
  // disk is slowed down, and how it ends.
  void settle_oldest();

  // Returns when no process of ours is left.
  void await_child();

 private:
  // More than the old logs that are usually kept: what is deleted before it is its
  // turn need not be brought to disk at all.
  static constexpr size_t room = 16;

  struct Item {
    Tai64n stamp;
    Fd file;
    mode_t mode = 0;
  };

  void remove(Item* item);

  StoreName name_;
  std::array<Item, room> items_;
  size_t count_ = 0;
  std::optional<bool> result_;  // is the oldest file safe? empty: not settled yet
  SyncProcess process_;
  pid_t child_ = 0;
  Tai64n child_stamp_;  // what the child works on
};

// Brings a file to disk and marks it. False, and says why, if that failed.
bool make_safe(int file, mode_t mode, const StoreName& name);

}  // namespace stoker
