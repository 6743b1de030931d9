// SPDX-License-Identifier: ISC
#include "supervise/memory.hh"

#include <algorithm>

#include "service/bytes.hh"

namespace stoker {

namespace {

// Every version ever released must stay readable here; tests keep a file of each.
constexpr std::array<unsigned char, 4> magic = {'M', 'e', 'm', 1};

void put(ByteWriter& out, Moment moment) { out.put(static_cast<int64_t>(moment.count())); }

Moment take_moment(ByteReader& in) { return Moment(in.number<int64_t>()); }

void put(ByteWriter& out, const Life& life) {
  out.put(life.state);
  out.put(life.wish);
  out.put(life.role);
  out.put(life.reason);
  for (const bool truth : {life.paused, life.got_term, life.oneshot, life.asked, life.refused,
                           life.start_done, life.alive, life.swept})
    out.put(static_cast<uint8_t>(truth));
  for (const pid_t pid : {life.pid, life.group, life.last_run}) out.put(static_cast<int32_t>(pid));
  out.put(life.birth);
  for (const Tai64n& label : {life.since, life.ready_since, life.next_start}) out.put(label);
  for (const Moment moment : {life.begun, life.died, life.deadline, life.kill_at, life.delay,
                              life.history.delay, life.history.window})
    put(out, moment);
  out.put(life.history.attempt);
  out.put(life.history.deaths);
  for (const int number : {life.wait_status, life.exit_code, life.signal, life.error})
    out.put(static_cast<int32_t>(number));
  out.put(life.starts);
}

Life take_life(ByteReader& in) {
  Life life;
  life.state = in.one_of<State>(state_count);
  life.wish = in.one_of<Wish>(wish_count);
  life.role = in.one_of<Role>(role_count);
  life.reason = in.one_of<Reason>(reason_count);
  for (bool* const truth : {&life.paused, &life.got_term, &life.oneshot, &life.asked, &life.refused,
                            &life.start_done, &life.alive, &life.swept})
    *truth = in.truth();
  for (pid_t* const pid : {&life.pid, &life.group, &life.last_run})
    *pid = std::max(in.number<int32_t>(), 0);
  life.birth = in.number<uint64_t>();
  for (Tai64n* const label : {&life.since, &life.ready_since, &life.next_start})
    *label = in.label();
  for (Moment* const moment : {&life.begun, &life.died, &life.deadline, &life.kill_at, &life.delay,
                               &life.history.delay, &life.history.window})
    *moment = take_moment(in);
  life.history.attempt = in.number<uint32_t>();
  life.history.deaths = in.number<uint32_t>();
  for (int* const number : {&life.wait_status, &life.exit_code, &life.signal, &life.error})
    *number = in.number<int32_t>();
  life.starts = in.number<uint32_t>();
  return life;
}

}  // namespace

std::array<unsigned char, memory_size> encode(const Memory& memory) {
  std::array<unsigned char, memory_size> bytes{};
  ByteWriter out(bytes);
  out.put(std::span<const unsigned char>(magic));
  out.put(memory.boot);
  out.put(memory.pipe);
  for (const uint32_t number : {memory.adoptions, memory.upgrades, memory.refused_upgrades})
    out.put(number);
  out.put(static_cast<uint8_t>(memory.has_log));
  put(out, memory.main);
  put(out, memory.log);
  return bytes;
}

std::optional<Memory> decode_memory(std::span<const unsigned char> bytes) {
  if (bytes.size() < memory_size || !std::equal(magic.begin(), magic.end(), bytes.begin()))
    return {};
  ByteReader in(bytes.subspan(magic.size()));
  Memory memory;
  memory.boot = in.number<uint64_t>();
  memory.pipe = in.number<uint64_t>();
  for (uint32_t* const number : {&memory.adoptions, &memory.upgrades, &memory.refused_upgrades})
    *number = in.number<uint32_t>();
  memory.has_log = in.truth();
  memory.main = take_life(in);
  memory.log = take_life(in);
  return memory;
}

}  // namespace stoker
