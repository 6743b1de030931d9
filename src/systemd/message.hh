// SPDX-License-Identifier: ISC
// Messages as systemctl words them: scripts and people know them by heart, so they have no name of
// a program in front.
#pragma once
#include "base/report.hh"
#include "client/printer.hh"

namespace stoker::systemd {

// A line on standard error, written at once.
void complain(Words what);
// The same with errno's reason in the words of the C library, as systemd has it: "Permission
// denied".
void complain_errno(Words what);

// Does the terminal show UTF-8? Without any variable that says otherwise, it does, as systemd
// assumes.
bool has_utf8();
// "→" or "->"; "●" or "*".
std::string_view arrow();
std::string_view dot();

}  // namespace stoker::systemd
