// SPDX-License-Identifier: ISC
// The settings of stoker-init in /etc/stoker: one value per file, read when it is needed.
#pragma once
#include <array>
#include <span>
#include <string_view>

#include "base/clock.hh"
#include "base/text.hh"

namespace stoker {

constexpr char boot_hook[] = "/etc/stoker/boot";
constexpr char shutdown_hook[] = "/etc/stoker/shutdown";
constexpr char services_words[] = "/etc/stoker/svscan";
constexpr char stop_limit_file[] = "/etc/stoker/timeout-stop";
constexpr char hook_limit_file[] = "/etc/stoker/timeout-shutdown";

// Reads a time, without a unit milliseconds; 0 means no limit. Returns `usual` if the file does not
// exist, or, with a warning, if it does not hold a time.
Moment read_limit(const char* path, Moment usual);

// The argv of svscan: our options, then the words of the file, or the default ones.
class ServicesCommand {
 public:
  // `program` becomes argv[0] and is borrowed; `limit` is its time for the shutdown, `ready` the
  // descriptor for readiness.
  void read(const char* program, Moment limit, int ready);
  const char* const* argv() const { return argv_.data(); }

  // The same, with the words given.
  void take(const char* program, std::string_view words, Moment limit, int ready);

 private:
  void add(const char* word);
  static constexpr size_t most = 64;
  Text<2000> words_;
  Text<24> limit_, ready_;
  std::array<const char*, most + 1> argv_{};
  size_t count_ = 0;
};

}  // namespace stoker
