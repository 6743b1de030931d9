// SPDX-License-Identifier: ISC
#include "logger/log_settings.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

// Settings mean the same in config and script.
SettingOutcome take(std::string_view line, LogSettings& settings) {
  LogSettings other = settings;
  const SettingOutcome outcome = take_setting(LogLanguage::svlogd, line, settings);
  CHECK(take_setting(LogLanguage::multilog, line, other) == outcome);
  return outcome;
}

LogSettings settings(std::string_view line) {
  LogSettings settings;
  CHECK(take(line, settings) == SettingOutcome::taken);
  return settings;
}

}  // namespace

TEST_CASE("words have their value after a blank or an equals sign") {
  CHECK(settings("keep-total 10m").limits.total == 10 << 20);
  CHECK(settings("keep-total=2g").limits.total == uint64_t{2} << 30);
  CHECK(settings("keep-total \t 5 ").limits.total == 5);
  CHECK(settings("keep-for 14d").limits.keep_for == 14 * 24h);
  CHECK(settings("keep-for=36h").limits.keep_for == 36h);
  CHECK(settings("rotate-at 03:30").limits.rotate_at == TimeOfDay{210, false});
  CHECK(settings("limit-rate 100").rate == 100);
  CHECK(settings("date iso-local").stamp == StampForm::iso_local);
  CHECK(settings("match regex").patterns == PatternKind::regex);
}

TEST_CASE("a policy for a full disk may have a size") {
  CHECK(settings("on-full block").overflow == Overflow());
  CHECK(settings("on-full drop-new").overflow == Overflow{OverflowPolicy::drop_new, 65536});
  CHECK(settings("on-full=drop-old 256k").overflow == Overflow{OverflowPolicy::drop_old, 262144});
  CHECK(settings("on-full drop-old 1").overflow.size == 4096);
}

TEST_CASE("a mirror may have a name") {
  CHECK(settings("mirror stdout").mirror == MirrorTarget{1, ""});
  CHECK(settings("mirror stderr the web").mirror == MirrorTarget{2, "the web"});
  CHECK(settings("mirror=none").mirror == MirrorTarget());
}

TEST_CASE("a mode lets the owner read and write, and lets no user execute") {
  CHECK(settings("mode 640").mode == mode_t{0640});
  CHECK(settings("mode=0600").mode == mode_t{0600});
  for (const std::string mode : {"", "8", "0400", "744", "1600", "64x", "-600", "77777777777777"}) {
    LogSettings settings;
    CHECK(take("mode " + mode, settings) == SettingOutcome::invalid);
    CHECK_FALSE(settings.mode);
  }
}

TEST_CASE("an invalid value differs from an unknown word") {
  for (const std::string line :
       {"keep-total", "keep-total x", "keep-for 1x", "rotate-at 25:00", "limit-rate -1",
        "on-full never", "on-full drop-old big", "mirror", "mirror file", "date iso8601",
        "match posix", "forward", "forward-only="}) {
    LogSettings settings;
    INFO(line);
    CHECK(take(line, settings) == SettingOutcome::invalid);
  }
  for (const std::string line : {"", "=", " ", "keep", "keep-total5", "Keep-total 5", "xyz 1"}) {
    LogSettings settings;
    CHECK(take(line, settings) == SettingOutcome::unknown);
  }
}

TEST_CASE("a letter is a setting only for the programs that have always had it") {
  for (const char letter : std::string("sntNpuU!wFS")) {
    LogSettings settings;
    const std::string line = letter + std::string("5000");
    INFO(line);
    const bool svlogd =
        take_setting(LogLanguage::svlogd, line, settings) != SettingOutcome::unknown;
    const bool multilog =
        take_setting(LogLanguage::multilog, line, settings) != SettingOutcome::unknown;
    CHECK(svlogd == (std::string("sntNpuU!").find(letter) != std::string::npos));
    CHECK(multilog == (std::string("sn!wFS").find(letter) != std::string::npos));
  }
}
