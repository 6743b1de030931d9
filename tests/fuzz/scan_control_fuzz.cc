// SPDX-License-Identifier: ISC
#include "fuzz.hh"
#include "service/scanner.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  const auto message = scan_message(scan_letter::detach, 4711, 0);
  const auto news = end_message(4711, 9);
  return {"ahzt", {message.data(), message.size()}, {news.data(), news.size()}};
}

// Commands are complete, and the rest is the start of a message.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes = text_of(data, size);
  for (;;) {
    const size_t before = bytes.size();
    const auto command = next_scan_command(bytes);
    if (!command) {
      expect(bytes.size() == before, "what is no whole command is left alone");
      break;
    }
    const size_t taken = before - bytes.size();
    expect(taken == 1 || taken == scan_message_size, "a letter or a message");
    if (taken == 1) expect(command->supervisor == 0, "a letter brings no pid");
  }
  expect(bytes.size() < scan_message_size, "no whole message is left");
  std::string_view news = text_of(data, size);
  const size_t before = news.size();
  expect(next_end_message(news).has_value() == (news.size() < before), "news are cut off");
  return 0;
}
