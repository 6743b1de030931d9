// SPDX-License-Identifier: ISC
#include "chain/system_limits.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

using Pair = std::pair<uint64_t, uint64_t>;

std::optional<Pair> limits_of(const std::string& text) {
  const auto limit = parse_system_limit(text);
  if (!limit) return {};
  return Pair(limit->soft, limit->hard);
}

constexpr uint64_t infinity = RLIM_INFINITY;

}  // namespace

TEST_CASE("one value is the soft and the hard limit, two are one each") {
  CHECK(limits_of("nofile=1024") == Pair(1024, 1024));
  CHECK(limits_of("nofile=1024:65536") == Pair(1024, 65536));
  CHECK(limits_of("core=0:infinity") == Pair(0, infinity));
  CHECK(limits_of("nproc=infinity") == Pair(infinity, infinity));
  CHECK(limits_of("nofile=1024:unlimited") == Pair(1024, infinity));
}

TEST_CASE("bytes come in powers of 1024") {
  CHECK(limits_of("as=4K") == Pair(4096, 4096));
  CHECK(limits_of("memlock=64M:1G") == Pair(64 << 20, 1 << 30));
  CHECK(limits_of("fsize=1E")->first == 1ULL << 60);
}

TEST_CASE("times have units, and are rounded up") {
  CHECK(limits_of("cpu=30") == Pair(30, 30));
  CHECK(limits_of("cpu=2min:1h") == Pair(120, 3600));
  CHECK(limits_of("cpu=1500ms") == Pair(2, 2));
  CHECK(limits_of("cpu=1.5h") == Pair(5400, 5400));
  CHECK(limits_of("cpu=1min30s") == Pair(90, 90));
#ifdef RLIMIT_RTTIME
  CHECK(limits_of("rttime=50") == Pair(50, 50));
  CHECK(limits_of("rttime=2ms") == Pair(2000, 2000));
#endif
}

TEST_CASE("an invalid limit is refused") {
  const std::string text = GENERATE(
      as<std::string>(), "", "nofile", "nofile=", "=5", "nosuch=5", "NOFILE=5", "nofile=x",
      "nofile=5K", "nofile=-1", "nofile=10:5", "nofile=infinity:5", "nofile=5:", "nofile=:5",
      "nofile=5:6:7", "nofile=Infinity", "as=5s", "as=5KB", "as=16E", "cpu=5K", "as= 5",
      "nofile=5 ", "nofile=18446744073709551616", "cpu=18446744073709551615w");
  CAPTURE(text);
  CHECK_FALSE(parse_system_limit(text));
}
