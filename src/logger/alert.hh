// SPDX-License-Identifier: ISC
// Lines for standard error, written in few calls. A slow reader there must not stop the log:
// what cannot be written within a second is dropped.
#pragma once
#include <initializer_list>
#include <string_view>

namespace stoker {

void alert(std::initializer_list<std::string_view> line);
void flush_alerts();

// To be called before occupy_standard_descriptors(), which hides that it is closed.
void note_closed_standard_error();
// Has any of them not been written?
bool alerts_are_lost();

}  // namespace stoker
