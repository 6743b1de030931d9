// SPDX-License-Identifier: ISC
// The end of a tree in order, within its bound.
#include "ordered.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("what waits for a deaf dependent still has time to stop by itself within the bound") {
  OrderedTree tree;
  tree.add("db");
  tree.add("deaf", "exec $SERVE 'deaf up' ready 'TERM=deaf told'", {{"needs", "db\n"}});
  const Process scanner = tree.start({"-g", "3s", "scan"});
  CHECK(tree.said(2) == lines({"db up", "deaf up"}));
  tree.await(State::ready, "deaf");
  scanner.signal(SIGTERM);
  CHECK(tree.said(2) == lines({"deaf told", "db down"}));
  CHECK(scanner.wait() == 0);
  CHECK(contains(scanner.err(), "deaf did not stop within "));
  CHECK_FALSE(contains(scanner.err(), "db did not"));
}
