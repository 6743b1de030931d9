// SPDX-License-Identifier: ISC
#include "accept/connection_table.hh"

#include <array>

#include "catch.hh"
#include "made_client.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a table of connections counts those of each client") {
  std::array<ServedConnection, 3> room{};
  ConnectionTable table(room);
  const PeerKey one = key_of(inet_end("192.0.2.1", 1)), other = key_of(inet_end("192.0.2.2", 1));
  CHECK(table.empty());
  table.add({10, {}, one});
  table.add({11, {}, other});
  table.add({12, 1000, one});
  CHECK(table.full());
  CHECK(table.count_of(one) == 2);
  CHECK(table.count_of(other) == 1);
  CHECK(table.remove(10)->pid == 10);
  CHECK(table.count_of(one) == 1);
  CHECK(table.remove(12)->user == uid_t{1000});
  CHECK_FALSE(table.full());
  CHECK(table.count() == 1);
}

TEST_CASE("a child that serves no connection is none of the table") {
  std::array<ServedConnection, 1> room{};
  ConnectionTable table(room);
  CHECK_FALSE(table.remove(10));
  table.add({10, {}, {}});
  CHECK_FALSE(table.remove(11));
  CHECK(table.remove(10));
  CHECK_FALSE(table.remove(10));
}
