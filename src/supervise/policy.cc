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

Decision pace(const Delay& delay, const LastRun& run, uint32_t random, History& history) {
  const Moment uptime = run.died - run.started;
  if (uptime >= delay.most) history = {.window = history.window, .deaths = history.deaths};
  const bool skips = !delay.at_least && uptime >= minimum_uptime;
  if (history.attempt == 0 && history.delay == 0s && skips) {
    history.delay = delay.least;
    return after(0s);
  }
  const bool first = history.attempt++ == 0;
  history.delay =
      first ? delay.least
            : std::clamp(2 * history.delay, delay.least, std::max(delay.least, delay.most));
  return after(with_jitter(history.delay, delay.jitter, random));
}

// Would be restarted, but for prevent-restart: that is a failure only if the end is one.
Decision prevent(Ending ending) {
  return {ending == Ending::clean ? Event::over : Event::give_up, 0s, Reason::prevented};
}

}  // namespace

bool is_restarted(Restart restart, Ending ending) {
  switch (restart) {
  case Restart::always: return true;
  case Restart::not_again: return false;
  case Restart::on_success: return ending == Ending::clean;
  case Restart::on_failure: return ending != Ending::clean;
  case Restart::on_abnormal: return ending > Ending::unclean;
  case Restart::on_abort: return ending == Ending::signal;
  case Restart::on_watchdog: return ending == Ending::watchdog || ending == Ending::unhealthy;
  }
  return true;
}

Moment with_jitter(Moment time, unsigned percent, uint32_t random) {
  // In 1/1000 of the time, from -10 to +10 for each percent.
  const int64_t width = 10 * static_cast<int64_t>(percent);
  const int64_t part = static_cast<int64_t>(random) % (2 * width + 1) - width;
  return time + time / 1000 * part;
}

Decision judge(const Rules& rules, const LastRun& run, History& history) {
  if (run.asked) return {Event::again, 0s};
  if (run.refused) return {Event::give_up, 0s, Reason::refused};
  if (run.once) return {Event::over, 0s};
  if (!is_restarted(rules.restart, run.ending)) return {Event::over, 0s, Reason::finished};
  if (run.prevented) return prevent(run.ending);
  if (!run.commanded && over_limit(rules.limit, run.died, history))
    return {Event::give_up, 0s, Reason::too_many_deaths};
  if (rules.runit_pace) return runit_pace(run);
  return run.commanded ? after(0s) : pace(rules.delay, run, rules.random, history);
}

Moment pace_demand(const Rules& rules, const LastRun& run, History& history) {
  const Moment least = std::max(run.started + rules.delay.least - run.died, Moment(0s));
  if (rules.unserved) return std::max(least, pace(rules.delay, run, rules.random, history).delay);
  history = {.window = history.window, .deaths = history.deaths};
  return least;
}

}  // namespace stoker
