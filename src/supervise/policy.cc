// SPDX-License-Identifier: ISC
#include "supervise/policy.hh"

#include <algorithm>

namespace stoker {

namespace {

// A service that was up this long is started again at once, the first time.
constexpr Moment minimum_uptime = 1s;

bool over_limit(const Limit& limit, Moment died, History& history) {
  if (limit.deaths == 0) return false;
  if (history.deaths == 0 || died - history.window > limit.period) {
    history.window = died;
    history.deaths = 0;
  }
  return ++history.deaths > limit.deaths;
}

Decision after(Moment delay) { return {delay > 0s ? Event::later : Event::again, delay}; }

Decision runit_pace(const LastRun& run) {
  return after(run.died - run.started < minimum_uptime ? minimum_uptime : 0s);
}

Decision pace(const Delay& delay, const LastRun& run, History& history) {
  const Moment uptime = run.died - run.started;
  if (uptime >= delay.most) history = {.window = history.window, .deaths = history.deaths};
  if (history.attempt == 0 && history.delay == 0s && uptime >= minimum_uptime) {
    history.delay = delay.least;
    return after(0s);
  }
  const bool first = history.attempt++ == 0;
  history.delay =
      first ? delay.least
            : std::clamp(2 * history.delay, delay.least, std::max(delay.least, delay.most));
  return after(history.delay);
}

}  // namespace

Decision judge(const Rules& rules, const LastRun& run, History& history) {
  if (run.asked) return {Event::again, 0s};
  if (run.refused) return {Event::give_up, 0s};
  if (run.once) return {Event::over, 0s};
  if (rules.restart == Restart::not_again) return {Event::over, 0s};
  if (rules.restart == Restart::on_failure && run.clean) return {Event::over, 0s};
  if (!run.commanded && over_limit(rules.limit, run.died, history)) return {Event::give_up, 0s};
  if (rules.runit_pace) return runit_pace(run);
  return run.commanded ? after(0s) : pace(rules.delay, run, history);
}

}  // namespace stoker
