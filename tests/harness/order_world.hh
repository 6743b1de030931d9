// SPDX-License-Identifier: ISC
// Services under supervisors and an svscan as far as the order concerns them, without processes:
// supervisors as service/order.hh has them, FIFOs in both directions, and the Order under test in
// between. Each step is taken alone, so that tests can choose every sequence of them.
//
// A World is a plain value at a fixed place: copied away and back, it goes on from where it was.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hh"
#include "plan/order.hh"
#include "played_supervisor.hh"

namespace stoker::test {

struct Letters {
  char bytes[4] = {};  // one write: letters, or a word as '\1' and itself
  uint16_t echo = 0;
};

struct Told {
  uint8_t service = 0, supervisor = 0;
  uint16_t echo = 0;
  ServiceFacts facts;
};

template <typename Item, size_t most>
struct Fifo {
  std::array<Item, most> items{};
  size_t count = 0;

  bool is_full() const { return count == most; }
  void push(const Item& item) { items[count++] = item; }
  Item pop() {
    const Item first = items[0];
    std::copy(items.begin() + 1, items.begin() + static_cast<ptrdiff_t>(count), items.begin());
    items[--count] = {};
    return first;
  }
  void clear() { *this = {}; }
};

template <size_t services, size_t edges = 4 * services, size_t told = 4, size_t letters = 3>
class World {
 public:
  World() { begin_svscan(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // --- the tree ---

  // Before adopt(), or followed by read_names().
  void relate(size_t one, Relation relation, size_t other) {
    files_[file_count_++] = {static_cast<uint8_t>(one), relation, static_cast<uint8_t>(other)};
    played[one].has_files = true;
  }
  void forget_names(size_t one) {
    const auto end =
        std::remove_if(files_.begin(), files_.begin() + static_cast<ptrdiff_t>(file_count_),
                       [one](const File& file) { return file.one == one; });
    file_count_ = static_cast<size_t>(end - files_.begin());
    played[one].has_files = false;
  }
  // As svscan does when it begins, and after each of its deaths.
  void adopt() {
    for (size_t i = 0; i < services; ++i) {
      const Played& one = played[i];
      seen[i] = {.standing = one.present || one.alive ? Standing::unsure : Standing::absent};
      if (one.alive && one.published)
        seen[i] = {.standing = Standing::known, .speaks = true, .facts = statuses[i]};
    }
    for (size_t i = 0; i < services; ++i)
      if (played[i].has_files) read_names(i);
    for (size_t i = 0; i < services; ++i)
      if (seen[i].speaks && (played[i].has_files || seen[i].facts.order.asked != Asked::nothing))
        order.doubt(node(i));
    if (is_ending) order.end_all();
  }
  void read_names(size_t one) {
    order.begin_names(node(one));
    for (size_t i = 0; i < file_count_; ++i)
      if (files_[i].one == one)
        if (!order.name(node(one), files_[i].relation, node(files_[i].other))) std::abort();
    order.end_names(node(one));
  }
  template <typename Do>
  void each_name(Do act) const {
    for (size_t i = 0; i < file_count_; ++i)
      act(files_[i].one, files_[i].relation, files_[i].other);
  }
  // Made when it is needed, with what svscan knows.
  NodeId node(size_t service) {
    if (const NodeId known = find(service)) return known;
    const Name name(service);
    const NodeId node = order.add({name.bytes, sizeof name.bytes});
    const Seen& entry = seen[service];
    order.stand(node, entry.standing);
    if (entry.speaks) order.let_speak(node);
    if (entry.standing == Standing::known) order.learn(node, entry.facts);
    order.miss(node, !played[service].present && entry.standing != Standing::absent);
    return node;
  }
  // 0: none.
  NodeId find(size_t service) const {
    const Name name(service);
    return order.find({name.bytes, sizeof name.bytes});
  }
  void stand(size_t service, Standing standing) {
    seen[service] = {.standing = standing};
    if (find(service) != 0) order.stand(node(service), standing);
  }
  size_t service(NodeId node) const {
    const std::string_view name = order.graph().name(node);
    return static_cast<size_t>((name[1] - '0') * 10 + name[2] - '0');
  }

  // --- steps of a supervisor ---

  // A command from outside, obeyed at once.
  void command(size_t service, std::string_view bytes) { obey(service, bytes); }
  bool has_letters(size_t service) const { return to_supervisor[service].count > 0; }
  void read_letters(size_t service) {
    const Letters first = to_supervisor[service].pop();
    obey(service, first.bytes);
    if (first.echo == 0) return;
    played[service].echo = first.echo;
    played[service].reported = false;
  }
  bool can_proceed(size_t service) const { return played[service].can_proceed(); }
  void proceed(size_t service) {
    played[service].proceed();
    look_whether_gone(service);
  }
  void die(size_t service) { played[service].die(); }
  bool can_publish(size_t service) const {
    const Played& one = played[service];
    return one.alive && !one.reported && !to_svscan.is_full();
  }
  void publish(size_t service) {
    Played& one = played[service];
    statuses[service] = one.facts();
    one.published = one.reported = true;
    to_svscan.push({static_cast<uint8_t>(service), one.supervisor, one.echo, one.facts()});
    one.echo = 0;
  }
  // KILL: its letters are lost, and the next one goes on. One that was told to end is followed by
  // one that ends.
  void kill_supervisor(size_t service) {
    to_supervisor[service].clear();
    played[service].kill_supervisor();
    const bool was_told = find(service) != 0 && order.part(find(service)).has(Part::told_end);
    stand(service, Standing::unsure);
    if (was_told) obey(service, "T");
  }

  // --- steps of svscan ---

  bool has_reports() const { return to_svscan.count > 0; }
  void read_report() {
    const Told first = to_svscan.pop();
    const Played& one = played[first.service];
    if (one.supervisor != first.supervisor || !one.alive) return;
    seen[first.service] = {.standing = Standing::known, .speaks = true, .facts = first.facts};
    const OrderState& part = first.facts.order;
    const bool counts =
        part.ordered || part.asked != Asked::nothing || first.facts.state == State::held;
    if (find(first.service) == 0 && !counts) return;
    const NodeId at = node(first.service);
    order.let_speak(at);
    order.learn(at, first.facts);
    order.take_echo(at, first.echo);
  }
  // Sends all letters that are due.
  void decide() {
    while (const auto step = order.next()) {
      if (step->action == OrderAction::forget) {
        order.remove(step->node);
        continue;
      }
      if (on_step) on_step(*step);
      if (!send(*step)) order.undo(*step);
    }
    if (order.may_be_tangled()) find_cycles();
  }
  void find_cycles() {
    bool found = false;
    order.find_cycles([&found](NodeId, size_t) { found = true; });
    if (found) decide();
  }
  void kill_svscan() {
    begin_svscan();
    adopt();
  }
  void end_tree() {
    is_ending = true;
    order.end_all();
    // Those that have nothing to do with others.
    for (size_t i = 0; i < services; ++i)
      if (find(i) == 0 && played[i].alive) obey(i, "T");
  }

  // A number for all that counts.
  uint64_t digest() const {
    Digest sum;
    const auto mix = [&sum](auto... numbers) {
      (sum.mix(static_cast<unsigned char>(numbers)), ...);
    };
    const auto mix_facts = [&](const ServiceFacts& facts) {
      mix(facts.state, facts.want, facts.reason, pack(facts.order), facts.run, facts.number);
    };
    for (const Played& one : played) {
      mix_facts(one.facts());
      mix(one.has_files, one.alive, one.present, one.published, one.reported, one.echo, one.ends,
          one.fails, one.supervisor, one.runs);
    }
    for (const ServiceFacts& facts : statuses) mix_facts(facts);
    mix(to_svscan.count, is_ending);
    for (size_t i = 0; i < to_svscan.count; ++i) {
      mix(to_svscan.items[i].service, to_svscan.items[i].supervisor, to_svscan.items[i].echo);
      mix_facts(to_svscan.items[i].facts);
    }
    for (const auto& fifo : to_supervisor) {
      mix(fifo.count);
      for (size_t i = 0; i < fifo.count; ++i) {
        for (const char byte : fifo.items[i].bytes) mix(byte);
        mix(fifo.items[i].echo);
      }
    }
    for (const Seen& one : seen) {
      mix(one.standing, one.speaks);
      mix_facts(one.facts);
    }
    for (const Part& part : parts_) {
      mix_facts(part.facts);
      mix(part.last_run, part.last_number, part.blocker, part.flags, part.flags >> 8,
          part.flags >> 16, part.face, part.face >> 8, part.echo, part.standing, part.last,
          part.repeats);
    }
    for (const Edge& edge : edges_) mix(edge.from, edge.to, edge.relation, edge.marks);
    return sum.value();
  }

  // For messages: what is, and what svscan knows.
  std::string describe() const {
    std::string text;
    const auto add = [&text](auto... parts) { ((text += parts), ...); };
    const auto number = [](auto value) { return std::to_string(static_cast<unsigned>(value)); };
    const auto facts = [&](const ServiceFacts& one) {
      add(word(one.state), ", want ", word(one.want), ", asked ", number(one.order.asked), ", run ",
          number(one.run), one.order.released ? ", released" : "", one.order.alone ? ", alone" : "",
          one.order.ordered ? ", ordered" : "");
    };
    for (size_t i = 0; i < services; ++i) {
      add(number(i), ": ");
      facts(played[i].facts());
      add(played[i].alive ? "" : ", gone", "\n");
      each_name([&](size_t one, Relation relation, size_t other) {
        if (one == i) add("   ", row_of(relation).verb, " ", number(other), "\n");
      });
      if (find(i) == 0) continue;
      const Part& part = order.part(find(i));
      add("   known: standing ", number(part.standing), ", ");
      facts(part.facts);
      add(", flags ", number(part.flags), ", last ", number(part.last));
      if (part.blocker != 0) {
        const Edge& edge = order.graph().edge(part.blocker);
        add(", blocked as ", number(service(edge.from)), " ", row_of(edge.relation).verb, " ",
            number(service(edge.to)));
      }
      add("\n");
    }
    return text;
  }

  // --- all of them ---

  // Until nothing happens any more; false if that takes more than so many steps.
  bool settle(size_t most = 100000) {
    for (decide(); most > 0; --most) {
      bool moved = false;
      for (size_t i = 0; i < services; ++i) {
        if (can_publish(i)) publish(i), moved = true;
        while (has_reports()) read_report(), moved = true;
        decide();
        if (has_letters(i)) read_letters(i), moved = true;
        if (!has_letters(i) && can_proceed(i)) proceed(i), moved = true;
      }
      if (order.has_retries()) order.retry(), decide(), moved = true;
      if (!moved) return true;
    }
    return false;
  }

  std::array<Played, services> played{};
  std::array<ServiceFacts, services> statuses{};
  Fifo<Told, told> to_svscan;
  std::array<Fifo<Letters, letters>, services> to_supervisor{};
  Order order;
  bool is_ending = false;
  inline static std::function<void(const OrderStep&)> on_step;

 private:
  // Two digits.
  struct Name {
    explicit Name(size_t service)
        : bytes{'s', static_cast<char>('0' + service / 10), static_cast<char>('0' + service % 10)} {
    }
    char bytes[3];
  };
  struct Seen {
    Standing standing = Standing::absent;
    bool speaks = false;
    ServiceFacts facts;
  };
  struct File {
    uint8_t one = 0;
    Relation relation = Relation::needs;
    uint8_t other = 0;
  };

  void obey(size_t service, std::string_view bytes) {
    if (played[service].alive) played[service].obey(bytes);
    look_whether_gone(service);
  }
  void look_whether_gone(size_t service) {
    const Played& one = played[service];
    if (one.alive || seen[service].standing == Standing::resting || !one.ends) return;
    stand(service, one.present ? Standing::resting : Standing::absent);
  }

  void begin_svscan() {
    nodes_ = {};
    edges_ = {};
    buckets_ = {};
    text_ = {};
    parts_ = {};
    visits_ = {};
    // Numbers of echoes are few, so that states are found again.
    echoes_ ^= 0x40;
    order = Order({.graph = {nodes_, edges_, buckets_, text_}, .parts = parts_, .visits = visits_},
                  echoes_);
  }

  static uint8_t next_run(const Played& one) {
    return static_cast<uint8_t>(1 + (one.run + one.supervisor) % 5);
  }

  static std::string_view bytes_of(OrderAction action) {
    switch (action) {
    case OrderAction::nothing:
    case OrderAction::forget: break;
    case OrderAction::release: return "\1r";
    case OrderAction::hold: return "\1h";
    case OrderAction::revoke: return "\1v";
    case OrderAction::cycle: return "\1c";
    case OrderAction::block: return "\1b";
    case OrderAction::unblock: return "\1w";
    case OrderAction::again: break;
    case OrderAction::start: return "u";
    case OrderAction::go: return "\1g";
    case OrderAction::ask_stop: return ">d";
    case OrderAction::ask_restart: return ">r";
    case OrderAction::terminate: return "T";
    }
    return "";
  }

  bool send(const OrderStep& step) {
    const size_t to = service(step.node);
    if (!played[to].alive) return true;
    if (to_supervisor[to].is_full()) return false;
    Letters one{.echo = step.echo};
    const std::string_view bytes = bytes_of(step.action);
    std::copy(bytes.begin(), bytes.end(), one.bytes);
    to_supervisor[to].push(one);
    return true;
  }

  uint8_t echoes_ = 0;
  std::array<Seen, services> seen{};
  std::array<File, edges> files_{};
  size_t file_count_ = 0;
  std::array<Node, services + 1> nodes_{};
  std::array<Edge, edges + 1> edges_{};
  std::array<uint32_t, 16> buckets_{};
  std::array<char, 16 * services + 16> text_{};
  std::array<Part, services + 1> parts_{};
  std::array<Visit, services + 1> visits_{};
};

}  // namespace stoker::test
