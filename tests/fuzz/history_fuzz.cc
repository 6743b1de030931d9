// SPDX-License-Identifier: ISC
#include "service/history.hh"

#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  const HistoryEntry entry{.at = 1, .boot = 2, .state = State::held, .log = true, .exit_code = -1};
  const auto bytes = encode(entry);
  const std::string one(bytes.begin(), bytes.end());
  return {one, one + one, one + "torn"};
}

// Each entry of any bytes has values that have words, and comes back as it was.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::array<HistoryEntry, 4> entries;
  const size_t count = decode_history({data, size}, entries);
  expect(count <= entries.size() && count <= size / history_entry_size, "there are as many");
  for (const HistoryEntry& entry : std::span(entries).first(count)) {
    expect(!word(entry.state).empty() && !word(entry.reason).empty(), "the state has a word");
    std::array<HistoryEntry, 1> again;
    expect(decode_history(encode(entry), again) == 1 && again[0] == entry, "it comes back");
  }
  return 0;
}
