// SPDX-License-Identifier: ISC
// svlogd's configuration, multilog's script, patterns and addresses of any shape.
#include "fuzz.hh"
#include "logger/config.hh"
#include "logger/script.hh"
#include "net/remote.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"s100k\nn3\nN1\nt5m\n!gzip\npx: \nu1.2.3.4:5\n-*\n+*a+b*\n", "#\n\nU[::1]:514\neE\nE*",
          "t\ns4096\nn5\n!x\nwlog\nF\n-[a-z]*\nS\n=f\n./d\ne\n/x", "s99999999999999999999m\nth\n",
          "*a*b**\n+++\n[\n\\"};
}

namespace {

void check_config(std::string_view text) {
  std::vector<SelectRule> rules;
  LogSettings config;
  std::string_view rest = text;
  while (const auto line = next_config_line(rest)) {
    const LogSettings before = config;
    if (is_select_action(line->front()))
      rules.push_back({line->front(), line->substr(1)});
    else if (take_setting(LogLanguage::svlogd, *line, config) == SettingOutcome::invalid)
      expect(config.limits == before.limits, "an invalid line changes nothing");
  }
  expect(rules.size() == count_rules(text), "rules are counted right");
  const Verdict verdict = judge(rules, text);
  if (rules.empty()) expect(verdict == Verdict(), "without rules, the usual");
  expect(config.limits.age >= Moment::zero(), "no age is negative");
}

// Each line is an argument, followed by a NUL.
void check_script(std::string text) {
  std::replace(text.begin(), text.end(), '\n', '\0');
  Script script;
  for (size_t at = 0; at < text.size();) {
    const std::string_view argument(text.c_str() + at);
    const ScriptStep step = script.take(argument);
    if (step == ScriptStep::rule)
      static_cast<void>(matches(script.value(), "a line: of text", script.patterns()));
    at += argument.size() + 1;
  }
  const LogLimits& limits = script.settings().limits;
  expect(limits.size >= smallest_multilog_size && limits.size <= largest_multilog_size,
         "sizes are bounded");
  expect(limits.keep >= 1, "one old log is kept");
  const ArchiveName name = archive_name({Tai64n::epoch, 0}, script.settings().code);
  expect(!name.truncated() && archive_stamp(name).has_value(), "old logs can be named");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  check_config(text);
  check_script(std::string(text));
  static_cast<void>(parse_remote(text));
  const size_t half = text.size() / 2;
  const std::string_view pattern(text.data(), half), line(text.data() + half, size - half);
  const bool matched = matches(pattern, line, PatternKind::stars);
  if (matched && pattern.find('*') == std::string_view::npos)
    expect(pattern == line, "a pattern without stars matches itself");
  static_cast<void>(matches(pattern, line, PatternKind::stars_and_plus));
  return 0;
}
