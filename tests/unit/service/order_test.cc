// SPDX-License-Identifier: ISC
#include "service/order.hh"

#include "catch.hh"
#include "service/scanner.hh"

using namespace stoker;

TEST_CASE("a part in the order is one byte, and comes back") {
  for (int asked = 0; asked < asked_count; ++asked)
    for (int bits = 0; bits < 8; ++bits) {
      const OrderState order{.ordered = (bits & 1) != 0,
                             .released = (bits & 2) != 0,
                             .alone = (bits & 4) != 0,
                             .asked = static_cast<Asked>(asked)};
      CHECK((unpack_order(pack(order)) == order));
    }
  CHECK(pack(OrderState{}) == 0);
  CHECK(pack(OrderState{.ordered = true, .asked = Asked::restart}) == 0x21);
}

TEST_CASE("what a later version asks for is nothing") {
  CHECK((unpack_order(0x3f).asked == Asked::nothing));
}

TEST_CASE("a word of the plan comes between other letters") {
  const auto message = order_message(OrderWord::hold);
  std::string bytes = std::string(message.begin(), message.end()) + "d";
  CHECK(bytes == "\1ordhd");
  std::string_view rest = bytes;
  const auto word = next_order_message(rest);
  REQUIRE(word);
  CHECK((*word == OrderWord::hold));
  CHECK(rest == "d");
  CHECK_FALSE(next_order_message(rest));
  CHECK(rest == "d");
}

TEST_CASE("a request for an echo comes behind other letters, with its number") {
  const auto message = echo_message(0x0102);
  const std::string bytes = "d" + std::string(message.begin(), message.end());
  CHECK(bytes == std::string("d\1ech\2\1", 7));
  std::string_view rest = bytes;
  CHECK_FALSE(next_echo_message(rest));
  rest.remove_prefix(1);
  CHECK(next_echo_message(rest) == 0x0102);
  CHECK(rest.empty());
  rest = std::string_view(bytes).substr(1, 5);
  CHECK_FALSE(next_echo_message(rest));
  CHECK(rest.size() == 5);
}
