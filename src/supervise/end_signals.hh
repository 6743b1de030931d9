// SPDX-License-Identifier: ISC
#pragma once

namespace stoker {

// Does that signal, which a supervisor catches, ask it to end?
bool ends_supervisor(int number);

// Before it begins: pauses before what failed is tried again. False when it is asked to end.
bool wait_to_retry();

}  // namespace stoker
