// SPDX-License-Identifier: ISC
// What svlogd's `config` and multilog's script may say of a log: one list for both. Some of
// it is a letter with its value behind it, which runit or daemontools know too. The rest are
// whole words, a blank or `=`, and the value, and mean the same in both; none of them begins
// with a letter that means something to runit, daemontools or encore, so all of those skip
// them. All pure.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "logdir/archive.hh"
#include "logdir/stamp.hh"
#include "logger/backlog.hh"
#include "logger/limits.hh"
#include "logger/mirror.hh"
#include "logger/pattern.hh"

namespace stoker {

struct LogSettings {
  LogLimits limits;
  std::string_view processor;             // a shell command; empty: none
  std::string_view code = archive::safe;  // of finished old logs
  std::string_view prefix;                // of lines
  std::string_view remote;                // an address, see parse_remote
  bool to_file = true;
  uint32_t rate = 0;  // lines a second; 0: all
  Overflow overflow;
  MirrorTarget mirror;
  std::optional<StampForm> stamp;
  std::optional<mode_t> mode;
  std::optional<PatternKind> patterns;
  std::string_view forward;
  bool forward_only = false;
};

enum class LogLanguage : uint8_t { svlogd = 1, multilog = 2 };

// The usual settings of a svlogd or multilog.
LogSettings usual_settings(LogLanguage language);

constexpr uint64_t smallest_multilog_size = 4096, largest_multilog_size = 2147483647;

enum class SettingOutcome : uint8_t { unknown, taken, invalid };

// Puts what the line says into the settings. An invalid value changes nothing.
SettingOutcome take_setting(LogLanguage language, std::string_view line, LogSettings& settings);

}  // namespace stoker
