// SPDX-License-Identifier: ISC
// The supervisors: starts one for each service, starts it again when it dies, and stops it.
#pragma once
#include "base/child.hh"
#include "base/text.hh"
#include "scan/foreign_suite.hh"
#include "scan/strays.hh"
#include "scan/takeover.hh"
#include "scan/tree_order.hh"

namespace stoker {

class Supervisors {
 public:
  Supervisors(ScanTree& tree, TreeOrder& order)
      : tree_(tree), order_(order), suite_(tree), takeover_(tree) {}

  // Dies where something is missing. `argv0` shows where our own programs are.
  void set_up(const char* argv0);
  // The file in place of -L.
  void read_logger();

  // Does what the roster decides about an entry.
  void act(Entry& entry, Moment now);
  // The same for all, as far as a moment allows: proceed() does the rest. On a busy machine each
  // start takes its time, and signals and deaths do not wait for thousands of them.
  void act_on_all();
  void proceed(Moment now);
  bool has_acted() const;  // on all
  Moment deadline() const { return has_acted() ? std::min(act_at_, look_at_) : 0s; }

  // A child has ended: false if it is no supervisor.
  bool take(const Death& death, Moment now);
  // Looks whether supervisors that are no children of ours have ended.
  void check_foreign();

  // Each stops its service, then its logger by end of file, then exits. Asked once more, they
  // hurry.
  void stop_all();
  // An earlier svscan may have run: its supervisors are looked for before the first is started.
  void expect_strays() { looks_for_strays_ = true; }
  // Has those whose state was removed make it again.
  void look_after();
  // … in a moment: something was removed, and more may be about to be.
  void look_after_removal();
  // Some wait for others to stop first.
  bool stops_in_order() const;
  // They do no longer.
  void stop_the_rest();
  bool is_stopping() const { return stops_ > 0; }
  void signal_all(int signal);
  // How much time to stop the settings of some service that still runs give it; 0: none does.
  Moment longest_time() const;

  const ForeignSuite& suite() const { return suite_; }
  const Takeover& takeover() const { return takeover_; }

 private:
  // How a supervisor has ended; one that exits 0 has had the state directory.
  enum class Exit : uint8_t { in_order, of_trouble, killed };
  static Exit exit_of(int wait_status);
  void handle_exit(Entry& entry, Moment now, Exit how);
  bool finds_other(Entry& entry, Moment now);
  void hurry_all();
  // Others are to stop before it.
  bool waits_to_stop(const Entry& entry) const {
    return entry.pid != 0 && order_.stops_at_end(entry) && !order_.has_ended(entry);
  }
  bool has_state(const Entry& entry) const;
  bool may_rescue(const Entry& entry, Takeover::Left left);
  void act_on_the_rest();
  void find_program(const char* argv0);
  void start(Entry& entry, Moment now);
  bool take_over(Entry& entry, Moment now);
  Spawned spawn_supervisor(const Entry& entry, const char* before);
  void retry_later(Entry& entry, Moment now);
  void note_start(Entry& entry, const Spawned& child, Moment now);
  void make_log_pipe(Entry& entry);
  void request_stop(const Entry& entry);
  void forget(Entry& entry);

  ScanTree& tree_;
  TreeOrder& order_;
  ForeignSuite suite_;
  Takeover takeover_;
  Strays strays_{tree_, takeover_};
  bool looks_for_strays_ = false;
  Text<4200> program_;
  Text<1200> logger_;      // -L
  Moment act_at_ = never;  // when some supervisor may be started again
  Moment look_at_ = never;
  size_t next_ = 0;     // the entry to be acted on next
  int stops_ = 0;       // how often they have been asked to stop
  size_t rescues_ = 0;  // started while stopping, because one was killed
};

}  // namespace stoker
