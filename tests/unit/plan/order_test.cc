// SPDX-License-Identifier: ISC
#include "plan/order.hh"

#include "told_tree.hh"

using namespace stoker;
using namespace stoker::test;
using enum Relation;
using Tree = ToldTree;

TEST_CASE("what names no other, and is named by none, is told nothing") {
  Tree tree;
  tree.adopt();
  for (size_t i = 0; i < 6; ++i) tree.command(i, "u");
  REQUIRE(tree.settle());
  CHECK(tree.steps.empty());
  CHECK(tree.order.graph().is_empty());
}

TEST_CASE("a service is released when what it needs is ready") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(worker, needs, web);
  tree.adopt();
  tree.command(web, "u");
  tree.command(worker, "u");
  for (size_t i = 0; i < 6; ++i)
    if (tree.can_publish(i)) {
      tree.publish(i);
      tree.read_report();
    }
  tree.decide();
  // db is not wanted, and is started for it.
  CHECK(tree.steps == Steps{"start 0"});
  CHECK(tree.settled() == Steps{"release 1", "release 2"});
  for (const size_t each : {db, web, worker}) CHECK((tree.state(each) == State::ready));
}

TEST_CASE("a service that was wanted when what it needs was not there starts without being asked") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.played[db].present = tree.played[db].alive = false;
  tree.adopt();
  tree.command(web, "u");
  CHECK(tree.settled() == Steps{"block 1"});
  CHECK((tree.state(web) == State::held));
  CHECK((tree.played[web].reason == Reason::need_failed));
  tree.played[db].present = tree.played[db].alive = true;
  tree.stand(db, Standing::unsure);
  tree.command(db, "u");
  CHECK(tree.settled() == Steps{"unblock 1", "release 1"});
}

TEST_CASE("what has failed keeps those that need it from starting, until it is started") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(worker, needs, web);
  tree.relate(mail, wants, web);
  tree.relate(mail, after, worker);
  tree.played[db].fails = true;
  tree.boot();
  CHECK((tree.state(db) == State::failed));
  for (const size_t each : {web, worker}) {
    CHECK((tree.state(each) == State::held));
    CHECK((tree.played[each].reason == Reason::need_failed));
  }
  CHECK((tree.state(mail) == State::ready));
  tree.do_and_settle(db, "u");
  CHECK((tree.state(worker) == State::ready));
}

TEST_CASE("a start reaches what is down behind one that is held") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(worker, needs, web);
  tree.relate(mail, wants, web);
  const size_t first = GENERATE(worker, mail);
  tree.boot({worker, mail});
  tree.do_and_settle(db, ">d");
  CHECK((tree.played[web].reason == Reason::need_failed));
  CHECK(tree.do_and_settle(first, "u") ==
        Steps{"start 1", "start 0", "unblock 1", "release 1", "release " + std::to_string(first)});
  CHECK((tree.state(first) == State::ready));
  // Once for a start.
  tree.do_and_settle(db, ">d");
  CHECK((tree.state(db) == State::down));
}

TEST_CASE("what needs a service that dies runs on, and waits if it dies, too") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  tree.die(db);
  tree.publish(db);
  tree.read_report();
  tree.decide();
  CHECK(tree.steps == Steps{"revoke 1"});
  tree.read_letters(web);
  tree.die(web);
  CHECK((tree.state(web) == State::held));
  CHECK(tree.settled() == Steps{"release 1"});
  CHECK((tree.state(web) == State::ready));
}

TEST_CASE("what ran on may start again when what it needs is ready again") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot();
  const uint8_t run = tree.played[web].run;
  tree.die(db);
  CHECK(tree.settled() == Steps{"revoke 1", "release 1"});
  CHECK(tree.played[web].run == run);
  CHECK(tree.played[web].order.released);
}

TEST_CASE("what is bound to a service that dies stops, and comes back") {
  Tree tree;
  tree.relate(web, binds, db);
  tree.relate(worker, needs, web);
  tree.boot();
  const uint8_t run = tree.played[web].run;
  SECTION("while it is not ready") {}
  SECTION("also if it is ready again before that is known") { tree.die(db), tree.proceed(db); }
  if (tree.played[db].reported) tree.die(db);
  tree.steps.clear();
  CHECK(tree.settled() == Steps{"hold 2", "hold 1", "release 1", "release 2"});
  CHECK(tree.played[web].run != run);
  CHECK((tree.state(web) == State::ready));
}

TEST_CASE("another main process of the same run changes nothing for those that are bound to it") {
  Tree tree;
  tree.relate(web, binds, db);
  tree.boot();
  tree.played[db].move_main();
  CHECK(tree.settled().empty());
  tree.die(db), tree.proceed(db);
  CHECK(tree.settled() == Steps{"hold 1", "release 1"});
}

TEST_CASE("a supervisor that dies changes nothing for those that are bound to its service") {
  Tree tree;
  tree.relate(web, binds, db);
  tree.boot();
  tree.kill_supervisor(db);
  CHECK(tree.settled().empty());
}

TEST_CASE("of two that conflict, the one that is started stops the other") {
  Tree tree;
  tree.relate(web, conflicts, db);
  tree.boot({web});
  CHECK(tree.do_and_settle(web, "u") == Steps{"ask-stop 0", "go 0", "release 1"});
  CHECK((tree.state(db) == State::down));
  CHECK((tree.state(web) == State::ready));
  CHECK(tree.do_and_settle(db, "u") == Steps{"ask-stop 1", "go 1"});
  CHECK((tree.state(db) == State::ready));
  CHECK((tree.state(web) == State::down));
}

TEST_CASE("two that both conflict with the other do not run together") {
  Tree tree;
  tree.relate(web, conflicts, db);
  tree.relate(db, conflicts, web);
  tree.boot();
  CHECK((tree.state(db) == State::ready) != (tree.state(web) == State::ready));
}

TEST_CASE("what a service starts is started, and not waited for") {
  Tree tree;
  tree.relate(web, starts, db);
  tree.relate(web, starts, mail);
  tree.boot({db, web});
  CHECK(tree.do_and_settle(web, "u") == Steps{"start 0", "release 1"});
  CHECK((tree.state(db) == State::ready));
}

TEST_CASE("what a service starts is started, even if it is not known yet when that is released") {
  Tree tree;
  tree.relate(web, starts, db);
  tree.adopt();
  tree.command(web, "u");
  while (tree.can_publish(web)) {
    tree.publish(web);
    tree.read_report();
  }
  tree.decide();
  CHECK(tree.steps.empty());
  CHECK(tree.settled() == Steps{"start 0", "release 1"});
  CHECK((tree.state(db) == State::ready));
}

TEST_CASE("what somebody stops while others wait for it is not started again") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(web, needs, mail);
  tree.played[mail].present = tree.played[mail].alive = false;
  tree.boot({db});
  CHECK((tree.state(db) == State::ready));
  CHECK((tree.state(web) == State::held));
  CHECK((tree.played[web].order.asked == Asked::start));
  // Not even by the next svscan.
  CHECK(tree.do_and_settle(db, ">d") == Steps{"go 0", "hold 1"});
  tree.kill_svscan();
  CHECK(tree.settled() == Steps{"again 1"});
  CHECK((tree.state(db) == State::down));
  CHECK(tree.do_and_settle(web, "u") == Steps{"start 0"});
}

TEST_CASE("after waits for what is on its way up, and for nothing else") {
  Tree tree;
  tree.relate(web, after, db);
  SECTION("it comes") {
    tree.boot();
    CHECK((tree.state(web) == State::ready));
  }
  SECTION("it is not wanted") {
    tree.boot({db});
    CHECK((tree.state(web) == State::ready));
    CHECK((tree.state(db) == State::down));
  }
  SECTION("it stops") {
    tree.boot({web});
    tree.command(db, "d");
    tree.command(web, "u");
    tree.publish(db);
    tree.publish(web);
    tree.read_report();
    tree.read_report();
    tree.decide();
    CHECK(tree.steps == Steps{"release 1"});
  }
}

TEST_CASE("members of a cycle fail, and all others start") {
  Tree tree;
  tree.relate(db, needs, web);
  tree.relate(web, needs, worker);
  tree.relate(worker, needs, db);
  tree.relate(mail, wants, db);
  tree.relate(last, needs, db);
  tree.adopt();
  std::string path;
  for (const size_t each : {db, web, worker, mail, last}) tree.command(each, "u");
  for (const size_t each : {db, web, worker, mail, last}) tree.publish(each), tree.read_report();
  REQUIRE(tree.order.may_be_tangled());
  while (tree.order.next()) {
  }
  size_t cycles = 0;
  tree.order.find_cycles([&](NodeId, size_t members) {
    ++cycles;
    CHECK(members == 3);
  });
  CHECK(cycles == 1);
  tree.order.path_of_cycle(tree.node(db), [&](const Edge& edge) {
    path += std::to_string(tree.service(edge.from)) + row_of(edge.relation).file[0] +
            std::to_string(tree.service(edge.to)) + " ";
  });
  CHECK(path == "0n1 1n2 2n0 ");
  tree.settled();
  for (const size_t each : {db, web, worker}) CHECK((tree.played[each].reason == Reason::cycle));
  CHECK((tree.state(mail) == State::ready));
  CHECK((tree.played[last].reason == Reason::need_failed));
}

TEST_CASE(
    "a cycle that comes to be while all runs neither stops a thing nor keeps it from stopping") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.relate(worker, needs, web);
  tree.boot();
  tree.relate(db, needs, worker);
  tree.read_names(db);
  CHECK(tree.settled().empty());
  tree.die(db);
  tree.settled();
  CHECK((tree.state(db) == State::ready));
  const Steps steps = tree.do_and_settle(db, ">d");
  CHECK((tree.state(db) == State::down));
  CHECK((tree.state(web) == State::held));
  CHECK((tree.state(worker) == State::held));
}

TEST_CASE("a name that is added while both run changes nothing until the next stop") {
  Tree tree;
  tree.boot();
  tree.relate(web, needs, db);
  tree.read_names(web);
  CHECK(tree.settled().empty());
  CHECK(tree.do_and_settle(db, ">d") == Steps{"hold 1", "go 0", "block 1"});
}

TEST_CASE("a name of what does not run, added while the other runs, does not stop that") {
  Tree tree;
  tree.relate(web, needs, mail);
  tree.boot({db});
  tree.relate(web, needs, db);
  tree.read_names(web);
  CHECK(tree.settled() == Steps{"revoke 1"});
  CHECK((tree.state(web) == State::ready));
}

TEST_CASE("a part is restarted once with the other, though its file is read again meanwhile") {
  Tree tree;
  tree.relate(worker, part_of, web);
  tree.boot();
  tree.command(web, ">r");
  tree.publish(web);
  tree.read_report();
  tree.decide();
  CHECK(tree.steps == Steps{"ask-restart 2", "go 1"});
  tree.read_names(worker);
  CHECK(tree.settled() == Steps{"go 2"});
}

TEST_CASE("a word that could not be sent is sent later") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot({web});
  tree.command(web, "u");
  tree.publish(web);
  tree.read_report();
  const auto step = tree.order.next();
  REQUIRE(step);
  CHECK((step->action == OrderAction::release));
  tree.order.undo(*step);
  CHECK_FALSE(tree.order.next());
  CHECK(tree.order.has_retries());
  tree.order.retry();
  CHECK_FALSE(tree.order.has_retries());
  const auto again = tree.order.next();
  REQUIRE(again);
  CHECK((again->node == step->node && again->action == step->action));
}

TEST_CASE("a word without effect is repeated, but not for ever at once") {
  Tree tree;
  tree.relate(web, needs, db);
  tree.boot({web});
  tree.command(web, "u");
  tree.publish(web);
  tree.read_report();
  int words = 0;
  while (const auto step = tree.order.next()) {
    ++words;
    tree.order.take_echo(step->node, step->echo);
  }
  CHECK(words == 3);
  CHECK(tree.order.has_retries());
}

TEST_CASE("what ends for good before its supervisor has reported is not started once more") {
  Tree tree;
  tree.relate(web, wants, db);
  tree.adopt();
  tree.command(web, "u");
  tree.publish(web);
  tree.read_report();
  tree.decide();
  CHECK(tree.steps.empty());
  tree.order.learn(tree.node(db), {.want = Want::down, .reason = Reason::finished});
  tree.decide();
  CHECK(tree.steps == Steps{"release 1"});
}
