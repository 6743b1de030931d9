// SPDX-License-Identifier: ISC
// What the targets are that units name. Pure.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace stoker::importer {

enum class TargetKind {
  boot,      // reached before any service is started
  never,     // of shutdown, sleep and the like: nothing here waits for it
  triggers,  // sockets.target and its like only say that something is enabled
  group,     // a group of services, if it has members
};

class Targets {
 public:
  // Lines of NAME and boot, never, triggers or group; `#` begins a comment. The number of the
  // first line that is wrong, or 0.
  unsigned read(std::string_view text);
  // `name`: without `.target`.
  TargetKind kind_of(const std::string& name) const;

 private:
  bool read_line(std::string_view line);

  std::map<std::string, TargetKind> chosen_;
};

}  // namespace stoker::importer
