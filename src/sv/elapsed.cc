// SPDX-License-Identifier: ISC
#include "sv/elapsed.hh"

#include "client/view.hh"

namespace stoker {

namespace {

// The number with leading zeros.
void append_digits(Text<32>& text, uint64_t number, uint64_t largest) {
  for (; largest > 1 && number < largest; largest /= 10) text.append('0');
  text.append(number);
}

}  // namespace

Text<32> elapsed_text(uint64_t microseconds) {
  constexpr uint64_t millisecond = 1000, second = 1000 * millisecond, minute = 60 * second;
  if (microseconds >= minute) return Text<32>(duration_text(microseconds / second).view());
  if (microseconds >= second) {
    Text<32> text(microseconds / second, ".");
    append_digits(text, microseconds % second / millisecond, 100);
    text.append(" s");
    return text;
  }
  if (microseconds >= 10 * millisecond) return Text<32>(microseconds / millisecond, " ms");
  return Text<32>(microseconds / millisecond, ".", microseconds % millisecond / 100, " ms");
}

Text<32> seconds_number(uint64_t microseconds) {
  Text<32> text(microseconds / 1'000'000, ".");
  append_digits(text, microseconds % 1'000'000, 100'000);
  return text;
}

}  // namespace stoker
