// SPDX-License-Identifier: ISC
#include "sv/process_owner.hh"

#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using Kind = ServiceRoot::Kind;
constexpr uint32_t nobody = ProcessRow::nobody;

struct Processes {
  std::vector<ProcessRow> rows;
  std::vector<ServiceRoot> roots;

  // In the order of their pids.
  Processes& add(pid_t pid, pid_t parent, pid_t group = 0, pid_t session = 0) {
    rows.emplace_back();
    rows.back().pid = pid;
    rows.back().parent = parent;
    rows.back().group = group == 0 ? pid : group;
    rows.back().session = session == 0 ? pid : session;
    return *this;
  }
  Processes& root(pid_t pid, Kind kind, uint32_t service) {
    roots.push_back({pid, kind, service});
    return *this;
  }
  std::vector<uint32_t> owners() {
    claim_processes(rows, roots);
    std::vector<uint32_t> result;
    for (const ProcessRow& row : rows) result.push_back(row.owner);
    return result;
  }
};

}  // namespace

TEST_CASE("a service owns what descends from its main process") {
  Processes processes;
  processes.add(1, 0).add(10, 1).add(20, 10).add(21, 20).add(22, 21).add(30, 1);
  processes.root(20, Kind::main, 3);
  CHECK(processes.owners() == std::vector<uint32_t>{nobody, nobody, 3, 3, 3, nobody});
}

TEST_CASE("a service owns its process group and session, whoever the parent is") {
  Processes processes;
  processes.add(1, 0).add(20, 9).add(21, 1, 20).add(22, 1, 22, 20).add(23, 22);
  processes.root(20, Kind::main, 0);
  CHECK(processes.owners() == std::vector<uint32_t>{nobody, 0, 0, 0, 0});
}

TEST_CASE("what a supervisor has adopted is its service's, but not its logger, nor itself") {
  Processes processes;
  processes.add(5, 1).add(6, 5).add(7, 6).add(8, 5).add(9, 8).add(10, 5);
  processes.root(10, Kind::main, 2).root(5, Kind::supervisor, 2).root(8, Kind::logger, 2);
  CHECK(processes.owners() == std::vector<uint32_t>{nobody, 2, 2, nobody, nobody, 2});
}

TEST_CASE("who is claimed by a control group stays so, with what descends from it") {
  Processes processes;
  processes.add(5, 1).add(6, 5);
  processes.rows[0].owner = 4;
  processes.root(5, Kind::main, 1);
  CHECK(processes.owners() == std::vector<uint32_t>{4, 4});
}

TEST_CASE("processes that seem to be their own ancestors belong to nobody") {
  Processes processes;
  processes.add(5, 6).add(6, 5).add(7, 7);
  CHECK(processes.owners() == std::vector<uint32_t>{nobody, nobody, nobody});
}

TEST_CASE("a long line of descendants belongs to its first") {
  Processes processes;
  for (pid_t pid = 2; pid < 5000; ++pid) processes.add(pid, pid + 1);
  processes.add(5000, 1).root(5000, Kind::main, 7);
  for (const uint32_t owner : processes.owners()) CHECK(owner == 7);
}
