// SPDX-License-Identifier: ISC
// A model of supervisors and svscan, with reports and letters that are late, merged and lost, and
// with the death of either at any moment: every sequence of steps of small trees.
#include <cstring>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "catch.hh"
#include "order_world.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

using enum Relation;

constexpr size_t services = 3;

// What may still happen in a run, each once: a command is to the service of its place.
struct Left {
  std::array<const char*, services> commands{};
  std::array<bool, services> service_dies{}, supervisor_dies{};
  bool svscan_dies = false, tree_ends = false;
};

struct State {
  World<services, 4, 3, 2> tree;
  Left left;
};
static_assert(std::is_trivially_destructible_v<State>);

class Model {
 public:
  Model() {
    std::memset(static_cast<void*>(place), 0, sizeof place);
    new (place) State;
  }
  State& now() { return *std::launder(reinterpret_cast<State*>(place)); }

  // From where it is now; every state there is.
  size_t explore() {
    now().tree.decide();
    open_.push_back(save());
    for (const bool dies : now().left.service_dies) deaths_ = deaths_ || dies;
    while (!open_.empty()) {
      const Bytes bytes = std::move(open_.back());
      open_.pop_back();
      restore(bytes);
      trace_ = bytes.trace;
      try_all(bytes);
    }
    return seen_.size();
  }

 private:
  struct Bytes {
    std::string state, trace;
  };
  // In one place, so that what is copied back has its pointers right.
  alignas(State) static inline std::byte place[sizeof(State)];

  Bytes save() const {
    return {std::string(reinterpret_cast<const char*>(place), sizeof place), trace_};
  }
  static void restore(const Bytes& bytes) {
    std::memcpy(place, bytes.state.data(), bytes.state.size());
  }

  uint64_t digest() {
    const Left& left = now().left;
    Digest sum;
    const uint64_t tree = now().tree.digest();
    for (size_t i = 0; i < sizeof tree; ++i) sum.mix(static_cast<unsigned char>(tree >> 8 * i));
    for (const char* const command : left.commands) sum.mix(command != nullptr);
    for (const bool dies : left.service_dies) sum.mix(dies);
    for (const bool dies : left.supervisor_dies) sum.mix(dies);
    sum.mix(left.svscan_dies);
    sum.mix(left.tree_ends);
    return sum.value();
  }

  template <typename Do>
  void step(const Bytes& from, const std::string& name, Do act) {
    act();
    now().tree.decide();
    if (fault_.empty() && seen_.insert(digest()).second) {
      trace_ += " " + name;
      open_.push_back(save());
      check_end();
    }
    if (!fault_.empty()) FAIL(fault_ << " after" << trace_ << " " << name);
    trace_ = from.trace;
    restore(from);
  }

  void try_all(const Bytes& from) {
    for (size_t i = 0; i < services; ++i) {
      const std::string digit = std::to_string(i);
      const Left left = now().left;
      auto& tree = now().tree;
      if (tree.can_publish(i)) step(from, "publish-" + digit, [&] { tree.publish(i); });
      if (tree.has_letters(i)) step(from, "read-" + digit, [&] { read_letters(i); });
      if (tree.can_proceed(i)) step(from, "proceed-" + digit, [&] { tree.proceed(i); });
      if (left.commands[i] != nullptr)
        step(from, left.commands[i] + digit, [&] {
          now().left.commands[i] = nullptr;
          tree.command(i, left.commands[i]);
        });
      if (left.service_dies[i] && is_up(tree.played[i].state))
        step(from, "die-" + digit, [&] {
          now().left.service_dies[i] = false;
          tree.die(i);
        });
      if (left.supervisor_dies[i] && tree.played[i].alive)
        step(from, "kill-" + digit, [&] {
          now().left.supervisor_dies[i] = false;
          tree.kill_supervisor(i);
        });
    }
    auto& tree = now().tree;
    if (tree.has_reports()) step(from, "hear", [&] { tree.read_report(); });
    if (now().left.svscan_dies)
      step(from, "kill-svscan", [&] {
        now().left.svscan_dies = false;
        tree.kill_svscan();
      });
    if (now().left.tree_ends)
      step(from, "end", [&] {
        now().left.tree_ends = false;
        tree.end_tree();
      });
  }

  template <typename Is>
  bool is_named(size_t service, Is is) {
    bool found = false;
    now().tree.each_name([&](size_t one, Relation relation, size_t other) {
      found = found || (other == service && is(relation) && now().tree.played[one].is_active());
    });
    return found;
  }

  // No letter stops what another one needs that runs.
  void read_letters(size_t service) {
    auto& tree = now().tree;
    const auto runs = [&] {
      return is_active(tree.played[service].state) &&
             tree.played[service].state != stoker::State::stopping;
    };
    const bool ran = runs();
    tree.read_letters(service);
    if (!ran || runs()) return;
    if (is_named(service, [](Relation relation) { return row_of(relation).is_strong; }))
      fault_ = "what is needed stops";
    if (tree.is_ending && is_named(service, [](Relation relation) { return orders(relation); }))
      fault_ = "what is named stops";
  }

  // When nothing more happens, all is as it must be.
  void check_end() {
    const Bytes before = save();
    auto& tree = now().tree;
    if (!tree.settle(200)) fault_ = "it does not end";
    for (size_t i = 0; i < services; ++i) check(tree.played[i], i);
    if (!fault_.empty()) fault_ += "\n" + tree.describe();
    restore(before);
  }

  void check(const Played& one, size_t service) {
    auto& tree = now().tree;
    if (tree.is_ending) {
      if (one.alive) fault_ = "it runs on at the end";
      return;
    }
    if (one.order.asked == Asked::stop || one.order.asked == Asked::restart)
      fault_ = "it is not stopped";
    bool lacks = false;
    tree.each_name([&](size_t from, Relation relation, size_t to) {
      if (from == service && row_of(relation).is_strong &&
          tree.played[to].state != stoker::State::ready)
        lacks = true;
    });
    if (one.state == stoker::State::held && !lacks) fault_ = "it is held for nothing";
    // What has died by itself keeps nobody from running on.
    if (one.is_active() && lacks && !deaths_) fault_ = "it runs without what it needs";
    if (one.is_active() && !lacks && one.has_files && !one.order.released)
      fault_ = "it may not start again";
  }

  std::unordered_set<uint64_t> seen_;
  std::vector<Bytes> open_;
  std::string trace_, fault_;
  bool deaths_ = false;
};

enum { db, web, worker };

// db, and web and worker, which are all up.
struct Ready : Model {
  Ready(std::initializer_list<std::pair<std::pair<size_t, Relation>, size_t>> names,
        std::initializer_list<size_t> wanted = {db, web, worker}) {
    auto& tree = now().tree;
    for (const auto& [one, to] : names) tree.relate(one.first, one.second, to);
    tree.adopt();
    for (const size_t service : wanted) tree.command(service, "u");
    REQUIRE(tree.settle());
  }
};

// Each of these has some ten thousand states. Those with millions have a test of their own, which
// is not run each time.
constexpr size_t enough = 100'000;

TEST_CASE("a restart in order, whoever dies in the middle of it") {
  Ready model{{{web, needs}, db}};
  model.now().left = {.commands = {">r"}, .supervisor_dies = {true, true}, .svscan_dies = true};
  CHECK(model.explore() < enough);
}

TEST_CASE("a stop of a chain in order, while a supervisor in its middle or svscan dies") {
  Ready model{{{web, needs}, db}, {{worker, needs}, web}};
  Left left{.commands = {">d"}};
  SECTION("svscan") { left.svscan_dies = true; }
  SECTION("a supervisor") { left.supervisor_dies = {false, true}; }
  SECTION("a service") { left.service_dies = {true, true}; }
  model.now().left = left;
  CHECK(model.explore() < enough);
}

TEST_CASE("a stop in order, while what must stop first is started") {
  Ready model({{{web, needs}, db}}, {db});
  model.now().left = {
      .commands = {">d", "u"}, .supervisor_dies = {false, true}, .svscan_dies = true};
  CHECK(model.explore() < enough);
}

TEST_CASE("a stop in order that is taken back, while svscan dies") {
  Ready model{{{web, needs}, db}};
  model.now().tree.command(db, ">d");
  model.now().left = {.commands = {"u"}, .svscan_dies = true};
  CHECK(model.explore() < enough);
}

TEST_CASE("a restart of both, while one dies") {
  Ready model{{{web, needs}, db}};
  model.now().left = {.commands = {">r", ">r"}, .service_dies = {true}};
  CHECK(model.explore() < enough);
}

TEST_CASE("the end of a tree, whoever dies in the middle of it") {
  Ready model{{{web, needs}, db}, {{worker, after}, web}};
  Left left{.tree_ends = true};
  SECTION("a supervisor") { left.supervisor_dies = {true, true}; }
  SECTION("a service") { left.service_dies = {true, true}; }
  model.now().left = left;
  CHECK(model.explore() < enough);
}

TEST_CASE("a stop by an old client, followed by those that need the service") {
  Ready model{{{web, needs}, db}, {{worker, binds}, web}};
  model.now().left = {
      .commands = {"d"}, .service_dies = {false, true}, .supervisor_dies = {false, true}};
  CHECK(model.explore() < enough);
}

TEST_CASE("the death of a service that others are bound to") {
  Ready model{{{web, binds}, db}, {{worker, needs}, web}};
  model.now().left = {.service_dies = {true}, .supervisor_dies = {true, true}};
  CHECK(model.explore() < enough);
}

TEST_CASE("a start of what needs others, whoever dies in the middle of it") {
  Ready model({{{web, needs}, db}, {{worker, wants}, web}}, {});
  Left left{.commands = {"u", "u", "u"}};
  SECTION("svscan") {
    left.commands = {nullptr, "u", "u"};
    left.svscan_dies = true;
  }
  SECTION("a supervisor") { left.supervisor_dies = {true}; }
  model.now().left = left;
  CHECK(model.explore() < enough);
}

TEST_CASE("a stop and a restart at the same time, of two that hang together") {
  Ready model{{{web, needs}, db}};
  model.now().left = {.commands = {">d", ">r"}, .svscan_dies = true};
  CHECK(model.explore() < enough);
}

TEST_CASE("a start that ends what conflicts with it, whoever dies in the middle of it") {
  Ready model({{{web, conflicts}, db}}, {db});
  model.now().left = {
      .commands = {nullptr, "u"}, .supervisor_dies = {true, true}, .svscan_dies = true};
  CHECK(model.explore() < enough);
}

TEST_CASE("a stop of what another is part of, while svscan or a supervisor dies") {
  Ready model({{{web, part_of}, db}});
  Left left{.commands = {">d"}};
  SECTION("svscan") { left.svscan_dies = true; }
  SECTION("a supervisor") { left.supervisor_dies = {false, true}; }
  model.now().left = left;
  CHECK(model.explore() < enough);
}

TEST_CASE("trees with millions of states", "[.]") {
  struct Deep {
    std::initializer_list<std::pair<std::pair<size_t, Relation>, size_t>> names;
    std::initializer_list<size_t> wanted;
    Left left;
  };
  const std::initializer_list<size_t> all = {db, web, worker};
  const auto chain = {std::pair{std::pair{size_t{web}, needs}, size_t{db}}, {{worker, needs}, web}};
  const auto fork = {std::pair{std::pair{size_t{web}, needs}, size_t{db}}, {{worker, needs}, db}};
  const auto two = {std::pair{std::pair{size_t{web}, needs}, size_t{db}}};
  const auto part = {std::pair{std::pair{size_t{web}, part_of}, size_t{db}},
                     {{worker, needs}, web}};
  const std::array<bool, 3> each = {true, true, true};
  const Deep deep[] = {
      {chain, all, {.commands = {">d"}, .supervisor_dies = each, .svscan_dies = true}},
      {two, all, {.commands = {">r", ">r"}, .service_dies = {true, true}, .svscan_dies = true}},
      {two, {db}, {.commands = {">d", "u"}, .supervisor_dies = each, .svscan_dies = true}},
      {fork, all, {.commands = {">d", ">r"}, .supervisor_dies = {true, true}, .svscan_dies = true}},
      {chain,
       {},
       {.commands = {"u", "u", "u"}, .supervisor_dies = {true, true}, .svscan_dies = true}},
      {chain, all, {.service_dies = each, .supervisor_dies = each, .tree_ends = true}},
      {part, all, {.commands = {">r"}, .supervisor_dies = {true, true}, .svscan_dies = true}},
  };
  for (const Deep& one : deep) {
    Ready model(one.names, one.wanted);
    model.now().left = one.left;
    WARN(model.explore());
  }
}

}  // namespace
