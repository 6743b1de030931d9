// SPDX-License-Identifier: ISC
#include "fuzz.hh"
#include "sv/script.hh"
#include "sv/shell.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"#!/bin/sh\nexec 2>&1\nexec chpst -u www:data -o 10 web \"$@\" &\n",
          "if x; then exec a $(b `c` \"${d}\"); else f & wait; fi",
          "cat <<EOF\nfoo\nEOF\nx() { exec y; }\ncase $1 in a) b;; esac"};
}

// Whatever the script is, its words are parts of it, none is empty, and reading it ends.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  ShellReader reader(text);
  ShellCommand command;
  size_t commands = 0;
  while (reader.next(command)) {
    expect(++commands <= size, "each command takes a byte");
    for (const std::string_view word : command.words())
      expect(!word.empty() && word.data() >= text.data() &&
                 word.data() + word.size() <= text.data() + size,
             "a word is a part of the text");
  }
  const auto fault = fault_of_run(text);
  expect(reader.is_sure() || fault.empty(), "no verdict without understanding");
  find_users(text, [](std::string_view user) { expect(!user.empty(), "a user has a name"); });
  static_cast<void>(interpreter_of(text));
  return 0;
}
