// SPDX-License-Identifier: ISC
#include "base/shared_directory.hh"

#include <unistd.h>

#include "catch.hh"

using namespace stoker;

namespace {

bool is_shared(uid_t owner, gid_t group, mode_t mode) {
  struct stat facts {};
  facts.st_uid = owner;
  facts.st_gid = group;
  facts.st_mode = S_IFDIR | mode;
  return others_can_write(facts);
}

}  // namespace

TEST_CASE("a directory of root or of oneself is one's own, unless others can write to it") {
  const uid_t user = geteuid(), other = user + 1;
  constexpr gid_t others = 4321;
  for (const uid_t owner : {uid_t{0}, user}) {
    CHECK_FALSE(is_shared(owner, others, 0755));
    CHECK_FALSE(is_shared(owner, others, 0700));
    CHECK(is_shared(owner, others, 0775));
    CHECK(is_shared(owner, others, 0777));
    CHECK(is_shared(owner, others, 01777));
    CHECK_FALSE(is_shared(owner, 0, 0775));
    CHECK(is_shared(owner, 0, 0757));
    if (getegid() == user) CHECK_FALSE(is_shared(owner, getegid(), 02775));
  }
  CHECK(is_shared(other, others, 0700));
  CHECK(is_shared(other, 0, 0755));
}
