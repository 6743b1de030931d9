// SPDX-License-Identifier: ISC
#include "service/status.hh"

#include <sys/stat.h>

#include <algorithm>

#include "service/bytes.hh"
#include "service/fields.hh"

namespace stoker {

namespace {

// Where Stoker's block begins, and its magic number with the version.
constexpr size_t log_offset = 20;
constexpr size_t block_offset = 40;
constexpr std::array<unsigned char, 4> magic = {'S', 't', 'k', 2};
// … and that of 0.1.0, which wrote the same values without tags, padded with zeros.
constexpr unsigned char plain_version = 1;
constexpr size_t plain_status_size = 192;

enum Flag : uint8_t { has_log = 1, called_runsv = 2 };

// The fields of the file. Two members of the struct are flags.
constexpr FieldRow flag_rows[] = {{1, FieldKind::byte, 0}};

constexpr FieldRow file_rows[] = {
    STOKER_FIELD(2, StatusFile, supervisor),
    STOKER_FIELD(3, StatusFile, takeovers),
    STOKER_FIELD(4, StatusFile, supervisor_start_time),
    STOKER_FIELD(5, StatusFile, scanner),
    STOKER_FIELD(6, StatusFile, upgrades),
    STOKER_FIELD(7, StatusFile, refused_upgrades),
};
constexpr FieldTag service_tag = 8, logger_tag = 9;
// Which 0.2.0 did not have.
constexpr FieldRow later_rows[] = {
    STOKER_FIELD(10, StatusFile, reloads),
    STOKER_FIELD(11, StatusFile, main_status.hint),
    STOKER_FIELD(12, StatusFile, log_status.hint),
};

// Missing where it is unknown.
constexpr FieldRow home_rows[] = {STOKER_FIELD(16, Home, device), STOKER_FIELD(17, Home, inode)};

// Missing where it has nothing to do with other services.
constexpr FieldTag order_tag = 18;
constexpr FieldRow order_rows[] = {{order_tag, FieldKind::byte, 0}};

// Missing where there is no script for it.
constexpr FieldTag health_tag = 32;
constexpr FieldRow health_rows[] = {
    STOKER_FIELD(1, HealthStatus, state),     STOKER_FIELD(2, HealthStatus, failures),
    STOKER_FIELD(3, HealthStatus, last.kind), STOKER_FIELD(4, HealthStatus, last.number),
    STOKER_FIELD(5, HealthStatus, hint),      STOKER_FIELD(6, HealthStatus, when),
};
// Missing where it has no sockets, and none that it should have.
constexpr FieldRow listen_rows[] = {STOKER_FIELD(19, ListenState, held),
                                    STOKER_FIELD(20, ListenState, line)};
// Missing where it has none.
constexpr FieldRow group_rows[] = {STOKER_FIELD(25, StatusFile, has_group)};
// Missing where it says nothing.
constexpr SaidTags said_tags = {.text = 23, .rest = 24};

// The fields of the service, and of its logger.
constexpr FieldRow service_rows[] = {
    STOKER_FIELD(1, ServiceStatus, state),
    STOKER_FIELD(2, ServiceStatus, want),
    STOKER_FIELD(3, ServiceStatus, reason),
    STOKER_FIELD(4, ServiceStatus, oneshot),
    {5, FieldKind::int16, offsetof(ServiceStatus, exit_code)},
    {6, FieldKind::int16, offsetof(ServiceStatus, signal)},
    STOKER_FIELD(7, ServiceStatus, error),
    STOKER_FIELD(8, ServiceStatus, starts),
    STOKER_FIELD(9, ServiceStatus, attempt),
    STOKER_FIELD(10, ServiceStatus, ready_since),
    STOKER_FIELD(11, ServiceStatus, next_start),
    STOKER_FIELD(12, ServiceStatus, start_time),
};

constexpr size_t head_size = block_offset + magic.size();
static_assert(max_status_size == head_size + fields_size(flag_rows) + fields_size(file_rows) +
                                     fields_size(later_rows) +
                                     2 * (field_head + fields_size(service_rows)) + 1);
static_assert(occasional_size == fields_size(home_rows) + fields_size(order_rows) + field_head +
                                     fields_size(health_rows) + fields_size(listen_rows) +
                                     fields_size(group_rows) + said_size);
static_assert(max_status_size + occasional_size <= status_read_size);

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

// daemontools-encore's byte 18 is a state of its own, and byte 19 is 0. Where that shows, makes
// them what runit's would be; false otherwise.
bool translate_encore(RunitStatus& runit) {
  if (runit.pid == 0 || runit.phase != Phase::down) return false;
  runit.phase = Phase::run;
  runit.got_term = false;
  return true;
}

using Form = FieldReader::Form;

// Empty if the block is another suite's or of a later form.
std::optional<Form> form_of(std::span<const unsigned char> bytes) {
  if (bytes.size() < head_size) return {};
  const auto mark = bytes.subspan(block_offset, magic.size());
  if (!std::equal(magic.begin(), magic.end() - 1, mark.begin())) return {};
  if (mark.back() == magic.back()) return Form::tagged;
  if (mark.back() == plain_version && bytes.size() >= plain_status_size) return Form::plain;
  return {};
}

// A later version may have values that this one does not know.
void replace_unknown(ServiceStatus& own, const RunitStatus& runit) {
  if (static_cast<int>(own.state) >= state_count) own.state = state_of(runit);
  if (static_cast<int>(own.want) >= want_count) own.want = want_of(runit);
  if (static_cast<int>(own.reason) >= reason_count) own.reason = Reason::none;
  if (static_cast<int>(own.hint) >= hint_count) own.hint = Hint::none;
}

HealthStatus take_health(FieldReader& in) {
  HealthStatus health;
  health.exists = in.later_group(health_tag, health_rows, &health);
  const bool is_known = static_cast<int>(health.state) < health_state_count &&
                        static_cast<int>(health.last.kind) < health_result_count &&
                        static_cast<int>(health.hint) < hint_count;
  return is_known ? health : HealthStatus{};
}

// False, after taking part of it, if it is incomplete.
bool take_own_block(std::span<const unsigned char> bytes, StatusFile& status) {
  const auto form = form_of(bytes);
  if (!form) return false;
  FieldReader in(bytes.subspan(head_size), *form);
  uint8_t flags = 0;
  in.fields(flag_rows, &flags);
  in.fields(file_rows, &status);
  in.later_fields(later_rows, &status);
  in.later_fields(home_rows, &status.home);
  if (!status.home.is_known()) status.home = {};
  uint8_t order = 0;
  in.later_fields(order_rows, &order);
  status.order = unpack_order(order);
  status.health = take_health(in);
  in.later_fields(listen_rows, &status.main_status.listen);
  status.said = take_said(in, said_tags);
  in.later_fields(group_rows, &status);
  in.group(service_tag, service_rows, &status.main_status);
  status.has_log = (flags & Flag::has_log) != 0;
  if (!status.has_log) status.log_status = {};
  if (status.has_log) {
    in.group(logger_tag, service_rows, &status.log_status);
    status.log = take_runit_status(bytes.subspan(log_offset).first(runit_status_size));
  }
  if ((flags & Flag::called_runsv) != 0) status.called_as = CalledAs::runsv;
  status.supervisor = std::max(status.supervisor, 0);
  replace_unknown(status.main_status, status.main);
  replace_unknown(status.log_status, status.log);
  return in.complete();
}

}  // namespace

Home home_of(int state_directory) {
  struct stat facts {};
  return fstat(state_directory, &facts) == 0 ? Home{facts.st_dev, facts.st_ino} : Home{};
}

bool is_at_home(const StatusFile& status, int state_directory) {
  return !status.home.is_known() || status.home == home_of(state_directory);
}

State state_of(const RunitStatus& runit) {
  if (runit.phase == Phase::finish) return State::finishing;
  return runit.pid != 0 ? State::up : State::down;
}

Want want_of(const RunitStatus& runit) {
  if (runit.want == 'u') return Want::up;
  return runit.want == 'd' ? Want::down : Want::once;
}

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

FieldBytes<max_status_size + occasional_size> encode(const StatusFile& status) {
  FieldBytes<max_status_size + occasional_size> bytes;
  FieldWriter out(bytes.room());
  out.raw(encode(status.main));
  // Zeros if there is none.
  out.raw(status.has_log ? encode(status.log) : std::array<unsigned char, runit_status_size>{});
  out.raw(magic);
  uint8_t flags = 0;
  if (status.has_log) flags |= Flag::has_log;
  if (status.called_as == CalledAs::runsv) flags |= Flag::called_runsv;
  out.fields(flag_rows, &flags);
  out.fields(file_rows, &status);
  out.group(service_tag, service_rows, &status.main_status);
  if (status.has_log) out.group(logger_tag, service_rows, &status.log_status);
  out.fields(later_rows, &status);
  if (status.home.is_known()) out.fields(home_rows, &status.home);
  const uint8_t order = pack(status.order);
  if (order != 0) out.fields(order_rows, &order);
  if (status.health.exists) out.group(health_tag, health_rows, &status.health);
  if (status.main_status.listen != ListenState{})
    out.fields(listen_rows, &status.main_status.listen);
  put(out, said_tags, status.said);
  if (status.has_group) out.fields(group_rows, &status);
  out.end();
  bytes.set_size(out.size());
  return bytes;
}

std::optional<StatusFile> decode(std::span<const unsigned char> bytes) {
  std::optional<StatusFile> status;
  if (bytes.size() < daemontools_status_size) return status;
  const RunitStatus runit =
      take_runit_status(bytes.first(std::min(bytes.size(), runit_status_size)));
  status.emplace().main = runit;
  if (take_own_block(bytes, *status)) return status;
  status.emplace().main = runit;
  status->native = false;
  const bool encore = translate_encore(status->main);
  if (bytes.size() == runit_status_size && !encore) status->called_as = CalledAs::runsv;
  return status;
}

std::span<const unsigned char> behind_status(std::span<const unsigned char> bytes) {
  const auto form = form_of(bytes);
  if (!form) return {};
  if (*form == Form::plain) return bytes.subspan(plain_status_size);
  const size_t list = field_list_size(bytes.subspan(head_size));
  return list > 0 ? bytes.subspan(head_size + list) : std::span<const unsigned char>();
}

}  // namespace stoker
