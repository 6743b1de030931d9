// SPDX-License-Identifier: ISC
// What svlogd's `config` and multilog's script say alike, in whole words: a word, a
// blank or `=`, and its value. No word begins with a letter that means something to
// runit, daemontools or encore, so all of them skip these. All pure.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "logdir/stamp.hh"
#include "logger/backlog.hh"
#include "logger/limits.hh"
#include "logger/mirror.hh"
#include "logger/pattern.hh"

namespace stoker {

struct WordSettings {
  uint64_t total = 0;                   // keep-total SIZE
  Moment keep_for = Moment::zero();     // keep-for AGE
  std::optional<TimeOfDay> rotate_at;   // rotate-at HH:MM[Z]
  uint32_t rate = 0;                    // limit-rate LINES
  Overflow overflow;                    // on-full POLICY [SIZE]
  MirrorTarget mirror;                  // mirror stdout|stderr|none [NAME]
  std::optional<StampForm> stamp;       // date FORM
  std::optional<mode_t> mode;           // mode OCTAL
  std::optional<PatternKind> patterns;  // match simple|shell|regex
  std::string_view forward;             // forward ADDRESS …
  bool forward_only = false;            // forward-only ADDRESS …
};

enum class WordOutcome : uint8_t { unknown, taken, bad };

// Puts what the line says into the settings. A bad value changes nothing.
WordOutcome take_word(std::string_view line, WordSettings& settings);

// The limits that have words.
void put_limits(const WordSettings& settings, LogLimits& limits);

}  // namespace stoker
