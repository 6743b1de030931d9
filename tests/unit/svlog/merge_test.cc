// SPDX-License-Identifier: ISC
#include "svlog/merge.hh"

#include "catch.hh"
#include "svlog/stamp.hh"

using namespace stoker;

namespace {

// Merges logs given by the seconds of their lines: "log:second ".
std::string merged(const std::vector<std::vector<int>>& logs) {
  std::vector<WaitingLine> room(logs.size());
  std::vector<size_t> next(logs.size());
  MergeOrder order(room);
  const auto go_on = [&](size_t log) {
    if (next[log] < logs[log].size()) order.add({label_of(logs[log][next[log]++]), log});
  };
  for (size_t log = 0; log < logs.size(); ++log) go_on(log);
  std::string text;
  while (!order.empty()) {
    const WaitingLine one = order.take();
    text += std::to_string(one.log) + ":" + std::to_string(one.time.unix_seconds()) + " ";
    go_on(one.log);
  }
  return text;
}

}  // namespace

TEST_CASE("lines of several logs come in order of time") {
  CHECK(merged({{1, 4, 5}, {2, 3, 6}}) == "0:1 1:2 1:3 0:4 0:5 1:6 ");
  CHECK(merged({{}, {1}, {}}) == "1:1 ");
  CHECK(merged({}).empty());
}

TEST_CASE("lines of the same time come in the order of the logs") {
  CHECK(merged({{2, 2}, {1, 2}, {2}}) == "1:1 0:2 0:2 1:2 2:2 ");
}

TEST_CASE("a clock that was set back does not reorder the lines of any log") {
  CHECK(merged({{5, 1, 6}, {2, 7}}) == "1:2 0:5 0:1 0:6 1:7 ");
}
