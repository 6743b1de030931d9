// SPDX-License-Identifier: ISC
#include "logger/sync.hh"

#include "catch.hh"

using namespace stoker;

namespace {

using Step = SyncResult::Step;

struct Calls {
  int synced = 0, marked = 0;
  int sync(int) const { return synced; }
  int set_mode(int, mode_t) const { return marked; }
};

}  // namespace

TEST_CASE("how a file was synced is in the exit code, with step and reason") {
  CHECK(exit_code({}) == 0);
  for (const Step step : {Step::sync, Step::mark})
    for (const int error : {EPERM, EIO, ENOSPC, 127}) {
      const SyncResult result{step, error};
      CHECK(exit_code(result) > 0);
      CHECK(exit_code(result) < 256);
      CHECK(sync_result(exit_code(result)) == result);
    }
  CHECK(sync_result(0).is_safe());
}

TEST_CASE("a reason that no exit code can have becomes EIO") {
  CHECK(sync_result(exit_code({Step::sync, 1133})) == SyncResult{Step::sync, EIO});
  CHECK(sync_result(exit_code({Step::mark, 0})) == SyncResult{Step::mark, EIO});
}

TEST_CASE("a file that was not synced is not marked") {
  CHECK(sync_and_mark(Calls{}, 3, 0744).is_safe());
  CHECK(sync_and_mark(Calls{.synced = EIO}, 3, 0744) == SyncResult{Step::sync, EIO});
  CHECK(sync_and_mark(Calls{.marked = EPERM}, 3, 0744) == SyncResult{Step::mark, EPERM});
}

TEST_CASE("what cannot be synced at all is safe, once it is marked") {
  for (const int reason : {EINVAL, EROFS}) {
    CHECK(sync_and_mark(Calls{.synced = reason}, 3, 0744).is_safe());
    CHECK_FALSE(sync_and_mark(Calls{.synced = reason, .marked = EIO}, 3, 0744).is_safe());
  }
}
