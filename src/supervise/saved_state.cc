// SPDX-License-Identifier: ISC
#include "supervise/saved_state.hh"

#include <algorithm>

#include "service/fields.hh"

namespace stoker {

State state_for(Role role) {
  switch (role) {
  case Role::none: return State::down;
  case Role::condition:
  case Role::start:
  case Role::prepare: return State::starting;
  case Role::run: return State::up;
  case Role::finish: return State::finishing;
  case Role::stop: return State::stopping;
  }
  return State::down;
}

namespace {

// Every released version must remain readable; the tests have files of each.
constexpr std::array<unsigned char, 4> magic = {'M', 'e', 'm', 2};
// … and 0.1.0, which wrote the same values without tags, padded with zeros.
constexpr std::array<unsigned char, 4> plain_magic = {'M', 'e', 'm', 1};
constexpr size_t plain_size = 448;

constexpr FieldRow saved_rows[] = {
    STOKER_FIELD(1, SavedState, boot),
    STOKER_FIELD(2, SavedState, pipe),
    STOKER_FIELD(3, SavedState, takeovers),
    STOKER_FIELD(4, SavedState, upgrades),
    STOKER_FIELD(5, SavedState, refused_upgrades),
    STOKER_FIELD(6, SavedState, has_log),
};
constexpr FieldTag service_tag = 7, logger_tag = 8;
// Which 0.2.0 did not have.
constexpr FieldRow later_rows[] = {
    STOKER_FIELD(20, SavedState, main.commanded), STOKER_FIELD(21, SavedState, main.held),
    STOKER_FIELD(22, SavedState, main.hint),      STOKER_FIELD(23, SavedState, log.commanded),
    STOKER_FIELD(24, SavedState, log.held),       STOKER_FIELD(25, SavedState, log.hint),
    STOKER_FIELD(26, SavedState, main.admitted),  STOKER_FIELD(27, SavedState, main.set_back),
};
constexpr FieldTag order_tag = 28;
constexpr FieldRow order_rows[] = {{order_tag, FieldKind::byte, 0}};

// Only where there is one.
constexpr FieldRow start_group_rows[] = {STOKER_FIELD(29, SavedState, start_group)};

// Only where one of them is not what it usually is.
constexpr FieldRow policy_rows[] = {
    STOKER_FIELD(55, SavedState, main.due),
    STOKER_FIELD(56, SavedState, main.cause),
    STOKER_FIELD(57, SavedState, main.conclusion),
};

bool has_policy(const RunState& run) {
  return run.due != never || run.cause != Reason::none || run.conclusion != Conclusion::none;
}

// Only where there is such a script.
constexpr FieldTag health_tag = 61;
constexpr FieldRow health_rows[] = {
    STOKER_FIELD(1, HealthRecord, status.state),
    STOKER_FIELD(2, HealthRecord, status.failures),
    STOKER_FIELD(3, HealthRecord, status.last.kind),
    STOKER_FIELD(4, HealthRecord, status.last.number),
    STOKER_FIELD(5, HealthRecord, status.hint),
    STOKER_FIELD(6, HealthRecord, status.when),
    STOKER_FIELD(7, HealthRecord, due),
    STOKER_FIELD(8, HealthRecord, begun),
    STOKER_FIELD(9, HealthRecord, pid),
    STOKER_FIELD(10, HealthRecord, start_time),
};
// Only where it is true.
constexpr FieldRow demand_rows[] = {STOKER_FIELD(40, SavedState, main.demanded)};
// Only where there is something to it.
constexpr SaidTags said_tags = {.text = 45, .rest = 46};
constexpr FieldTag notify_tag = 47;
constexpr FieldRow notify_rows[] = {{notify_tag, FieldKind::byte, 0}};
enum NotifyFlag : uint8_t {
  has_socket = 1,
  decides = 2,
  withdrew = 4,
  detaches = 8,
  seeks = 16,
  served = 32
};
// Only where there is one.
constexpr FieldRow control_group_rows[] = {
    STOKER_FIELD(62, SavedState, group.inode),
    STOKER_FIELD(63, SavedState, group.memory_kills),
};
constexpr FieldRow former_group_rows[] = {STOKER_FIELD(48, SavedState, main.former_group)};

// A bit each, from the lowest.
constexpr bool RunState::*flags[] = {
    &RunState::paused,  &RunState::got_term,   &RunState::oneshot, &RunState::asked,
    &RunState::refused, &RunState::start_done, &RunState::alive,   &RunState::group_signaled};

struct RunFields {
  RunState run;
  uint8_t flags = 0;
};

constexpr FieldRow run_rows[] = {
    STOKER_FIELD(1, RunFields, run.state),
    STOKER_FIELD(2, RunFields, run.want),
    STOKER_FIELD(3, RunFields, run.role),
    STOKER_FIELD(4, RunFields, run.reason),
    {5, FieldKind::flags, offsetof(RunFields, flags)},
    STOKER_FIELD(6, RunFields, run.pid),
    STOKER_FIELD(7, RunFields, run.group),
    STOKER_FIELD(8, RunFields, run.last_run),
    STOKER_FIELD(9, RunFields, run.start_time),
    STOKER_FIELD(10, RunFields, run.since),
    STOKER_FIELD(11, RunFields, run.ready_since),
    STOKER_FIELD(12, RunFields, run.next_start),
    STOKER_FIELD(13, RunFields, run.begun),
    STOKER_FIELD(14, RunFields, run.died),
    STOKER_FIELD(15, RunFields, run.deadline),
    STOKER_FIELD(16, RunFields, run.kill_at),
    STOKER_FIELD(17, RunFields, run.delay),
    STOKER_FIELD(18, RunFields, run.history.delay),
    STOKER_FIELD(19, RunFields, run.history.window),
    STOKER_FIELD(20, RunFields, run.history.attempt),
    STOKER_FIELD(21, RunFields, run.history.deaths),
    STOKER_FIELD(22, RunFields, run.wait_status),
    STOKER_FIELD(23, RunFields, run.exit_code),
    STOKER_FIELD(24, RunFields, run.signal),
    STOKER_FIELD(25, RunFields, run.error),
    STOKER_FIELD(26, RunFields, run.starts),
};

static_assert(max_saved_state_size ==
              magic.size() + fields_size(saved_rows) + fields_size(later_rows) +
                  fields_size(order_rows) + fields_size(start_group_rows) +
                  fields_size(demand_rows) + fields_size(policy_rows) + field_head +
                  fields_size(health_rows) + fields_size(notify_rows) +
                  fields_size(former_group_rows) + fields_size(control_group_rows) + said_size +
                  2 * (field_head + fields_size(run_rows)) + 1);
static_assert(fields_size(run_rows) <= 0xff, "it does not fit into a field: use two groups");

void put_notify(FieldWriter& out, const SavedState& saved) {
  const NotifyState& notify = saved.notify;
  put(out, said_tags, notify.said);
  uint8_t bits = 0;
  if (notify.has_socket) bits |= NotifyFlag::has_socket;
  if (notify.decides) bits |= NotifyFlag::decides;
  if (saved.main.withdrew) bits |= NotifyFlag::withdrew;
  if (saved.main.detaches) bits |= NotifyFlag::detaches;
  if (saved.main.seeks) bits |= NotifyFlag::seeks;
  if (saved.main.served) bits |= NotifyFlag::served;
  if (bits != 0) out.fields(notify_rows, &bits);
  if (saved.main.former_group != 0) out.fields(former_group_rows, &saved);
}

void take_notify(FieldReader& in, SavedState& saved) {
  uint8_t bits = 0;
  saved.notify.said = take_said(in, said_tags);
  in.later_fields(notify_rows, &bits);
  saved.notify.has_socket = (bits & NotifyFlag::has_socket) != 0;
  saved.notify.decides = (bits & NotifyFlag::decides) != 0;
  saved.main.withdrew = (bits & NotifyFlag::withdrew) != 0;
  saved.main.detaches = (bits & NotifyFlag::detaches) != 0;
  saved.main.seeks = (bits & NotifyFlag::seeks) != 0;
  saved.main.served = (bits & NotifyFlag::served) != 0;
  in.later_fields(former_group_rows, &saved);
  saved.main.former_group = std::max(saved.main.former_group, 0);
}

void put(FieldWriter& out, FieldTag tag, const RunState& run) {
  RunFields fields{.run = run};
  for (unsigned bit = 0; bool RunState::*const flag : flags)
    fields.flags = static_cast<uint8_t>(fields.flags | (run.*flag ? 1U : 0U) << bit++);
  out.group(tag, run_rows, &fields);
}

// A later version may have values that this one does not know. Then the process decides.
void replace_unknown(RunState& run) {
  if (static_cast<int>(run.role) >= role_count) run.role = run.pid != 0 ? Role::run : Role::none;
  if (static_cast<int>(run.state) >= state_count) run.state = state_for(run.role);
  if (static_cast<int>(run.want) >= want_count) run.want = Want::up;
  if (static_cast<int>(run.reason) >= reason_count) run.reason = Reason::none;
  if (static_cast<int>(run.cause) >= reason_count) run.cause = Reason::none;
  if (static_cast<int>(run.conclusion) >= conclusion_count) run.conclusion = Conclusion::none;
}

void take(FieldReader& in, FieldTag tag, RunState& run) {
  RunFields fields;
  in.group(tag, run_rows, &fields);
  run = fields.run;
  for (unsigned bit = 0; bool RunState::*const flag : flags)
    run.*flag = (fields.flags >> bit++ & 1U) != 0;
  for (pid_t* const pid : {&run.pid, &run.group, &run.last_run}) *pid = std::max(*pid, 0);
  replace_unknown(run);
}

HealthRecord take_health(FieldReader& in) {
  HealthRecord health;
  health.status.exists = in.later_group(health_tag, health_rows, &health);
  health.pid = std::max(health.pid, 0);
  const HealthStatus& status = health.status;
  const bool is_known = static_cast<int>(status.state) < health_state_count &&
                        static_cast<int>(status.last.kind) < health_result_count &&
                        static_cast<int>(status.hint) < hint_count;
  // The script is known by its pid, whatever a later version says of it.
  if (!is_known) health.status = {.exists = health.status.exists};
  return health;
}

using Form = FieldReader::Form;

std::optional<Form> form_of(std::span<const unsigned char> bytes) {
  const auto begins_with = [&bytes](const std::array<unsigned char, 4>& mark) {
    return bytes.size() >= mark.size() && std::equal(mark.begin(), mark.end(), bytes.begin());
  };
  if (begins_with(magic) && field_list_size(bytes.subspan(magic.size())) > 0) return Form::tagged;
  if (begins_with(plain_magic) && bytes.size() >= plain_size) return Form::plain;
  return {};
}

}  // namespace

void shift(SavedState& saved, Moment by) {
  for (RunState* const run : {&saved.main, &saved.log})
    for (Moment* const moment :
         {&run->begun, &run->died, &run->deadline, &run->due, &run->kill_at, &run->history.window})
      if (*moment != 0s && *moment != never) *moment += by;
  for (Moment* const moment : {&saved.health.due, &saved.health.begun})
    if (*moment != 0s && *moment != never) *moment += by;
}

FieldBytes<max_saved_state_size> encode(const SavedState& saved) {
  FieldBytes<max_saved_state_size> bytes;
  FieldWriter out(bytes.room());
  out.raw(magic);
  out.fields(saved_rows, &saved);
  put(out, service_tag, saved.main);
  if (saved.has_log) put(out, logger_tag, saved.log);
  out.fields(later_rows, &saved);
  const uint8_t order = pack(saved.main.order);
  out.fields(order_rows, &order);
  if (saved.start_group != 0) out.fields(start_group_rows, &saved);
  if (has_policy(saved.main)) out.fields(policy_rows, &saved);
  if (saved.health.status.exists) out.group(health_tag, health_rows, &saved.health);
  if (saved.main.demanded) out.fields(demand_rows, &saved);
  put_notify(out, saved);
  if (saved.group.inode != 0) out.fields(control_group_rows, &saved);
  out.end();
  bytes.set_size(out.size());
  return bytes;
}

std::optional<SavedState> decode_saved_state(std::span<const unsigned char> bytes) {
  const auto form = form_of(bytes);
  if (!form) return {};
  FieldReader in(bytes.subspan(magic.size()), *form);
  SavedState saved;
  in.fields(saved_rows, &saved);
  take(in, service_tag, saved.main);
  if (saved.has_log) take(in, logger_tag, saved.log);
  // Earlier versions do not tell: what has begun is to be undone.
  saved.main.admitted = saved.main.state != State::down;
  in.later_fields(later_rows, &saved);
  uint8_t order = 0;
  in.later_fields(order_rows, &order);
  saved.main.order = unpack_order(order);
  in.later_fields(start_group_rows, &saved);
  in.later_fields(demand_rows, &saved);
  saved.start_group = std::max(saved.start_group, 0);
  in.later_fields(policy_rows, &saved);
  replace_unknown(saved.main);
  saved.health = take_health(in);
  take_notify(in, saved);
  in.later_fields(control_group_rows, &saved);
  for (Hint* const hint : {&saved.main.hint, &saved.log.hint})
    if (static_cast<int>(*hint) >= hint_count) *hint = Hint::none;
  if (!in.complete()) return {};
  return saved;
}

}  // namespace stoker
