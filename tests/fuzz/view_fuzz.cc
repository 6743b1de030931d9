// SPDX-License-Identifier: ISC
// Whatever a status file holds, and however a service is called, can be shown.
#include "client/view.hh"

#include "client/goal.hh"
#include "client/json.hh"
#include "client/progression.hh"
#include "fuzz.hh"
#include "sv/verb.hh"

using namespace stoker;

namespace {

Page page;  // too large for the stack

View view_of(const StatusFile& status) {
  return {.runit = status.main,
          .own = status.native ? &status.main_status : nullptr,
          .now = {Tai64n::epoch + 1'795'348'800, 0}};
}

void show(const StatusFile& status, std::string_view name) {
  const View view = view_of(status);
  page.clear();
  append_sv(page, name, view);
  append_svstat(page, view);
  expect(!encore_word(view).empty(), "there is a word for it");
  expect(!page.truncated(), "it fits");
  page.clear();
  append_json_service(page, name, view, &view, status.supervisor);
  append_json_event(page, name, "up", view);
  append_json_absent(page, name, "none", "no supervisor");
  expect(!page.truncated(), "it fits as JSON");
  for (const char byte : page.view())
    expect(byte == '\n' || static_cast<unsigned char>(byte) >= ' ', "JSON has no control bytes");
}

void judge_all(const StatusFile& status) {
  const StatusFile fresh;
  for (uint16_t goal = 0; goal < 512; ++goal) {
    static_cast<void>(progress(static_cast<Goal>(goal), fresh, status));
    static_cast<void>(progress(static_cast<Goal>(goal), status, status));
  }
  Progression progression;
  progression.see(status);
  for (const Await what : {Await::up, Await::down, Await::really_down, Await::finished})
    expect(!progression.reached(what) || !progression.hopeless(what), "what is so is not hopeless");
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  StatusFile status;
  status.main = {{Tai64n::epoch, 1}, 6849, false, 'u', false, Phase::run};
  status.main_status = {.state = State::backoff,
                        .reason = Reason::killed,
                        .signal = 11,
                        .next_start = {Tai64n::epoch + 1'795'348'801, 0}};
  status.has_log = true;
  const auto whole = encode(status);
  return {std::string(whole.begin(), whole.end()) + "caf\xc3\xa9 \"\xff"};
}

// The status, and then the name.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const size_t head = size < max_status_size ? size : max_status_size;
  const auto status = decode({data, head});
  const std::string_view name = text_of(data + head, size - head);
  static_cast<void>(find_verb(name, false));
  if (!status || name.size() > 4096) return 0;
  show(*status, name);
  judge_all(*status);
  return 0;
}
