// SPDX-License-Identifier: ISC
#include "base/tai64n.hh"

#include <algorithm>

#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"400000006b0282362d18c2fc", "400000006B0282362D18C2FC and a line\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  const auto label = Tai64n::from_hex(text);
  if (!label) return 0;
  const auto digits = label->hex();
  const auto same = [](char one, char other) {
    return one == (other >= 'A' && other <= 'F' ? other + 32 : other);
  };
  expect(std::equal(digits.begin(), digits.end(), text.begin(), same), "the digits come back");
  expect(Tai64n::unpack(label->pack()) == *label, "the bytes come back");
  return 0;
}
