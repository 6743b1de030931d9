// SPDX-License-Identifier: ISC
#pragma once
#include <sys/types.h>

#include <optional>
#include <string_view>

#include "logdir/archive.hh"
#include "logdir/names.hh"
#include "logger/limits.hh"

namespace stoker {

struct StoreSettings {
  LogLimits limits;
  const char* processor = nullptr;        // a shell command; null: none
  std::string_view code = archive::safe;  // of finished old logs
  Counted counted = Counted::one_letter;
  bool keeps_state = false;    // is there always a file `state`?
  std::optional<mode_t> mode;  // of logs; by default as in runit
  bool verbose = false;

  mode_t file_mode() const { return mode.value_or(store::current_mode); }

  // With -v: what happens to a file in the directory.
  void info(std::string_view what, const char* path, std::string_view name) const;
};

}  // namespace stoker
