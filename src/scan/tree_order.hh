// SPDX-License-Identifier: ISC
// Order among the services of a tree: tells the plan (plan/order.hh) what their files say, what
// supervisors report and which of them come and go, and sends them what it decides. Nothing of it
// must outlive this process: supervisors keep what they were asked and told.
//
// As long as no service names another, there is nothing of this but an empty object.
#pragma once
#include <span>
#include <string_view>

#include "base/clock.hh"
#include "base/report.hh"
#include "plan/order.hh"
#include "scan/roster.hh"
#include "service/scanner.hh"

namespace stoker {

struct NameTrouble;
class NameFiles;
struct ScanTree;

class TreeOrder {
 public:
  explicit TreeOrder(ScanTree& tree) : tree_(tree) {}

  // A supervisor has sent one of the letters order, report, run or echo.
  void take(Entry& entry, const ScanCommand& command);
  // A supervisor of an earlier svscan is now ours.
  void adopt(Entry& entry);
  // A supervisor has been started, has ended, or could not be started.
  // `may_run`: its service may run on without it.
  void look(Entry& entry, bool may_run = false);
  // The entry is about to be removed from the roster.
  void forget(Entry& entry);

  // The service is gone from the scan directory. True if this sees to the end of its supervisor,
  // which what depends on the service may hold up.
  bool stops_in_order(const Entry& entry);
  // It is there, perhaps again, or under another name.
  void note_present(Entry& entry);
  // The whole tree ends. From now on stops_at_end() tells whose end this sees to.
  void end_all();
  bool stops_at_end(const Entry& entry) const { return is_ending_ && entry.node != 0; }
  // All that still wait have been asked to end.
  void end_order();
  // … and has been asked for.
  bool has_ended(const Entry& entry) const;

  // What services name may have changed.
  void look_at_files();

  // Sends what is decided. Must be called before each sleep.
  void proceed(Moment now);
  Moment deadline() const { return std::min(retry_at_, search_at_); }

 private:
  // What the plan does not keep of a node.
  struct Note {
    uint32_t entry = 0;         // its number and one; 0: none
    bool has_reported = false;  // this supervisor, and not one before
    pid_t report = 0;           // the last numbers of these letters
    pid_t order = 0;
    uint64_t stamp = 0;   // of its files, when they were read
    uint64_t faults = 0;  // in them, which have been reported
    NodeId next_unread = 0;
    bool is_unread = false;
  };

  bool begin();
  static Standing standing_of(const Entry& entry);
  Entry* entry_of(NodeId node) const;
  Entry* find(std::string_view name) const;
  NodeId node_named(std::string_view name);
  void attach(Entry& entry, NodeId node);
  void read_status(Entry& entry);
  void clear_note(NodeId node);
  void learn();
  void learn(NodeId node);
  void read_later(NodeId node);
  void read_unread();
  void look_at_some(Moment began);
  void read_files(Entry& entry);
  void read_files(NodeId node, const NameFiles& files);
  void warn_of(NodeId node, const NameTrouble& trouble);
  void search_cycles();
  void warn_of_cycle(NodeId node, size_t members);
  bool carry_out(const OrderStep& step);
  void forget(NodeId node);

  ScanTree& tree_;
  Order order_;
  std::span<Note> notes_;  // of each node
  NodeId heard_ = 0;       // the one that has sent letters which the plan does not know yet
  NodeId unread_ = 0;      // one whose files are to be read; the next is in its note
  Moment retry_at_ = never, search_at_ = never;
  Moment look_after_ = 0s;  // not before that at all files
  enum class Room : uint8_t { unknown, missing } room_ = Room::unknown;
  bool is_used_ = false, is_ending_ = false, looks_ = false;  // looks_: at all files, soon
};

}  // namespace stoker
