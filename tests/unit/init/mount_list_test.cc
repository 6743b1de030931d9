// SPDX-License-Identifier: ISC
#include "init/mount_list.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a line holds the source, target and type of a mount") {
  const auto mount = parse_mount("/dev/sda1 /var/lib ext4 rw,relatime 0 0");
  REQUIRE(mount);
  CHECK(mount->target.view() == "/var/lib");
  CHECK(mount->type.view() == "ext4");
}

TEST_CASE("blanks and backslashes in a name are decoded from octal") {
  const auto mount = parse_mount("a\\040b /mnt/a\\040b\\134c\\011 vfat rw 0 0");
  REQUIRE(mount);
  CHECK(mount->target.view() == "/mnt/a b\\c\t");
  CHECK(parse_mount("x /mnt/\\04 ext4 rw")->target.view() == "/mnt/\\04");
}

TEST_CASE("malformed lines are ignored") {
  CHECK_FALSE(parse_mount(""));
  CHECK_FALSE(parse_mount("none"));
  CHECK_FALSE(parse_mount("none relative ext4 rw"));
  CHECK_FALSE(parse_mount("none /place"));
  CHECK_FALSE(parse_mount("none /" + std::string(5000, 'x') + " ext4 rw"));
}

TEST_CASE("lines are taken from the end, so that the last mount is unmounted first") {
  std::string_view lines = "one\ntwo\nthree\n";
  CHECK(take_last_line(lines) == "three");
  CHECK(take_last_line(lines) == "two");
  CHECK(take_last_line(lines) == "one");
  CHECK(lines.empty());
}

TEST_CASE("only file systems on disks must be unmounted") {
  for (const char* const type : {"proc", "tmpfs", "rootfs", "cgroup2", "devtmpfs"})
    CHECK(holds_no_files(type));
  for (const char* const type : {"ext4", "vfat", "nfs4", "overlay", "fuse.sshfs"})
    CHECK_FALSE(holds_no_files(type));
}
