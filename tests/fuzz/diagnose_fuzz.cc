// SPDX-License-Identifier: ISC
#include <cerrno>

#include "fuzz.hh"
#include "supervise/diagnose.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"#!/bin/sh", "#! /usr/bin/env python3 -u", "#!/bin/sh\r", "#!", "echo", "\177ELF"};
}

// Whatever the first line of a program is, the hint is one short parenthesis or nothing.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line = text_of(data, size);
  for (const int error : {ENOENT, EACCES, ENOEXEC, EIO})
    for (const bool executable : {false, true}) {
      const Hint hint = hint_for({.error = error,
                                  .exists = true,
                                  .empty = size == 0,
                                  .executable = executable,
                                  .first_line = line});
      const auto text = text_of(hint, line);
      expect(!text.truncated(), "it fits");
      expect(text.empty() || (text.view().starts_with(" (") && text.view().ends_with(')')),
             "it is a parenthesis");
    }
  return 0;
}
