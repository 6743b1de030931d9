// SPDX-License-Identifier: ISC
// Properties of the order over random graphs: never early, never late, always to an end, and the
// reverse of a start is an order of stop.
#include <algorithm>
#include <random>
#include <vector>

#include "catch.hh"
#include "order_world.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using enum Relation;
using enum State;

constexpr size_t services = 12;

struct RandomTree : World<services, 40, 16, 8> {
  explicit RandomTree(unsigned seed) : random(seed) {}
  ~RandomTree() { on_step = {}; }

  size_t pick(size_t below) { return random() % below; }

  // Each names some of those before it, and where it may have cycles, of all.
  void grow(bool cycles, size_t kinds = 4) {
    for (size_t edges = pick(3 * services); edges > 0; --edges) {
      size_t one = pick(services), other = pick(services);
      if (one == other) continue;
      if (!cycles && one < other) std::swap(one, other);
      relate(one, static_cast<Relation>(pick(kinds)), other);
    }
    for (size_t i = 0; i < services; ++i) {
      played[i].fails = pick(12) == 0;
      if (pick(15) == 0) played[i].present = played[i].alive = false;
    }
  }
  // A step at random: of supervisors, and of whoever kills them or gives commands.
  void disturb() {
    constexpr std::array commands = {"u", "d", ">d", ">r", "r", "<d", "<u"};
    const size_t one = pick(services);
    switch (pick(40)) {
    case 0: return kill_svscan();
    case 1:
      if (played[one].alive) kill_supervisor(one);
      return;
    case 2:
      if (is_up(played[one].state)) die(one);
      return;
    case 3:
      if (played[one].alive) command(one, commands[pick(commands.size() - (is_ordered ? 2 : 0))]);
      return;
    default: break;
    }
    if (can_publish(one)) publish(one);
    if (pick(3) == 0 && has_reports()) read_report();
    if (pick(2) == 0) decide();
    const size_t next = pick(services);
    if (has_letters(next))
      read_letters(next);
    else if (can_proceed(next))
      proceed(next);
  }
  void boot() {
    adopt();
    for (size_t i = 0; i < services; ++i)
      if (played[i].alive && pick(5) != 0) command(i, "u");
  }

  template <typename Is>
  bool names_any(size_t service, Is is) const {
    bool found = false;
    each_name([&](size_t one, Relation relation, size_t other) {
      found = found || (one == service && is(relation, other));
    });
    return found;
  }
  bool is_named(size_t service, bool (*by)(Relation)) const {
    bool found = false;
    each_name([&](size_t one, Relation relation, size_t other) {
      found = found || (other == service && by(relation) && played[one].is_active());
    });
    return found;
  }

  // By the sentences of service(5), from what really is.
  bool is_being_started(size_t service) const {
    const auto& letters = to_supervisor[service];
    return std::any_of(letters.items.begin(), letters.items.begin() + letters.count,
                       [](const Letters& each) { return each.bytes[0] == 'u'; });
  }
  bool is_dead(size_t service, int depth = services) const {
    const Played& one = played[service];
    if (!one.alive || one.state == failed) return true;
    if (one.state == down && one.want == Want::down) return !is_being_started(service);
    return one.state == held && depth > 0 &&
           names_any(service, [&](Relation relation, size_t other) {
             return row_of(relation).is_strong && is_dead(other, depth - 1);
           });
  }
  bool waits_for(Relation relation, size_t other) const {
    const Played& one = played[other];
    if (row_of(relation).is_strong)
      return one.state != ready || one.order.asked == Asked::stop ||
             one.order.asked == Asked::restart;
    // What has been started for this one is on its way up.
    const bool settled = one.state == ready || is_dead(other);
    return !settled && (relation == wants || one.want == Want::up || is_being_started(other));
  }
  bool waits(size_t service) const {
    return names_any(
        service, [this](Relation relation, size_t other) { return waits_for(relation, other); });
  }
  // Is it on a way from itself to itself?
  bool leads_to(size_t from, size_t to, std::vector<bool>& passed) const {
    return names_any(from, [&](Relation relation, size_t other) {
      if (!orders(relation) || passed[other]) return false;
      if (other == to) return true;
      passed[other] = true;
      return leads_to(other, to, passed);
    });
  }
  bool is_in_cycle(size_t service) const {
    std::vector<bool> passed(services);
    return leads_to(service, service, passed);
  }
  bool are_in_cycle(size_t one, size_t other) const {
    std::vector<bool> there(services), back(services);
    return leads_to(one, other, there) && leads_to(other, one, back);
  }

  std::mt19937 random;
  bool is_ordered = true;  // no command is for one alone
};

constexpr unsigned seeds = 300;

}  // namespace

TEST_CASE("whatever the graph, each service starts as soon as it may, and not before") {
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    auto tree = std::make_unique<RandomTree>(seed);
    tree->grow(seed % 2 == 0);
    std::vector<size_t> released;
    tree->on_step = [&](const OrderStep& step) {
      if (step.action == OrderAction::release) released.push_back(tree->service(step.node));
    };
    tree->boot();
    INFO("seed " << seed);
    for (int step = 0; step < 400; ++step) {
      // All that has happened is known at once, and then one thing more happens.
      for (size_t i = 0; i < services; ++i) {
        if (tree->can_publish(i)) tree->publish(i);
        while (tree->has_reports()) tree->read_report();
      }
      released.clear();
      tree->decide();
      for (const size_t one : released) {
        INFO("service " << one);
        REQUIRE_FALSE(tree->waits(one));
      }
      for (size_t i = 0; i < services; ++i) {
        const Played& one = tree->played[i];
        INFO("service " << i);
        // A word that it has just obeyed costs a step.
        const bool told =
            tree->has_letters(i) || tree->order.part(tree->node(i)).has(Part::in_flight);
        if (one.state == held && !told) REQUIRE(tree->waits(i));
      }
      std::vector<size_t> able;
      for (size_t i = 0; i < services; ++i)
        if (tree->has_letters(i) || tree->can_proceed(i)) able.push_back(i);
      if (able.empty()) break;
      const size_t one = able[tree->pick(able.size())];
      tree->has_letters(one) ? tree->read_letters(one) : tree->proceed(one);
    }
    REQUIRE(tree->settle());
    for (size_t i = 0; i < services; ++i) {
      const Played& one = tree->played[i];
      if (one.state == held) REQUIRE(tree->is_dead(i));
      if (one.state == failed && one.reason == Reason::cycle) REQUIRE(tree->is_in_cycle(i));
      REQUIRE_FALSE(one.state == starting);
    }
  }
}

TEST_CASE("whatever the graph, at the end of the tree all stop, in reverse order") {
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    auto tree = std::make_unique<RandomTree>(seed);
    tree->grow(seed % 2 == 0);
    tree->boot();
    INFO("seed " << seed);
    for (size_t steps = tree->pick(60); steps > 0; --steps) {
      tree->decide();
      const size_t one = tree->pick(services);
      if (tree->can_publish(one)) tree->publish(one);
      if (tree->has_reports()) tree->read_report();
      if (tree->has_letters(one))
        tree->read_letters(one);
      else if (tree->can_proceed(one))
        tree->proceed(one);
    }
    tree->end_tree();
    for (int step = 0; step < 2000; ++step) {
      tree->decide();
      const size_t one = tree->pick(services);
      if (tree->can_publish(one)) tree->publish(one);
      while (tree->has_reports()) tree->read_report();
      tree->decide();
      if (tree->has_letters(one)) {
        const bool ran = tree->played[one].is_active();
        tree->read_letters(one);
        if (ran && tree->played[one].state == stopping && tree->played[one].ends)
          tree->each_name([&](size_t from, Relation relation, size_t to) {
            if (to != one || !orders(relation) || tree->are_in_cycle(from, to)) return;
            INFO("service " << from << " and " << to);
            REQUIRE_FALSE(tree->played[from].is_active());
          });
      } else if (tree->can_proceed(one)) {
        tree->proceed(one);
      }
    }
    for (const Played& one : tree->played) REQUIRE_FALSE(one.alive);
  }
}

TEST_CASE("whatever happens to a tree, all is as it must be when nothing more does") {
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    auto tree = std::make_unique<RandomTree>(seed);
    tree->grow(false);
    tree->boot();
    INFO("seed " << seed);
    for (size_t steps = 300; steps > 0; --steps) tree->disturb();
    REQUIRE(tree->settle());
    INFO(tree->describe());
    for (size_t i = 0; i < services; ++i) {
      const Played& one = tree->played[i];
      INFO("service " << i);
      REQUIRE_FALSE((one.order.asked == Asked::stop || one.order.asked == Asked::restart));
      if (one.state == held) REQUIRE(tree->is_dead(i));
      if (one.state == held) REQUIRE(one.reason == Reason::need_failed);
    }
  }
}

TEST_CASE("whatever the graph, and whatever happens to it, it comes to rest") {
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    auto tree = std::make_unique<RandomTree>(seed);
    tree->is_ordered = false;
    tree->grow(true, relation_count);
    tree->boot();
    INFO("seed " << seed);
    for (size_t steps = 300; steps > 0; --steps) tree->disturb();
    REQUIRE(tree->settle(1000));
    INFO(tree->describe());
    for (const Played& one : tree->played)
      REQUIRE_FALSE((one.order.asked == Asked::stop || one.order.asked == Asked::restart));
    tree->end_tree();
    REQUIRE(tree->settle(1000));
    for (const Played& one : tree->played) REQUIRE_FALSE(one.alive);
  }
}
