// SPDX-License-Identifier: ISC
// Words on the kernel's command line that the kernel does not know: they become arguments of
// PID 1. Pure.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace stoker {

enum class BootWant : uint8_t {
  normal,
  single,     // a shell between the boot hook and the services
  emergency,  // a shell before the boot hook
};

// Unknown words are `normal`.
BootWant boot_want_of(std::string_view word);
// Of several words, the one with the earliest shell applies.
BootWant boot_want_of(std::span<const char* const> words);

}  // namespace stoker
