// SPDX-License-Identifier: ISC
#include "supervise/saved_state.hh"

#include <algorithm>

#include "service/bytes.hh"

namespace stoker {

namespace {

// Every version ever released must stay readable here; tests keep a file of each.
constexpr std::array<unsigned char, 4> magic = {'M', 'e', 'm', 1};

void put(ByteWriter& out, Moment moment) { out.put(static_cast<int64_t>(moment.count())); }

Moment take_moment(ByteReader& in) { return Moment(in.number<int64_t>()); }

void put(ByteWriter& out, const RunState& run) {
  out.put(run.state);
  out.put(run.want);
  out.put(run.role);
  out.put(run.reason);
  for (const bool truth : {run.paused, run.got_term, run.oneshot, run.asked, run.refused,
                           run.start_done, run.alive, run.group_signaled})
    out.put(static_cast<uint8_t>(truth));
  for (const pid_t pid : {run.pid, run.group, run.last_run}) out.put(static_cast<int32_t>(pid));
  out.put(run.start_time);
  for (const Tai64n& label : {run.since, run.ready_since, run.next_start}) out.put(label);
  for (const Moment moment : {run.begun, run.died, run.deadline, run.kill_at, run.delay,
                              run.history.delay, run.history.window})
    put(out, moment);
  out.put(run.history.attempt);
  out.put(run.history.deaths);
  for (const int number : {run.wait_status, run.exit_code, run.signal, run.error})
    out.put(static_cast<int32_t>(number));
  out.put(run.starts);
}

RunState take_run_state(ByteReader& in) {
  RunState run;
  run.state = in.one_of<State>(state_count);
  run.want = in.one_of<Want>(want_count);
  run.role = in.one_of<Role>(role_count);
  run.reason = in.one_of<Reason>(reason_count);
  for (bool* const truth : {&run.paused, &run.got_term, &run.oneshot, &run.asked, &run.refused,
                            &run.start_done, &run.alive, &run.group_signaled})
    *truth = in.truth();
  for (pid_t* const pid : {&run.pid, &run.group, &run.last_run})
    *pid = std::max(in.number<int32_t>(), 0);
  run.start_time = in.number<uint64_t>();
  for (Tai64n* const label : {&run.since, &run.ready_since, &run.next_start}) *label = in.label();
  for (Moment* const moment : {&run.begun, &run.died, &run.deadline, &run.kill_at, &run.delay,
                               &run.history.delay, &run.history.window})
    *moment = take_moment(in);
  run.history.attempt = in.number<uint32_t>();
  run.history.deaths = in.number<uint32_t>();
  for (int* const number : {&run.wait_status, &run.exit_code, &run.signal, &run.error})
    *number = in.number<int32_t>();
  run.starts = in.number<uint32_t>();
  return run;
}

}  // namespace

std::array<unsigned char, saved_state_size> encode(const SavedState& saved) {
  std::array<unsigned char, saved_state_size> bytes{};
  ByteWriter out(bytes);
  out.put(std::span<const unsigned char>(magic));
  out.put(saved.boot);
  out.put(saved.pipe);
  for (const uint32_t number : {saved.takeovers, saved.upgrades, saved.refused_upgrades})
    out.put(number);
  out.put(static_cast<uint8_t>(saved.has_log));
  put(out, saved.main);
  put(out, saved.log);
  return bytes;
}

std::optional<SavedState> decode_saved_state(std::span<const unsigned char> bytes) {
  if (bytes.size() < saved_state_size || !std::equal(magic.begin(), magic.end(), bytes.begin()))
    return {};
  ByteReader in(bytes.subspan(magic.size()));
  SavedState saved;
  saved.boot = in.number<uint64_t>();
  saved.pipe = in.number<uint64_t>();
  for (uint32_t* const number : {&saved.takeovers, &saved.upgrades, &saved.refused_upgrades})
    *number = in.number<uint32_t>();
  saved.has_log = in.truth();
  saved.main = take_run_state(in);
  saved.log = take_run_state(in);
  return saved;
}

}  // namespace stoker
