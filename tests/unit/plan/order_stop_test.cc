// SPDX-License-Identifier: ISC
// The order of stops and restarts.
#include "told_tree.hh"

using namespace stoker;
using namespace stoker::test;
using enum Relation;
using Tree = ToldTree;

TEST_CASE("a stop in order stops first what needs it, each when its own dependents are down") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(worker, binds, web);
  tree.relate(mail, wants, db);
  tree.boot();
  CHECK(tree.do_and_settle(db, ">d") == Steps{"hold 2", "hold 1", "go 0", "block 1", "block 2"});
  CHECK((tree.state(db) == State::down));
  CHECK((tree.state(worker) == State::held));
  CHECK((tree.state(mail) == State::ready));
  // They come back with it.
  tree.do_and_settle(db, "u");
  CHECK((tree.state(worker) == State::ready));
}

TEST_CASE("a restart in order stops and starts what needs it, too") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  CHECK(tree.do_and_settle(db, ">r") == Steps{"hold 1", "go 0", "release 1"});
  CHECK((tree.state(web) == State::ready));
}

TEST_CASE("when both are to restart, each is restarted once, in order") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  tree.command(web, ">r");
  CHECK(tree.do_and_settle(db, ">r") == Steps{"hold 1", "go 0", "release 1"});
}

TEST_CASE("when both are to stop, the one that needs the other stops first") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(mail, wants, db);
  tree.boot();
  tree.command(mail, ">d");
  tree.command(web, ">d");
  CHECK(tree.do_and_settle(db, ">d") == Steps{"hold 1", "go 4", "go 0"});
  CHECK((tree.played[web].want == Want::down));
}

TEST_CASE("what an old client stops is followed by what needs it") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(worker, needs, web);
  tree.boot();
  const Steps steps = tree.do_and_settle(db, "d");
  CHECK(steps == Steps{"hold 2", "hold 1", "block 1", "block 2"});
  CHECK((tree.state(db) == State::down));
}

TEST_CASE("what an old client stops and starts at once is followed, too") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  tree.command(db, "d");
  tree.publish(db);
  tree.proceed(db);
  tree.command(db, "u");
  tree.proceed(db);
  const uint8_t run = tree.played[web].run;
  CHECK(tree.settled() == Steps{"hold 1", "release 1"});
  CHECK(tree.played[web].run != run);
}

TEST_CASE("alone, a service stops and starts without the others") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  CHECK(tree.do_and_settle(db, "<d") == Steps{"revoke 1"});
  CHECK((tree.state(web) == State::ready));
  tree.do_and_settle(web, ">d");
  CHECK((tree.state(web) == State::down));
  CHECK(tree.do_and_settle(web, "<u").empty());
  CHECK((tree.state(web) == State::ready));
  CHECK((tree.state(db) == State::down));
  // What stops on purpose after that is not stopped under it.
  tree.do_and_settle(db, "u");
  CHECK(tree.do_and_settle(db, ">d") == Steps{"hold 1", "go 0", "block 1"});
}

TEST_CASE("part of another, a service stops and restarts with it") {
  Tree tree;
  tree.relate(web, part_of, db);
  tree.relate(worker, needs, web);
  tree.boot();
  CHECK(tree.do_and_settle(db, ">r") ==
        Steps{"ask-restart 1", "go 0", "hold 2", "go 1", "release 2"});
  CHECK(tree.do_and_settle(db, ">d") == Steps{"ask-stop 1", "go 0", "hold 2", "go 1", "block 2"});
  CHECK((tree.state(web) == State::down));
  // Started by itself, it stays.
  tree.do_and_settle(web, "u");
  CHECK((tree.state(web) == State::ready));
  CHECK((tree.state(worker) == State::ready));
}

TEST_CASE("part of another, a service is restarted once, even if its names are read again") {
  Tree tree;
  tree.relate(web, part_of, db);
  tree.boot();
  tree.steps.clear();
  tree.command(db, ">r");
  // Everything but what db does.
  const auto go_on = [&] {
    for (int turn = 0; turn < 20; ++turn) {
      for (const size_t each : {db, web}) {
        if (tree.can_publish(each)) tree.publish(each);
        while (tree.has_reports()) tree.read_report();
        tree.decide();
        if (each == db) continue;
        if (tree.has_letters(each)) tree.read_letters(each);
        if (!tree.has_letters(each) && tree.can_proceed(each)) tree.proceed(each);
      }
    }
  };
  go_on();
  CHECK((tree.state(web) == State::ready));
  tree.read_names(web);
  go_on();
  REQUIRE(tree.settle());
  CHECK(tree.steps == Steps{"ask-restart 1", "go 0", "go 1"});
}

TEST_CASE("part of a service that an old client stops, it stops, too") {
  Tree tree;
  tree.relate(web, part_of, db);
  tree.boot();
  SECTION("while that stops") { CHECK(tree.do_and_settle(db, "d") == Steps{"ask-stop 1", "go 1"}); }
  SECTION("when that has stopped") {
    tree.command(db, "d");
    tree.proceed(db);
    CHECK(tree.settled() == Steps{"ask-stop 1", "go 1"});
  }
  CHECK((tree.state(web) == State::down));
}

TEST_CASE("in a cycle, each stops for a reason outside of it") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  tree.relate(db, needs, web);
  tree.read_names(db);
  tree.command(db, ">d");
  tree.publish(db);
  tree.read_report();
  // It changes its mind before it could be told.
  tree.command(db, "u");
  tree.publish(db);
  tree.read_report();
  CHECK(tree.settled().empty());
  CHECK((tree.state(db) == State::ready));
  CHECK((tree.state(web) == State::ready));
}

TEST_CASE("what vanishes is stopped after what needs it") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  tree.played[db].present = false;
  tree.order.miss(tree.node(db), true);
  CHECK(tree.settled() == Steps{"hold 1", "terminate 0", "block 1"});
  CHECK_FALSE(tree.played[db].alive);
}

TEST_CASE("what comes back before it was stopped is not stopped") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  tree.order.miss(tree.node(db), true);
  tree.decide();
  tree.order.miss(tree.node(db), false);
  CHECK(tree.settled() == Steps{"release 1"});
  CHECK(tree.played[db].alive);
}

TEST_CASE("at the end of the tree each is stopped after all that wait for it at the start") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(worker, wants, web);
  tree.relate(mail, after, worker);
  tree.relate(cache, binds, mail);
  tree.boot();
  tree.end_tree();
  CHECK(tree.settled() ==
        Steps{"terminate 3", "terminate 4", "terminate 2", "terminate 1", "terminate 0"});
}

TEST_CASE("an end in the middle of the start waits for nothing that does not run") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.adopt();
  tree.command(web, "u");
  tree.command(db, "u");
  tree.publish(web);
  tree.read_report();
  tree.publish(db);
  tree.read_report();
  tree.decide();
  tree.end_tree();
  tree.decide();
  CHECK(tree.steps == Steps{"terminate 1", "terminate 0"});
}
