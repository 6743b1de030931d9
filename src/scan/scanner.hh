// SPDX-License-Identifier: ISC
// svscan's loop: signals, deaths, commands and deadlines go to the parts that they concern.
#pragma once
#include <poll.h>

#include <optional>
#include <span>

#include "scan/orphan_deaths.hh"
#include "scan/scan_tree.hh"
#include "scan/scanner_upgrade.hh"
#include "scan/supervisors.hh"
#include "scan/tree_shutdown.hh"

namespace stoker {

class Scanner {
 public:
  Scanner(const ScanPersonality& personality, const ScanOptions& options)
      : options_(options), tree_(personality, options_) {}

  // Set-up: here, and only here, it may die.
  void set_up(char** argv);

  // Until it is asked to stop and every supervisor is gone; gives the exit code.
  int run();

 private:
  void listen();
  void make_tables();
  void open_state();

  void scan();
  void turn();
  std::span<pollfd> fill_polls();
  Moment deadline() const;
  void read_watch();
  void report_ready();

  void take_signals();
  bool run_hook(int signal);
  void obey(int signal);
  void look_at_all();
  void abandon(int signal, int code);
  void reap_all();
  void obey(const ScanCommand& command);
  void obey(Entry& supervisor, const ScanCommand& command);

  const ScanOptions options_;
  ScanTree tree_;
  TreeOrder order_{tree_};
  Supervisors supervisors_{tree_, order_};
  OrphanDeaths orphan_deaths_{tree_};
  TreeShutdown shutdown_{tree_, supervisors_};
  ScannerUpgrade upgrade_{tree_, supervisors_.suite(), shutdown_};
  std::span<pollfd> polls_;  // both controls, watch, title, keeper, then the foreign supervisors
  int ready_fd_ = -1;
  std::optional<int> abandon_code_;  // it exits at once
};

}  // namespace stoker
