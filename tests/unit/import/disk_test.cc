// SPDX-License-Identifier: ISC
#include "import/disk.hh"

#include "catch.hh"

using namespace stoker::importer;

TEST_CASE("a path below the root directory of a machine is named as in there") {
  CHECK(path_from("root", "root/etc/a") == "/etc/a");
  CHECK(path_from("/srv/image", "/srv/image/etc/a") == "/etc/a");
  CHECK(path_from("/srv/image", "/srv/image2/etc/a") == "/srv/image2/etc/a");
  CHECK(path_from("", "/etc/a") == "/etc/a");
  CHECK(path_from("root", "./a") == "./a");
}
