// SPDX-License-Identifier: ISC
#include "service/status.hh"

#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  StatusFile status;
  status.main = {{Tai64n::epoch, 1}, 6849, false, 'u', false, Phase::run};
  status.log = status.main;
  status.has_log = true;
  const auto whole = encode(status);
  const auto runit = encode(status.main);
  return {{whole.begin(), whole.end()}, {runit.begin(), runit.end()}};
}

// Whatever is read can be shown, and written again without a change.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto status = decode({data, size});
  expect(status.has_value() == (size >= daemontools_status_size), "only short files are refused");
  if (!status) return 0;
  expect(!word(status->main_status.state).empty(), "the state has a word");
  expect(!word(status->main_status.want).empty(), "the wish has a word");
  expect(!word(status->log_status.reason).empty(), "the reason has a word");
  expect(status->main.pid >= 0 && status->log.pid >= 0, "no process number is negative");
  if (status->native) expect(decode(encode(*status)) == status, "it comes back as it was");
  return 0;
}
