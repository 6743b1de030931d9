// SPDX-License-Identifier: ISC
// The words of configurations and scripts, patterns of every kind, times of day, stamps of
// every form, and what syslog(3) sends, of any shape.
#include <array>

#include "fuzz.hh"
#include "logdir/readable.hh"
#include "logdir/syslog.hh"
#include "logger/forward.hh"
#include "logger/log_settings.hh"
#include "logger/script.hh"
#include "logger/time_of_day.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {
      "keep-total 10m\nkeep-for=14d\nrotate-at 03:30Z\nlimit-rate 5\nmode 640",
      "on-full drop-old 64k\nmirror stdout web\ndate iso-local\nmatch regex\nforward udp:1.2.3.4",
      "forward-only tcp:[::1]:601 local0.err x\nunix:/dev/log daemon.info",
      "<30>Nov 22 09:13:50 cron[12]: hello\n\x01\xff",
      "^(GET|PUT) /[0-9]+$\n(a*)*b{2,3}[[:alpha:]]|\\.",
      "12:30",
      "@400000006b02b4060e950e1c x"};
}

namespace {

void check_word(std::string_view line) {
  LogSettings settings;
  const auto language = line.size() % 2 == 0 ? LogLanguage::svlogd : LogLanguage::multilog;
  const SettingOutcome outcome = take_setting(language, line, settings);
  expect(settings.limits.keep_for >= Moment::zero(), "no age is negative");
  expect(settings.overflow.size >= 4096, "there is room for a line");
  if (settings.mode) expect((*settings.mode & 0711) == 0600, "modes leave the mark alone");
  if (outcome == SettingOutcome::taken) return;
  expect(settings.limits.total == 0 && !settings.stamp && !settings.patterns &&
             !settings.limits.rotate_at && settings.mirror == MirrorTarget() &&
             settings.overflow == Overflow(),
         "what is invalid changes nothing");
}

void check_regex(std::string_view pattern, std::string_view text) {
  // The C library's time and memory grow with nested repetitions, and are its affair.
  if (pattern.size() > 40 || pattern.find_first_of("{*+") != pattern.find_last_of("{*+")) return;
  RuleSet rules(2);
  RegexTrouble why;
  if (!rules.add('-', pattern, PatternKind::regex, why)) {
    expect(!why.empty(), "a bad pattern has a reason");
    return;
  }
  expect(rules.add('-', pattern, PatternKind::regex, why), "what compiles does so twice");
  static_cast<void>(judge(rules.rules(), text));
  expect(judge(rules.rules().first(1), text) == judge(rules.rules(), text), "twice is once");
}

void check_stamps(std::string_view text) {
  Tai64n time{Tai64n::epoch, 0};
  for (const char byte : text.substr(0, 8)) {
    const auto step = static_cast<unsigned char>(byte);
    time = later_by(time, uint64_t{step} * step * step * 40000);
    for (int form = 0; form <= static_cast<int>(StampForm::iso_local); ++form) {
      Stamper fresh(static_cast<StampForm>(form));
      static std::array<Stamper, 16> used;
      Stamper& old = used[static_cast<size_t>(form)];
      if (old.form() != fresh.form()) old = fresh;
      expect(old.stamp(time) == fresh.stamp(time), "stamps do not depend on the last one");
    }
  }
}

void check_syslog(std::string_view text) {
  std::array<char, 100> into{};
  const std::string_view line = syslog_line(text, into);
  expect(line.size() <= into.size() && line.back() == '\n', "messages become lines");
  expect(line.find('\n') == line.size() - 1, "a message is one line");
  SyslogHeader header(1, text, text);
  const SyslogHeader::Line start = header.line({Tai64n::epoch, 0});
  expect(!start.truncated() && start.view().find('\n') == std::string_view::npos,
         "names cannot break a header");
  static_cast<void>(parse_forward(text));
  if (const auto priority = parse_priority(text))
    expect(priority_text(*priority).view() == text, "priorities have one name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    check_word(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const size_t half = text.size() / 2;
  check_regex(text.substr(0, half), text.substr(half));
  static_cast<void>(matches(text.substr(0, half), text.substr(half), PatternKind::shell));
  check_stamps(text);
  check_syslog(text);
  if (const auto time = parse_time_of_day(text)) {
    const int64_t next = next_time_of_day(*time, 1000000);
    expect(next > 1000000 && next <= 1000000 + 2 * 86400, "a time of day comes within two days");
  }
  return 0;
}
