// SPDX-License-Identifier: ISC
// The files of `cgroup/` in a service directory: named as the kernel's, and copied into the
// service's control group.
#pragma once
#include <array>
#include <string_view>

#include "base/report.hh"
#include "service/group_tree.hh"

namespace stoker {

constexpr size_t most_group_faults = 8;

class GroupLimits {
 public:
  // `group` is open, and `directory` the service's; both lent. `scanner`: svscan; 0: none.
  // `complaints`: of the first fault, the second …
  GroupLimits(const GroupTree& tree, int group, int directory, pid_t scanner,
              std::array<Complaint, most_group_faults>& complaints)
      : tree_(tree),
        group_(group),
        directory_(directory),
        scanner_(scanner),
        complaints_(complaints) {}

  // Writes them all; what fails is reported. Gives errno of the first failure, or 0.
  int apply();

 private:
  void apply(const char* name);
  bool write(const char* name, std::string_view lines);
  bool write_line(const char* name, std::string_view line);
  bool offer(std::string_view controller);
  void fail(Words what);

  const GroupTree& tree_;
  int group_, directory_;
  pid_t scanner_;
  std::array<Complaint, most_group_faults>& complaints_;
  size_t faults_ = 0;
  int error_ = 0;
};

}  // namespace stoker
