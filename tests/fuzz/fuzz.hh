// SPDX-License-Identifier: ISC
// What a fuzz target defines: one file X_fuzz.cc each, with both functions below. It
// calls expect() for what must be true of any input. `make check` runs it over a
// fixed set of inputs (driver.cc), `make fuzz` under libFuzzer.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

// Valid inputs to start from.
std::vector<std::string> fuzz_seeds();

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

inline void expect(bool truth, const char* what) {
  if (truth) return;
  std::fprintf(stderr, "not true: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
