// SPDX-License-Identifier: ISC
#include "net/notify_message.hh"

#include "base/json.hh"
#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"READY=1\nSTATUS=serving\nMAINPID=4242",
          "WATCHDOG=1",
          "WATCHDOG=trigger\nWATCHDOG_USEC=2500000\nEXTEND_TIMEOUT_USEC=1",
          "RELOADING=1\nMONOTONIC_USEC=123456789",
          "STOPPING=1\nERRNO=2\nEXIT_STATUS=3",
          "FDSTORE=1\nFDNAME=web\nFDPOLL=0",
          "FDSTOREREMOVE=1\nBARRIER=1",
          "STATUS=\xc3\xa9\x1b[0m\xff"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  const auto message = parse_notify_message(text);
  if (!message) {
    expect(text.find('\0') != std::string_view::npos, "only a NUL makes it no message");
    return 0;
  }
  expect(!message->main_pid || *message->main_pid > 1, "no process number is 1 or below");
  expect(!message->watchdog || *message->watchdog > 0s, "a watchdog has time");
  expect(!message->extension || *message->extension >= 0s, "no time is negative");
  expect(!message->error || *message->error >= 0, "no error is negative");
  expect(message->status.size() < text.size() + 1, "the status is a part of it");
  const NotifyText shown = notify_text(message->status);
  expect(shown.size() <= longest_notify_text, "the text is bounded");
  for (std::string_view rest = shown.view(); !rest.empty();) {
    const size_t length = character_size(rest);
    expect(length > 0, "the text is UTF-8");
    expect(length > 1 || (rest.front() >= ' ' && rest.front() != 127), "and harmless");
    rest.remove_prefix(length);
  }
  return 0;
}
