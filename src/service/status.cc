// SPDX-License-Identifier: ISC
#include "service/status.hh"

#include <algorithm>

#include "service/bytes.hh"

namespace stoker {

namespace {

// Where Stoker's block begins, how it is recognised, and its version.
constexpr size_t log_offset = 20;
constexpr size_t block_offset = 40;
constexpr std::array<unsigned char, 4> magic = {'S', 't', 'k', 1};

enum Flag : uint8_t { has_log = 1, called_runsv = 2 };

void put(ByteWriter& out, const ServiceStatus& record) {
  out.put(static_cast<uint8_t>(record.state));
  out.put(static_cast<uint8_t>(record.want));
  out.put(static_cast<uint8_t>(record.reason));
  out.put(static_cast<uint8_t>(record.oneshot));
  out.put(static_cast<int16_t>(record.exit_code));
  out.put(static_cast<int16_t>(record.signal));
  out.put(static_cast<int32_t>(record.error));
  out.put(record.starts);
  out.put(record.attempt);
  out.put(record.ready_since);
  out.put(record.next_start);
  out.put(record.start_time);
}

ServiceStatus take_service_status(ByteReader& in) {
  ServiceStatus record;
  record.state = in.one_of<State>(state_count);
  record.want = in.one_of<Want>(want_count);
  record.reason = in.one_of<Reason>(reason_count);
  record.oneshot = in.number<uint8_t>() != 0;
  record.exit_code = in.number<int16_t>();
  record.signal = in.number<int16_t>();
  record.error = in.number<int32_t>();
  record.starts = in.number<uint32_t>();
  record.attempt = in.number<uint32_t>();
  record.ready_since = in.label();
  record.next_start = in.label();
  record.start_time = in.number<uint64_t>();
  return record;
}

RunitStatus take_runit_status(std::span<const unsigned char> bytes) {
  RunitStatus runit;
  runit.since = Tai64n::unpack(bytes.first<Tai64n::size>());
  runit.pid = ByteReader(bytes.subspan(12)).number<int32_t>();
  if (runit.pid < 0) runit.pid = 0;
  runit.paused = bytes[16] != 0;
  runit.want = static_cast<char>(bytes[17]);
  if (bytes.size() < runit_status_size) {
    runit.phase = runit.pid != 0 ? Phase::run : Phase::down;
    return runit;
  }
  runit.got_term = bytes[18] != 0;
  runit.phase = static_cast<Phase>(std::min<int>(bytes[19], static_cast<int>(Phase::finish)));
  return runit;
}

// daemontools-encore's bytes 18 and 19 are a state of its own and 0. Where that shows,
// makes them what runit's would be; false where it does not.
bool translate_encore(RunitStatus& runit) {
  if (runit.pid == 0 || runit.phase != Phase::down) return false;
  runit.phase = Phase::run;
  runit.got_term = false;
  return true;
}

}  // namespace

std::array<unsigned char, runit_status_size> encode(const RunitStatus& runit) {
  std::array<unsigned char, runit_status_size> bytes{};
  ByteWriter out(bytes);
  out.put(runit.since);
  out.put(static_cast<int32_t>(runit.pid));
  out.put(static_cast<uint8_t>(runit.paused));
  out.put(runit.want);
  out.put(static_cast<uint8_t>(runit.got_term));
  out.put(static_cast<uint8_t>(runit.phase));
  return bytes;
}

std::array<unsigned char, status_size> encode(const StatusFile& status) {
  std::array<unsigned char, status_size> bytes{};
  const auto main_bytes = encode(status.main);
  std::copy(main_bytes.begin(), main_bytes.end(), bytes.begin());
  if (status.has_log) {
    const auto log_bytes = encode(status.log);
    std::copy(log_bytes.begin(), log_bytes.end(), bytes.begin() + log_offset);
  }
  ByteWriter out(std::span<unsigned char>(bytes).subspan(block_offset));
  out.put(std::span<const unsigned char>(magic));
  uint8_t flags = 0;
  if (status.has_log) flags |= Flag::has_log;
  if (status.called_as == CalledAs::runsv) flags |= Flag::called_runsv;
  out.put(flags);
  out.put(static_cast<int32_t>(status.supervisor));
  out.put(status.takeovers);
  out.put(status.supervisor_start_time);
  out.put(status.scanner);
  out.put(status.upgrades);
  out.put(status.refused_upgrades);
  put(out, status.main_status);
  put(out, status.log_status);
  return bytes;
}

std::optional<StatusFile> decode(std::span<const unsigned char> bytes) {
  if (bytes.size() < daemontools_status_size) return {};
  StatusFile status;
  status.main = take_runit_status(bytes.first(std::min(bytes.size(), runit_status_size)));
  status.native = bytes.size() >= status_size &&
                  std::equal(magic.begin(), magic.end(), bytes.begin() + block_offset);
  if (!status.native) {
    const bool encore = translate_encore(status.main);
    if (bytes.size() == runit_status_size && !encore) status.called_as = CalledAs::runsv;
    return status;
  }
  ByteReader in(bytes.subspan(block_offset + magic.size()));
  const auto flags = in.number<uint8_t>();
  status.has_log = (flags & Flag::has_log) != 0;
  status.called_as = (flags & Flag::called_runsv) != 0 ? CalledAs::runsv : CalledAs::supervise;
  status.supervisor = std::max(in.number<int32_t>(), 0);
  status.takeovers = in.number<uint32_t>();
  status.supervisor_start_time = in.number<uint64_t>();
  status.scanner = in.number<uint64_t>();
  status.upgrades = in.number<uint32_t>();
  status.refused_upgrades = in.number<uint32_t>();
  status.main_status = take_service_status(in);
  status.log_status = take_service_status(in);
  if (status.has_log)
    status.log = take_runit_status(bytes.subspan(log_offset).first(runit_status_size));
  return status;
}

}  // namespace stoker
