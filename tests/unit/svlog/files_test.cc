// SPDX-License-Identifier: ISC
#include "svlog/files.hh"

#include <algorithm>

#include "catch.hh"
#include "svlog/stamp.hh"
#include "svlog/unpack.hh"

using namespace stoker;

namespace {

OldLog old_log(const std::string& name) { return {*archive_stamp(name), ArchiveName(name)}; }

std::vector<std::string> ordered(const std::vector<std::string>& codes) {
  std::vector<OldLog> logs;
  for (const std::string& code : codes) logs.push_back(old_log("@40000000" + code));
  logs.resize(put_in_order(logs));
  std::vector<std::string> names;
  for (const OldLog& log : logs) names.push_back(std::string(log.name.view()).substr(9));
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("old logs are read in the order of their labels") {
  CHECK(ordered({"0000000300000000.s", "0000000100000000.u", "0000000200000001.s",
                 "0000000200000000.s"}) == Names{"0000000100000000.u", "0000000200000000.s",
                                                 "0000000200000001.s", "0000000300000000.s"});
}

TEST_CASE("of several files with one label, the most advanced is read") {
  CHECK(ordered({"0000000100000000.t", "0000000100000000.u", "0000000100000000.s"}) ==
        Names{"0000000100000000.s"});
  CHECK(ordered({"0000000100000000.t", "0000000100000000.u"}) == Names{"0000000100000000.u"});
  CHECK(ordered({"0000000100000000.t"}) == Names{"0000000100000000.t"});
  CHECK(ordered({"0000000100000000.u", "0000000100000000.gz"}) == Names{"0000000100000000.gz"});
}

TEST_CASE("the files before and after a label are found") {
  const std::vector<OldLog> logs = {old_log("@400000000000000100000000.s"),
                                    old_log("@400000000000000300000000.s")};
  const auto label = [](uint64_t seconds) { return Tai64n{(1ULL << 62) + seconds, 0}; };
  CHECK(first_after(logs, {}) == &logs[0]);
  CHECK(first_after(logs, label(1)) == &logs[1]);
  CHECK(first_after(logs, label(2)) == &logs[1]);
  CHECK(first_after(logs, label(3)) == nullptr);
  CHECK(last_until(logs, {}) == nullptr);
  CHECK(last_until(logs, label(1)) == &logs[0]);
  CHECK(last_until(logs, label(2)) == &logs[0]);
  CHECK(last_until(logs, label(9)) == &logs[1]);
  CHECK(first_after({}, {}) == nullptr);
  CHECK(last_until({}, {}) == nullptr);
}

TEST_CASE("compressed files are known by their first bytes") {
  CHECK(unpacker_for("\x1f\x8b\x08") == std::string("gzip"));
  CHECK(unpacker_for(std::string_view("\xfd"
                                      "7zXZ\0",
                                      6)) == std::string("xz"));
  CHECK(unpacker_for("\x28\xb5\x2f\xfd") == std::string("zstd"));
  CHECK(unpacker_for("\x04\x22\x4d\x18") == std::string("lz4"));
  CHECK(unpacker_for("BZh9") == std::string("bzip2"));
  CHECK(unpacker_for("") == nullptr);
  CHECK(unpacker_for("\x1f") == nullptr);
  CHECK(unpacker_for("@40000") == nullptr);
}
