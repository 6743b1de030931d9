// SPDX-License-Identifier: ISC
// Messages about a log directory, in the words of runit's svlogd or of daemontools' multilog,
// which scripts match.
#pragma once
#include <string_view>

#include "base/report.hh"

namespace stoker {

// The directory's path stands between `before` and `after`, and the reason at the end.
struct TroubleWords {
  std::string_view level, before, after;
};

struct StoreWords {
  TroubleWords open, lock, write, rename, create, set_mode, sync, fork, processor_failed;
};

constexpr StoreWords svlogd_words = {
    .open = {"warning", "unable to open log directory: ", ""},
    .lock = {"warning", "unable to lock directory: ", ""},
    .write = {"pausing", "unable to write to current: ", ""},
    .rename = {"pausing", "unable to rename current: ", ""},
    .create = {"pausing", "unable to create new current: ", ""},
    .set_mode = {"pausing", "unable to set mode of current: ", ""},
    .sync = {"warning", "unable to fsync current logfile: ", ""},
    .fork = {"warning", "unable to fork for processor: ", ""},
    .processor_failed = {"warning", "processor failed, restart: ", ""},
};

constexpr StoreWords multilog_words = {
    .open = {"fatal", "unable to open directory ", ""},
    .lock = {"fatal", "unable to lock directory ", ""},
    .write = {"warning", "unable to write to ", "/current, pausing"},
    .rename = {"warning", "unable to rename current to previous in directory ", ", pausing"},
    .create = {"warning", "unable to create ", "/current, pausing"},
    .set_mode = {"warning", "unable to set mode of ", "/current, pausing"},
    .sync = {"warning", "unable to write ", "/current to disk"},
    .fork = {"warning", "unable to fork for processor in ", ", pausing"},
    .processor_failed = {"warning", "processor failed in ", ", pausing"},
};

// A log directory, for messages.
struct StoreName {
  const char* path;
  const StoreWords* words;

  void complain(Complaint& complaint, const TroubleWords& wording) const {
    complaint.say_errno(wording.level, {wording.before, path, wording.after});
  }
};

}  // namespace stoker
