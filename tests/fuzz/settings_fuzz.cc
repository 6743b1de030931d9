// SPDX-License-Identifier: ISC
#include "fuzz.hh"
#include "service/lint.hh"
#include "supervise/policy.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"100 10000\n",           "5 60\n",       "0",
          "on-failure\n",          "315360000000", "1h 30min 2.5s",
          "timeout_kil",           "kill-timeout", "dependencies.d",
          "18446744073709551616 1"};
}

// The value of a settings file is always sane, and a service with it is still
// started again or given up, after a delay that can be waited for.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  constexpr Moment longest = std::chrono::hours(24 * 3650);
  const auto timeout = parse_timeout(text);
  expect(!timeout || *timeout == never || (*timeout > 0s && *timeout <= longest), "a timeout");
  const auto delay = parse_delay(text);
  expect(!delay || (delay->least >= 0s && delay->least <= delay->most && delay->most <= longest),
         "a delay");
  const auto limit = parse_limit(text);
  expect(!limit || (limit->deaths > 0 && limit->period > 0s && limit->period <= longest),
         "a limit");
  const Rules rules{.restart = parse_restart(text).value_or(Restart::always),
                    .delay = delay.value_or(Delay{}),
                    .limit = limit.value_or(Limit{})};
  for (const FileRow& row : service_files) {
    const Fault fault = fault_of_value("", row.name, row.kind, text);
    expect(!fault.truncated(), "a fault fits");
    expect(is_valid(row.kind, text) || !fault.empty(), "an invalid value is a fault");
  }
  if (size < 256) expect(!fault_of_name("log/", text).truncated(), "a fault of a name fits");
  History history;
  Moment clock = 0s;
  for (int death = 0; death < 50; ++death) {
    const LastRun life{clock, clock + 10ms * death, death % 3 == 0, false, false, false};
    const auto verdict = judge(rules, life, history);
    expect(verdict.delay >= 0s && verdict.delay <= rules.delay.most, "a delay within its bounds");
    expect(verdict.event != Event::later || verdict.delay > 0s, "no delay without a time");
    if (verdict.event == Event::over || verdict.event == Event::give_up) break;
    clock = std::min(life.died + verdict.delay, longest);
  }
  return 0;
}
