// SPDX-License-Identifier: ISC
// Decides what each service waits for, and what stops before what. Pure: TreeOrder tells it what
// happens, and sends what it decides. Every rule goes by what is known now and not by what has
// happened, so that lost, late and repeated reports do no harm.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "plan/cycles.hh"
#include "plan/graph.hh"
#include "plan/part.hh"

namespace stoker {

struct OrderStep {
  NodeId node = 0;
  OrderAction action = OrderAction::nothing;
  uint16_t echo = 0;  // the number of the echo that is awaited; 0: none is

  bool operator==(const OrderStep&) const = default;
};

class Order {
 public:
  // All zeroed; parts and visits are as long as the graph's nodes.
  struct Memory {
    Graph::Memory graph;
    std::span<Part> parts;
    std::span<Visit> visits;
  };
  Order() = default;
  // `echo` is the number before the first echo's: another one in each process that becomes svscan.
  Order(const Memory& memory, uint16_t echo)
      : graph_(memory.graph), parts_(memory.parts), visits_(memory.visits), echo_(echo) {}

  const Graph& graph() const { return graph_; }
  const Part& part(NodeId node) const { return parts_[node]; }
  NodeId find(std::string_view name) const { return graph_.find(name); }
  // 0 if there is no room.
  NodeId add(std::string_view name) { return graph_.add(name); }
  void remove(NodeId node);

  // --- What its files say: begin, name() each, end ---
  void begin_names(NodeId node);
  [[nodiscard]] bool name(NodeId node, Relation relation, NodeId other);
  void end_names(NodeId node);

  // --- What happens ---
  void stand(NodeId node, Standing standing);
  void miss(NodeId node, bool missing);
  // It has reported, and so is known.
  void learn(NodeId node, const ServiceFacts& facts);
  // It knows words.
  void let_speak(NodeId node) { parts_[node].set(Part::speaks); }
  // Another svscan may have told it something that it has not read yet.
  void doubt(NodeId node);
  // It has obeyed all that it was told up to the step with that number.
  void take_echo(NodeId node, uint16_t number);
  // From now on, everything ends.
  void end_all();
  // It has been told so already.
  void note_end(NodeId node) { parts_[node].set(Part::told_end); }

  // --- What is to be done ---
  // The next step, which counts as done. None: all is as it must be, until something happens.
  std::optional<OrderStep> next();
  // It could not be done, and is to be tried again.
  void undo(const OrderStep& step);
  // Is there anything to be tried again? If so, retry() after a while.
  bool has_retries() const { return has_retries_; }
  void retry();

  // --- Cycles ---
  // Has something been held since they were looked for?
  bool may_be_tangled() const { return may_be_tangled_; }
  // Looks for them among what is held. Takes time in proportion to the graph. Gives a node of each,
  // and fails them all. When it has returned, path_of_cycle() gives the way from such a node.
  void find_cycles(FunctionRef<void(NodeId, size_t members)> found);
  void path_of_cycle(NodeId node, FunctionRef<void(const Edge&)> step);

  // Why is it held, or may not stop? 0: nothing is in its way.
  EdgeId blocker(NodeId node) const { return parts_[node].blocker; }

 private:
  // Marks of edges.
  enum Mark : uint8_t {
    pulled = 1,    // for this start, that one has been started, or needed not be
    told = 2,      // that one stops, and this one has been told
    due_stop = 4,  // that one stopped before this one could be told
    unproven = 8,  // that one has not been ready since this one names it
  };
  struct List {
    Part::Flag flag;
    NodeId Part::*next;
    NodeId first = 0, last = 0;
  };

  // What is derived, in order_facts.cc.
  bool is_stopped_by(const Edge& edge);
  bool must_stop(NodeId node);
  bool leads_to(NodeId first, FunctionRef<bool(NodeId)> is, FunctionRef<bool(const Edge&)> along);
  bool has_cause(NodeId node);
  bool may_join(const Edge& edge);
  bool is_stuck(NodeId node) const;
  bool blocks_start(const Edge& edge) const;
  bool blocks_stop(const Edge& edge);
  bool is_in_one_tangle(const Edge& edge);
  void find_tangles_of_all();

  // What changes, in order.cc.
  void keep_marks(const Edge& edge);
  void note_change(NodeId node);
  void make_due(NodeId node);
  void add(List& list, NodeId node);
  NodeId take(List& list);
  void update(NodeId node);
  void wake_dependents(NodeId node, unsigned difference);
  void wake_targets(NodeId node, unsigned difference);
  void note_news(NodeId node, const ServiceFacts& before);
  void note_early_end(NodeId node);
  void break_bonds(NodeId node);
  void follow_stop(NodeId node);
  void unmark_in(NodeId node, unsigned marks);
  void unmark_out(NodeId node, unsigned marks);

  // What is decided, in order_decisions.cc.
  bool may_start(NodeId node);
  bool may_stop(NodeId node);
  bool may_run(NodeId node) const;
  bool has_lost(NodeId node) const;
  OrderStep decide(NodeId node);
  OrderAction decide_end(NodeId node);
  OrderAction decide_asked(NodeId node);
  OrderStep decide_held(NodeId node);
  OrderAction decide_running(NodeId node);
  OrderAction decide_released(NodeId node) const;
  NodeId pull(NodeId node);
  bool is_pulled_in_vain(NodeId node) const;
  NodeId rival_of(NodeId node) const;
  bool yields(NodeId node) const;
  OrderAction join(NodeId node);
  bool is_useless(NodeId node) const;
  bool is_repeated(const OrderStep& step) const;
  void note_step(OrderStep& step);

  Graph graph_;
  std::span<Part> parts_;
  std::span<Visit> visits_;
  List changed_{Part::changed, &Part::next_changed};
  List pulling_{Part::pulling, &Part::next_pulling};
  List due_{Part::due, &Part::next_due};
  uint32_t reading_ = 0;
  uint16_t echo_ = 0;
  bool is_ending_ = false, has_retries_ = false, may_be_tangled_ = false;
  enum class Tangles : uint8_t { known, unknown } tangles_ = Tangles::known;
};

}  // namespace stoker
