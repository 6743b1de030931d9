// SPDX-License-Identifier: ISC
#include "service/history.hh"

#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using Bytes = std::vector<unsigned char>;

HistoryEntry full() {
  return {.at = 0x1122334455667788,
          .wall = 1'795'000'000,
          .boot = 0x99aabbcc,
          .state = State::held,
          .want = Want::exit,
          .reason = Reason::need_failed,
          .log = true,
          .oneshot = true,
          .began = true,
          .took_over = true,
          .exit_code = 255,
          .signal = 9,
          .error = -5,
          .pid = 4'194'303};
}

void append(Bytes& bytes, const HistoryEntry& entry) {
  const auto encoded = encode(entry);
  bytes.insert(bytes.end(), encoded.begin(), encoded.end());
}

std::vector<HistoryEntry> decoded(const Bytes& bytes) {
  std::vector<HistoryEntry> all(8);
  all.resize(decode_history(bytes, all));
  return all;
}

}  // namespace

TEST_CASE("a transition is read as it was written") {
  Bytes bytes;
  append(bytes, full());
  append(bytes, {});
  CHECK(decoded(bytes) == std::vector<HistoryEntry>{full(), {}});
}

TEST_CASE("an entry of the history has these bytes") {
  const auto bytes = encode(full());
  CHECK(Bytes(bytes.begin(), bytes.end()) == Bytes{1,    9,    0x3f, 16,   0xcc, 0xbb, 0xaa, 0x99,
                                                   0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
                                                   0xc0, 0x86, 0xfd, 0x6a, 0xff, 0xff, 0x3f, 0,
                                                   0xfb, 0xff, 0xff, 0xff, 0xff, 0,    9,    0});
}

TEST_CASE("entries of other versions and halves are left out") {
  Bytes bytes;
  append(bytes, full());
  append(bytes, {});
  append(bytes, {});
  bytes[0] = 2;                             // of a later version
  bytes[history_entry_size + 1] = 200;      // a state of a later version
  bytes[2 * history_entry_size + 3] = 200;  // … a reason
  bytes.resize(bytes.size() + history_entry_size / 2, 1);
  CHECK(decoded(bytes) == std::vector<HistoryEntry>{{}});
  CHECK(decoded({}).empty());
}

TEST_CASE("no more entries are read than there is room for") {
  Bytes bytes;
  for (int i = 0; i < 20; ++i) append(bytes, {});
  CHECK(decoded(bytes).size() == 8);
}
