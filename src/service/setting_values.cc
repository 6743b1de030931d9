// SPDX-License-Identifier: ISC
// The values of settings that have a form of their own.
#include "base/duration.hh"
#include "base/parse.hh"
#include "service/settings.hh"

namespace stoker {

namespace {

// Ten years: longer than any sensible value, and far from overflow.
constexpr Moment longest_time = std::chrono::hours(24 * 3650);

// "10%", up to 100.
std::optional<uint8_t> parse_percent(std::string_view word) {
  if (word.empty() || word.back() != '%') return {};
  word.remove_suffix(1);
  const auto number = parse_number<uint8_t>(word);
  return number && *number <= 100 ? number : std::nullopt;
}

// What follows the times: `at-least` where that is known, and `jitter N%`, each once.
struct Extras {
  bool at_least = false;
  uint8_t jitter = 0;
};
std::optional<Extras> parse_extras(std::string_view text, bool knows_at_least) {
  Extras extras;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::string_view word = next_word(text);
    if (word == "at-least" && knows_at_least && !extras.at_least) {
      extras.at_least = true;
      continue;
    }
    const auto percent = word == "jitter" ? parse_percent(next_word(text)) : std::nullopt;
    if (!percent || extras.jitter != 0) return {};
    extras.jitter = *percent;
  }
  return extras;
}

bool is_time(std::string_view word) { return !word.empty() && word[0] >= '0' && word[0] <= '9'; }

}  // namespace

std::optional<Restart> parse_restart(std::string_view text) {
  constexpr struct {
    std::string_view word;
    Restart restart;
  } words[] = {{"always", Restart::always},           {"never", Restart::not_again},
               {"on-failure", Restart::on_failure},   {"on-success", Restart::on_success},
               {"on-abnormal", Restart::on_abnormal}, {"on-abort", Restart::on_abort},
               {"on-watchdog", Restart::on_watchdog}};
  text = trim(text);
  for (const auto& [word, restart] : words)
    if (text == word) return restart;
  return {};
}

std::optional<HealthAction> parse_health_action(std::string_view text) {
  const std::string_view word = trim(text);
  if (word == "restart") return HealthAction::restart;
  if (word == "mark") return HealthAction::mark;
  return word == "stop" ? std::optional(HealthAction::stop) : std::nullopt;
}

std::optional<Delay> parse_delay(std::string_view text) {
  const auto least = parse_duration(next_word(text), 1ms, longest_time);
  text = trim(text);
  const auto most = is_time(text) ? parse_duration(next_word(text), 1ms, longest_time) : least;
  const auto extras = parse_extras(text, true);
  if (!least || !most || *most < *least || !extras) return {};
  return Delay{*least, *most, extras->at_least, extras->jitter};
}

std::optional<Limit> parse_limit(std::string_view text) {
  const auto deaths = parse_number<uint32_t>(next_word(text));
  const auto period = parse_duration(text, 1s, longest_time);
  if (!deaths || *deaths == 0 || !period || *period == 0s) return {};
  return Limit{*deaths, *period};
}

std::optional<Moment> parse_timeout(std::string_view text) {
  return parse_time_limit(text, 1ms, longest_time);
}

std::optional<RunLimit> parse_run_limit(std::string_view text) {
  const size_t extra = std::min(text.find("jitter"), text.size());
  const auto time = parse_timeout({text.data(), extra});
  const auto extras = parse_extras({text.data() + extra, text.size() - extra}, false);
  if (!time || !extras) return {};
  return RunLimit{*time, *time == never ? uint8_t{0} : extras->jitter};
}

std::optional<KillMode> parse_kill_mode(std::string_view text) {
  text = trim(text);
  if (text == "group") return KillMode::group;
  if (text == "process") return KillMode::process;
  if (text == "mixed") return KillMode::mixed;
  if (text == "control-group") return KillMode::control_group;
  return {};
}

}  // namespace stoker
