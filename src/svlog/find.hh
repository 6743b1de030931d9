// SPDX-License-Identifier: ISC
// Where the log of a service is.
#pragma once
#include <span>

#include "base/text.hh"
#include "svlog/line.hh"

namespace stoker {

struct LogPlace {
  LogName name;   // as the user knows it
  PathText path;  // of the log directory
};

// Of a service of that name, or of a path to a log or service directory. Dies with a
// message if there is none; but a path may lead nowhere yet if that `may_come`.
void find_log(const char* word, bool may_come, LogPlace& place);

// Of a service in $SVDIR; false if it has no log.
bool find_service_log(const char* name, LogPlace& place);
// After none of the services had one.
[[noreturn]] void die_without_logs();

}  // namespace stoker
