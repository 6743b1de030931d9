// SPDX-License-Identifier: ISC
// Where `supervise` is daemontools' own: it does not run the logger, so that has a supervise
// and an entry of its own here; and TERM would make it leave its service behind.
#pragma once
#include "base/child.hh"
#include "scan/roster.hh"

namespace stoker {

struct ScanTree;

class ForeignSuite {
 public:
  explicit ForeignSuite(ScanTree& tree) : tree_(tree) {}

  // Finds out whose `supervisor` is, if that is sought in PATH.
  void probe(const char* supervisor);
  bool is_used() const { return used_; }

  // The logger of that service is one more entry.
  void list_logger(const char* service) const;
  Spawned start(const Entry& entry);
  void request_stop(const Entry& entry);

 private:
  Entry* logged_service(std::string_view name);

  ScanTree& tree_;
  bool used_ = false;
};

}  // namespace stoker
