// SPDX-License-Identifier: ISC
// What systemctl and journalctl say of themselves, each under two names.
#pragma once
#include <string_view>

namespace stoker::systemd {

// The version of systemd whose interface this is, as scripts compare it.
constexpr char systemd_version[] = "252";

std::string_view systemctl_synopsis(const char* argv0);
std::string_view journalctl_synopsis(const char* argv0);

// These print and exit 0, or 111 if that fails.
[[noreturn]] void print_systemctl_help(const char* argv0);
[[noreturn]] void print_journalctl_help(const char* argv0);
// In the form of systemd's program, or in our own for the name that begins with `stoker-`.
[[noreturn]] void print_systemd_version(const char* argv0);

}  // namespace stoker::systemd
