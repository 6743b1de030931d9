// SPDX-License-Identifier: ISC
#include "fuzz.hh"
#include "service/lint.hh"
#include "supervise/policy.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"100 10000\n",
          "5 60\n",
          "0",
          "on-failure\n",
          "315360000000",
          "1h 30min 2.5s",
          "timeout_kil",
          "kill-timeout",
          "dependencies.d",
          "18446744073709551616 1",
          "3 75 SIGUSR1\nRTMIN+1",
          "1s 5s jitter 10% at-least",
          "1h jitter 100%",
          "control-group"};
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
  const auto run_limit = parse_run_limit(text);
  expect(!run_limit || run_limit->time == never ||
             (run_limit->time > 0s && run_limit->time <= longest && run_limit->jitter <= 100),
         "a limit of a run");
  const auto ends = parse_exit_set(text);
  expect(!ends || *ends != ExitSet{}, "ways to end");
  const bool prevents = size % 3 == 0;
  const Rules rules{.on_demand = size % 2 == 0,
                    .restart = parse_restart(text).value_or(Restart::always),
                    .delay = delay.value_or(Delay{}),
                    .limit = limit.value_or(Limit{}),
                    .success = prevents ? ExitSet{} : ends.value_or(ExitSet{}),
                    .prevent = prevents ? ends.value_or(ExitSet{}) : ExitSet{},
                    .random = static_cast<uint32_t>(size * 2654435761U)};
  for (const FileRow& row : service_files) {
    const Fault fault = fault_of_value("", row.name, row.kind, text);
    expect(!fault.truncated(), "a fault fits");
    expect(is_valid(row.kind, text) || !fault.empty(), "an invalid value is a fault");
  }
  if (size < 256) expect(!fault_of_name("log/", text).truncated(), "a fault of a name fits");
  History history;
  Moment clock = 0s;
  for (int death = 0; death < 50; ++death) {
    const auto ending = static_cast<Ending>(death % ending_count);
    const LastRun life{clock, clock + 10ms * death, ending, false, false, false, false, false};
    const auto verdict = judge(rules, life, history);
    expect(verdict.delay >= 0s && verdict.delay <= 2 * rules.delay.most,
           "a delay within its bounds");
    expect(verdict.event != Event::later || verdict.delay > 0s, "no delay without a time");
    if (verdict.event == Event::over || verdict.event == Event::give_up) break;
    clock = std::min(life.died + verdict.delay, longest);
  }
  return 0;
}
