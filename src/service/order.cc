// SPDX-License-Identifier: ISC
#include "service/order.hh"

namespace stoker {

namespace {

constexpr unsigned ordered_bit = 1, released_bit = 2, alone_bit = 4, asked_shift = 3,
                   asked_bits = 7;

}  // namespace

uint8_t pack(const OrderState& order) {
  return static_cast<uint8_t>((order.ordered ? ordered_bit : 0) |
                              (order.released ? released_bit : 0) | (order.alone ? alone_bit : 0) |
                              static_cast<unsigned>(order.asked) << asked_shift);
}

OrderState unpack_order(uint32_t number) {
  const uint32_t asked = number >> asked_shift & asked_bits;
  return {.ordered = (number & ordered_bit) != 0,
          .released = (number & released_bit) != 0,
          .alone = (number & alone_bit) != 0,
          .asked = asked < asked_count ? static_cast<Asked>(asked) : Asked::nothing};
}

}  // namespace stoker
