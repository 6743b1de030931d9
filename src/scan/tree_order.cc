// SPDX-License-Identifier: ISC
#include "scan/tree_order.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <csignal>
#include <utility>

#include "base/child.hh"
#include "scan/scan_tree.hh"
#include "scan/table.hh"
#include "service/control.hh"
#include "service/name_list.hh"
#include "service/report.hh"

namespace stoker {

namespace {

// How soon what could not be sent, or was not obeyed, is tried again.
constexpr Moment retry_interval = 1s;
// Cycles are there for good, so they are not looked for in the middle of a start.
constexpr Moment search_delay = 50ms;
// Names of services that are not there take a node, too.
constexpr size_t nodes_each = 2, edges_each = 16, text_each = 64;

// One that names nobody any more is not held, and begins at once.
bool begins(State before, State now) {
  const auto is_on = [](State state) {
    return is_up(state) || state == State::starting || state == State::listening;
  };
  return now == State::held ? before != State::held : is_on(now) && !is_on(before);
}

// What an action sends: letters, or a word.
struct Sending {
  OrderAction action;
  std::string_view letters;
  OrderWord word{};
};
constexpr Sending sendings[] = {
    {OrderAction::start, "u"},
    {OrderAction::ask_stop, ">d"},
    {OrderAction::ask_restart, ">r"},
    {OrderAction::go, "", OrderWord::go},
    {OrderAction::release, "", OrderWord::release},
    {OrderAction::hold, "", OrderWord::hold},
    {OrderAction::revoke, "", OrderWord::revoke},
    {OrderAction::cycle, "", OrderWord::cycle},
    {OrderAction::block, "", OrderWord::blocked},
    {OrderAction::unblock, "", OrderWord::waiting},
};

// The echo's number comes last: it says that all before it has been obeyed.
// One of an earlier version would take a word for letters.
Text<64> message_of(const OrderStep& step, bool speaks) {
  Text<64> text;
  for (const Sending& sending : sendings) {
    if (sending.action != step.action) continue;
    text.append(sending.letters);
    const auto message = order_message(sending.word);
    if (sending.letters.empty() && speaks)
      text.append(std::string_view(message.data(), message.size()));
  }
  const auto echo = echo_message(step.echo);
  if (step.echo != 0 && speaks) text.append(std::string_view(echo.data(), echo.size()));
  return text;
}

}  // namespace

// --- Memory -----------------------------------------------------------------

// The first service that names others.
bool TreeOrder::begin() {
  if (is_used_ || room_ == Room::missing) return is_used_;
  const size_t nodes = nodes_each * std::max(tree_.options.most, most_names) + 1;
  const Order::Memory memory = {.graph = {.nodes = make_table<Node>(nodes),
                                          .edges = make_table<Edge>(edges_each * nodes),
                                          .buckets = make_table<uint32_t>(std::bit_ceil(nodes)),
                                          .text = make_table<char>(text_each * nodes)},
                                .parts = make_table<Part>(nodes),
                                .visits = make_table<Visit>(nodes)};
  notes_ = make_table<Note>(nodes);
  const bool has_room = !memory.graph.nodes.empty() && !memory.graph.edges.empty() &&
                        !memory.graph.buckets.empty() && !memory.graph.text.empty() &&
                        !memory.parts.empty() && !memory.visits.empty() && !notes_.empty();
  if (!has_room) {
    room_ = Room::missing;
    warn_errno({"unable to get memory for the order of services: nothing is held"});
    return false;
  }
  // Echoes for an earlier svscan count for nothing.
  order_ = Order(memory, static_cast<uint16_t>(now().count() >> 10));
  tree_.state.mark_ordered();
  return is_used_ = true;
}

// --- Nodes and entries ------------------------------------------------------

Standing TreeOrder::standing_of(const Entry& entry) {
  if (entry.pid != 0) return Standing::unsure;
  // A process that may be the service is in the way.
  if (entry.trouble == EBUSY || entry.stray != 0) return Standing::unsure;
  if (entry.trouble != 0) return Standing::hopeless;
  return entry.started == 0s ? Standing::unsure : Standing::resting;
}

Entry* TreeOrder::entry_of(NodeId node) const {
  const uint32_t number = notes_[node].entry;
  return number == 0 ? nullptr : &tree_.roster.entries()[number - 1];
}

Entry* TreeOrder::find(std::string_view name) const {
  struct stat facts {};
  if (fstatat(tree_.directory.fd(), PathText(name).c_str(), &facts, 0) != 0) return nullptr;
  return tree_.roster.find(DirectoryId{facts.st_dev, facts.st_ino});
}

// 0: there is no room.
NodeId TreeOrder::node_named(std::string_view name) {
  if (const NodeId known = order_.find(name)) return known;
  Entry* const entry = find(name);
  if (entry != nullptr && entry->node != 0) return entry->node;
  // A second name of a directory stands for its first.
  const NodeId node = order_.add(entry != nullptr ? entry->name.view() : name);
  if (node == 0) return 0;
  clear_note(node);
  if (entry != nullptr) attach(*entry, node);
  return node;
}

void TreeOrder::clear_note(NodeId node) {
  const Note before = notes_[node];
  notes_[node] = {.next_unread = before.next_unread, .is_unread = before.is_unread};
}

void TreeOrder::attach(Entry& entry, NodeId node) {
  entry.node = node;
  const auto number = static_cast<uint32_t>(&entry - tree_.roster.entries().data()) + 1;
  if (std::exchange(notes_[node].entry, number) != number) notes_[node].stamp = 0;
  read_later(node);
  if (entry.pid != 0) return read_status(entry);
  order_.stand(node, standing_of(entry));
}

// What its supervisor has reported before somebody wanted to know.
void TreeOrder::read_status(Entry& entry) {
  learn();  // what another one has told
  order_.stand(entry.node, Standing::unsure);
  notes_[entry.node].has_reported = false;
  const Fd state = tree_.state_of(entry);
  const auto status = state ? stoker::read_status(state.get()) : std::nullopt;
  if (!status || !status->native || status->supervisor != entry.pid) return;
  const bool runs = status->main.phase == Phase::run && status->main.pid > 0;
  const ServiceStatus& own = status->main_status;
  if (runs) entry.runs[0] = pack(ToldRun{status->main.pid, run_role, run_number(own.starts)});
  notes_[entry.node].report =
      pack(Report{.state = own.state, .want = own.want, .reason = own.reason});
  notes_[entry.node].order = pack(status->order);
  notes_[entry.node].has_reported = true;
  // Those of earlier versions have no words, and no place in their status.
  if (status->home.is_known()) order_.let_speak(entry.node);
  learn(entry.node);
}

void TreeOrder::adopt(Entry& entry) {
  const Fd state = tree_.state_of(entry);
  const auto status = state ? stoker::read_status(state.get()) : std::nullopt;
  const bool ordered = status && pack(status->order) != 0;
  if (!is_used_ && !(ordered && begin())) return;
  const NodeId node = ordered ? node_named(entry.name) : order_.find(entry.name);
  if (node == 0) return;
  entry.node != node ? attach(entry, node) : read_status(entry);
  if (order_.part(node).has(Part::speaks)) order_.doubt(node);
  read_later(node);
}

void TreeOrder::look(Entry& entry, bool may_run) {
  if (!is_used_) return;
  if (entry.node == 0) {
    const NodeId node = order_.find(entry.name);
    // Another of that name may still be ending.
    const Entry* const other = node != 0 ? entry_of(node) : nullptr;
    if (node == 0 || (other != nullptr && other->pid != 0)) return;
    return attach(entry, node);
  }
  notes_[entry.node].has_reported = false;
  order_.stand(entry.node, may_run ? Standing::unsure : standing_of(entry));
}

void TreeOrder::forget(Entry& entry) {
  if (!is_used_ || entry.node == 0) return;
  clear_note(entry.node);
  order_.begin_names(entry.node);
  order_.end_names(entry.node);
  order_.stand(std::exchange(entry.node, 0), Standing::absent);
}

// --- What supervisors report ------------------------------------------------

void TreeOrder::take(Entry& entry, const ScanCommand& command) {
  const bool is_order = command.letter == scan_letter::order;
  if (entry.node == 0 && is_order && command.other != 0 && begin()) node_named(entry.name);
  if (entry.node == 0 && is_order && command.other != 0 && !is_used_) {
    // There is no room for an order.
    const auto message = order_message(OrderWord::release);
    const Fd state = tree_.state_of(entry);
    static_cast<void>(send_letters(state.get(), {message.data(), message.size()}));
  }
  const NodeId node = entry.node;
  if (node == 0) return;
  if (heard_ != node) learn();
  heard_ = node;
  if (is_order) {
    order_.let_speak(node);
    notes_[node].order = command.other;
  }
  if (command.letter == scan_letter::report) {
    notes_[node].report = command.other;
    notes_[node].has_reported = true;
  }
  if (command.letter != scan_letter::echo) return;
  learn();
  order_.take_echo(node, static_cast<uint16_t>(command.other));
}

// All letters of one report have been read.
void TreeOrder::learn() {
  if (const NodeId node = std::exchange(heard_, 0)) learn(node);
}

void TreeOrder::learn(NodeId node) {
  const Entry* const entry = entry_of(node);
  if (entry == nullptr || entry->pid == 0 || !notes_[node].has_reported) return;
  const Report report = unpack_report(notes_[node].report);
  const ToldRun run = unpack_told_run(entry->runs[0]);
  const ServiceFacts facts = {.state = report.state,
                              .want = report.want,
                              .reason = report.reason,
                              .order = unpack_order(static_cast<uint8_t>(notes_[node].order)),
                              .run = run.role == run_role ? run.pid : 0,
                              .number = run.number};
  const Part before = order_.part(node);
  order_.learn(node, facts);
  if (begins(before.facts.state, facts.state) || facts.order.ordered != before.facts.order.ordered)
    read_later(node);
  // What depends on it may have come to do so since it was started.
  looks_ = looks_ || (order_.part(node).is_asked() && !before.is_asked());
}

// --- The end ----------------------------------------------------------------

bool TreeOrder::stops_in_order(const Entry& entry) {
  if (!is_used_ || entry.node == 0) return false;
  looks_ = looks_ || !order_.part(entry.node).has(Part::missing);
  order_.miss(entry.node, true);
  return true;
}

void TreeOrder::note_present(Entry& entry) {
  if (!is_used_) return;
  if (entry.node != 0 && order_.graph().name(entry.node) != entry.name.view()) {
    forget(entry);
    read_files(entry);
  }
  // Others may name it, by the name that it has now.
  if (entry.node == 0) look(entry);
  if (entry.node != 0) order_.miss(entry.node, false);
}

void TreeOrder::end_all() {
  if (std::exchange(is_ending_, true)) return;
  look_at_files();
  if (is_used_) order_.end_all();
}

void TreeOrder::end_order() {
  for (const Entry& entry : tree_.roster.entries())
    if (entry.node != 0) order_.note_end(entry.node);
}

bool TreeOrder::has_ended(const Entry& entry) const {
  return entry.node != 0 && order_.part(entry.node).has(Part::told_end);
}

// --- What is decided --------------------------------------------------------

void TreeOrder::proceed(Moment now) {
  if (!is_used_) return;
  learn();
  if (looks_ && now >= look_after_) look_at_some(now);
  read_unread();
  if (now >= retry_at_) {
    retry_at_ = never;
    order_.retry();
  }
  if (now >= search_at_) search_cycles();
  while (const auto step = order_.next())
    if (!carry_out(*step)) order_.undo(*step);
  if (order_.has_retries()) retry_at_ = std::min(retry_at_, now + retry_interval);
  if (order_.may_be_tangled()) search_at_ = std::min(search_at_, now + search_delay);
}

bool TreeOrder::carry_out(const OrderStep& step) {
  if (step.action == OrderAction::forget) {
    forget(step.node);
    return true;
  }
  Entry* const entry = entry_of(step.node);
  if (entry == nullptr || entry->pid == 0) return true;  // look() comes
  if (step.action == OrderAction::terminate) {
    entry->stop_requested = true;
    signal_process(entry->pid, SIGTERM);
    signal_process(entry->pid, SIGCONT);
    return true;
  }
  // What it needs itself is started in the same turn.
  if (step.action == OrderAction::start) read_files(*entry);
  const Text<64> message = message_of(step, order_.part(step.node).has(Part::speaks));
  const Fd state = tree_.state_of(*entry);
  return message.empty() || (state && send_letters(state.get(), message));
}

void TreeOrder::forget(NodeId node) {
  if (Entry* const entry = entry_of(node)) entry->node = 0;
  clear_note(node);
  if (heard_ == node) heard_ = 0;
  order_.remove(node);
}

}  // namespace stoker
