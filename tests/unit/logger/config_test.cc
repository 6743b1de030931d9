// SPDX-License-Identifier: ISC
#include "logger/config.hh"

#include <string>
#include <vector>

#include "catch.hh"
#include "logger/log_settings.hh"

using namespace stoker;

namespace {

LogSettings read(std::string_view text, std::vector<std::string>* invalid = nullptr) {
  LogSettings config = usual_settings(LogLanguage::svlogd);
  while (const auto line = next_config_line(text)) {
    const SettingOutcome outcome = take_setting(LogLanguage::svlogd, *line, config);
    if (outcome == SettingOutcome::invalid && invalid != nullptr) invalid->emplace_back(*line);
  }
  return config;
}

uint64_t size_of(std::string_view text) { return read(text).limits.size; }
Moment age_of(std::string_view text) { return read(text).limits.age; }

}  // namespace

TEST_CASE("an empty configuration means the defaults") {
  const LogSettings config = read("");
  CHECK(config.limits.size == 1000000);
  CHECK(config.limits.keep == 10);
  CHECK(config.limits.age == Moment::zero());
  CHECK(config.processor.empty());
  CHECK(config.prefix.empty());
  CHECK(config.remote.empty());
  CHECK(config.to_file);
}

TEST_CASE("sizes may be in kilobytes and megabytes") {
  CHECK(size_of("s100") == 100);
  CHECK(size_of("s2k\n") == 2048);
  CHECK(size_of("s3m\n") == 3 * 1024 * 1024);
  CHECK(size_of("s0\n") == 0);
}

TEST_CASE("ages may be in minutes and hours") {
  CHECK(age_of("t90\n") == 90s);
  CHECK(age_of("t5m\n") == 5min);
  CHECK(age_of("t24h\n") == 24h);
}

TEST_CASE("an invalid number changes nothing and is reported") {
  for (const std::string text :
       {"s", "s-1", "sx", "s1g", "s99999999999999999999", "s18446744073709551615k", "n", "n-1",
        "nk", "n4294967296", "N1.5", "t1x", "t", "th", "t99999999999999"}) {
    std::vector<std::string> invalid;
    CHECK(read(text + "\n", &invalid).limits == LogLimits{});
    CHECK(invalid.size() == 1);
  }
}

TEST_CASE("all lines are read, whatever surrounds them") {
  const LogSettings config =
      read("# a comment\n\n\ns4096\nn3\nN1\n!gzip -9 | cat\npweb: \nu192.0.2.1:1514");
  CHECK(config.limits.size == 4096);
  CHECK(config.limits.keep == 3);
  CHECK(config.limits.keep_when_full == 1);
  CHECK(config.processor == "gzip -9 | cat");
  CHECK(config.prefix == "web: ");
  CHECK(config.remote == "192.0.2.1:1514");
  CHECK(config.to_file);
}

TEST_CASE("a capital U sends lines without keeping them") {
  const LogSettings config = read("U192.0.2.1\n");
  CHECK(config.remote == "192.0.2.1");
  CHECK_FALSE(config.to_file);
}

TEST_CASE("unknown lines are ignored silently, as old configurations expect") {
  std::vector<std::string> invalid;
  CHECK(read("zeta\nq1\n*\n\xff\n", &invalid).limits == LogLimits{});
  CHECK(invalid.empty());
}

TEST_CASE("carriage returns, blanks and comments may follow a value") {
  for (const std::string end : {"\r", " ", "\t \r", "#", " # three", "\t# x\r"}) {
    INFO(end);
    std::vector<std::string> invalid;
    // The settings refer to it.
    const std::string text = "s2k" + end + "\nn3" + end + "\nN1" + end + "\nt5m" + end +
                             "\nu192.0.2.1:1514" + end + "\nkeep-total 10m" + end +
                             "\nkeep-for=9d" + end + "\nrotate-at 03:30Z" + end + "\nlimit-rate 7" +
                             end + "\non-full drop-old 8k" + end + "\ndate utc" + end +
                             "\nmatch regex" + end + "\nmode 640" + end + "\n";
    const LogSettings config = read(text, &invalid);
    CHECK(invalid.empty());
    CHECK(config.limits.size == 2048);
    CHECK(config.limits.keep == 3);
    CHECK(config.limits.keep_when_full == 1);
    CHECK(config.limits.age == 5min);
    CHECK(config.remote == "192.0.2.1:1514");
    CHECK(config.limits.total == 10 << 20);
    CHECK(config.limits.keep_for == 9 * 24h);
    CHECK(config.limits.rotate_at == TimeOfDay{210, true});
    CHECK(config.rate == 7);
    CHECK(config.overflow == Overflow{OverflowPolicy::drop_old, 8192});
    CHECK(config.stamp == StampForm::utc);
    CHECK(config.patterns == PatternKind::regex);
    CHECK(config.mode == 0640);
  }
}

TEST_CASE("free text keeps its blanks and hashes, but no carriage return at the end") {
  const LogSettings config = read("p web #1: \r\n!sed s/#/x/ # all\r\n\r\nmirror stdout a#b\r\n");
  CHECK(config.prefix == " web #1: ");
  CHECK(config.processor == "sed s/#/x/ # all");
  CHECK(config.mirror.name == "a#b");
}

TEST_CASE("selection rules are counted") {
  CHECK(count_rules("") == 0);
  CHECK(count_rules("-*\n+a\ns4096\ne*fatal*\nEx\n#+no\n\n+") == 5);
}
