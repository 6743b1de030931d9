// SPDX-License-Identifier: ISC
// Services as JSON objects, one a line. sv(8) documents every field.
#pragma once
#include <string_view>

#include "client/printer.hh"
#include "client/view.hh"

namespace stoker {

// A string in quotation marks. Control characters are escaped; bytes that are not UTF-8 are
// replaced by U+FFFD, because JSON cannot represent them.
void append_json_string(Page& page, std::string_view text);

// {"name":…,"state":…,…}. `log` may be null. `supervisor` is 0 where not known.
void append_json_service(Page& page, std::string_view name, const View& view, const View* log,
                         pid_t supervisor);

// The same for a name without a status: the state says whether it has a supervisor, "error" holds
// the reason, and everything else is null.
void append_json_absent(Page& page, std::string_view name, std::string_view state,
                        std::string_view error);

// {"time":…,"name":…,"event":…,…} and a line end: one transition.
void append_json_event(Page& page, std::string_view name, std::string_view event, const View& view);

}  // namespace stoker
