// SPDX-License-Identifier: ISC
#include "service/status.hh"

#include "fuzz.hh"
#include "supervise/saved_state.hh"

using namespace stoker;

namespace {

template <typename Bytes>
std::string text_from(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

SavedState some_saved_state() {
  SavedState saved;
  saved.has_log = true;
  saved.main.pid = 6849;
  saved.main.role = Role::run;
  return saved;
}

// With the version of the tagged or of the plain form in place.
std::string with_version(std::string bytes, size_t at, char version, size_t size) {
  bytes.resize(size);
  bytes[at] = version;
  return bytes;
}

void look_at_saved_state(std::span<const uint8_t> bytes) {
  const auto saved = decode_saved_state(bytes);
  if (!saved) return;
  for (const RunState* const run : {&saved->main, &saved->log}) {
    expect(!word(run->state).empty() && !word(run->want).empty(), "the state has a word");
    expect(static_cast<int>(run->role) < role_count, "the role is known");
    expect(run->pid >= 0 && run->group >= 0, "no process number is negative");
  }
  const auto written = encode(*saved);
  expect(decode_saved_state(written) == saved, "it comes back as it was");
}

}  // namespace

// Whole files, and a saved state alone.
std::vector<std::string> fuzz_seeds() {
  StatusFile status;
  status.main = {{Tai64n::epoch, 1}, 6849, false, 'u', false, Phase::run};
  status.log = status.main;
  status.has_log = true;
  const std::string whole = text_from(encode(status));
  const std::string saved = text_from(encode(some_saved_state()));
  return {whole + saved,
          whole,
          text_from(encode(status.main)),
          saved,
          with_version(whole, 43, 1, 192),
          with_version(saved, 3, 1, 448)};
}

// Whatever is read can be shown, and written again without a change.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto status = decode({data, size});
  expect(status.has_value() == (size >= daemontools_status_size), "only short files are refused");
  look_at_saved_state({data, size});
  look_at_saved_state(behind_status({data, size}));
  if (!status) return 0;
  for (const ServiceStatus* const own : {&status->main_status, &status->log_status}) {
    expect(!word(own->state).empty(), "the state has a word");
    expect(!word(own->want).empty(), "the want has a word");
    expect(!word(own->reason).empty(), "the reason has a word");
  }
  expect(status->main.pid >= 0 && status->log.pid >= 0, "no process number is negative");
  if (status->native) expect(decode(encode(*status)) == status, "it comes back as it was");
  return 0;
}
