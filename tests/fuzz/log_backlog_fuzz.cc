// SPDX-License-Identifier: ISC
// Lines that wait for a disk, put in and taken out in pieces of any size.
#include "fuzz.hh"
#include "logger/backlog.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"\x01\x10one\ntwo\nthree\nfour\n", std::string("\x02\x18") + std::string(60, 'x') + "\ny",
          std::string("\x06\x10\n\n\n\n\x05\x03\x09\n", 10)};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const bool torn = (data[0] & 4) != 0;
  const auto policy = (data[0] & 1) != 0 ? OverflowPolicy::drop_new : OverflowPolicy::drop_old;
  std::vector<char> memory(8 + data[1] % 64);
  Backlog backlog;
  backlog.begin(memory, policy, torn);
  const std::string_view text = text_of(data + 2, size - 2);
  size_t lines = torn ? 1 : 0, out_lines = 0, reported = 0, turns = 0;
  const auto take = [&](size_t most) {
    for (;;) {
      expect(++turns < 100000, "it gets on");
      if (backlog.wants_notice()) {
        reported += backlog.lost();
        backlog.give_notice(Backlog::Notice("!\n"));
      }
      const std::string_view next = backlog.front();
      const size_t part = std::min(next.size(), most);
      if (part == 0) return;
      out_lines += static_cast<size_t>(std::count(next.begin(), next.begin() + part, '\n'));
      backlog.took(part);
      most -= part;
    }
  };
  bool open = torn;
  for (size_t at = 0; at < text.size();) {
    const size_t piece =
        std::min<size_t>(text.size() - at, 1 + static_cast<uint8_t>(text[at]) % 19);
    for (const char byte : text.substr(at, piece)) {
      if (!open) ++lines;
      open = byte != '\n';
    }
    backlog.put(text.substr(at, piece));
    if (piece % 3 == 0) take(piece * 2);
    expect(backlog.lines() <= lines, "there are not more lines than came");
    at += piece;
  }
  if (open) backlog.put("\n");
  take(SIZE_MAX);
  expect(backlog.over(), "all comes out");
  expect(out_lines + reported >= lines, "each line comes out or is counted");
  return 0;
}
