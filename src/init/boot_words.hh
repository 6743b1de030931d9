// SPDX-License-Identifier: ISC
// What the kernel's command line asks of PID 1: words the kernel does not know become its
// arguments. Pure.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace stoker {

enum class BootWant : uint8_t {
  normal,
  single,     // a shell after the boot hook, before the services
  emergency,  // a shell before anything else
};

// Of one word; words that mean nothing ask for nothing.
BootWant boot_want_of(std::string_view word);
// Of all of them: the one that asks for a shell soonest.
BootWant boot_want_of(std::span<const char* const> words);

}  // namespace stoker
