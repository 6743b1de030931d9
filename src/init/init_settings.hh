// SPDX-License-Identifier: ISC
// What /etc/stoker tells stoker-init: one value in each file, read when it is needed.
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

// Milliseconds in a file, 0 for no limit; `usual` where there is none. What is no number is a
// warning, and the usual.
Moment read_limit(const char* path, Moment usual);

// The argv of svscan: its own options from us, then the words of the file, or the usual ones.
class ServicesCommand {
 public:
  // `program` is how it is called, and lent; `limit` the time it has for the end, `ready` the
  // descriptor that it tells on.
  void read(const char* program, Moment limit, int ready);
  const char* const* argv() const { return argv_.data(); }

  // The same from the words themselves.
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
