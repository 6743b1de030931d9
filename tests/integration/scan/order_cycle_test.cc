// SPDX-License-Identifier: ISC
// svscan: services that wait for each other.
#include "ordered.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("each of several cycles is reported with its path, and everything else starts") {
  OrderedTree tree;
  tree.add("a", {{"needs", "b\n"}});
  tree.add("b", {{"needs", "c\n"}});
  tree.add("c", {{"needs", "a\nd\n"}});
  tree.add("d", {{"needs", "e\n"}});
  tree.add("e", {{"needs", "d\n"}});
  tree.add("x", {{"wants", "a\n"}});
  const Process scanner = tree.start();
  for (const char* const name : {"a", "b", "c", "d", "e"})
    tree.await(State::failed, Reason::cycle, name);
  tree.await(State::ready, "x");
  CHECK(tree.box.event() == "x up");
  const std::string said = scanner.err();
  // Wherever it begins.
  const bool is_whole = contains(said, "a needs b needs c needs a (3 services)\n") ||
                        contains(said, "b needs c needs a needs b (3 services)\n") ||
                        contains(said, "c needs a needs b needs c (3 services)\n");
  CHECK(is_whole);
  CHECK(contains(said, "(2 services)\n"));
  CHECK(std::count(said.begin(), said.end(), '\n') == 2);
}

TEST_CASE("a cycle of a thousand is one message, and the tree ends") {
  OrderedTree tree;
  constexpr int size = 1000;
  for (int i = 0; i < size; ++i)
    tree.box.write("scan/s" + std::to_string(i) + "/needs",
                   "s" + std::to_string((i + 1) % size) + "\n");
  tree.add("other");
  const Process scanner = tree.start();
  CHECK(tree.box.event() == "other up");
  tree.await(State::failed, Reason::cycle, "s17");
  tree.await(State::failed, Reason::cycle, "s999");
  const std::string said = scanner.err();
  CHECK(std::count(said.begin(), said.end(), '\n') == 1);
  CHECK(contains(said, " more (1000 services)\n"));
  CHECK(tree.end(scanner) == lines({"other down"}));
}
