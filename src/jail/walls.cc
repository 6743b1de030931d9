// SPDX-License-Identifier: ISC
// The table of walls, and its filter. Calls are known by their names, which add nothing where an
// architecture lacks them. The bits of arguments are those of the kernel's headers (linux/sched.h,
// asm-generic/fcntl.h and so on), which are the same on all architectures that jail knows.
#include "jail/walls.hh"

#include <cerrno>

#include "jail/system_calls.hh"

namespace stoker {

namespace {

constexpr uint32_t all_bits = ~uint32_t{0};
// Values that are known only when the walls are.
enum class Operand : uint8_t { given, refused_namespaces, personality };

// (argument & mask) is, or is not, the value.
struct Condition {
  enum class Test : uint8_t { none, is, is_not };
  Test test = Test::none;
  uint8_t argument = 0;
  uint32_t mask = 0, value = 0;
  Operand operand = Operand::given;
};
using Test = Condition::Test;

constexpr Condition is(uint8_t argument, uint32_t value) {
  return {Test::is, argument, all_bits, value};
}
constexpr Condition is_not(uint8_t argument, uint32_t value, uint32_t mask = all_bits) {
  return {Test::is_not, argument, mask, value};
}
constexpr Condition has_any(uint8_t argument, uint32_t bits) {
  return {Test::is_not, argument, bits, 0};
}
constexpr Condition has_all(uint8_t argument, uint32_t bits) {
  return {Test::is, argument, bits, bits};
}
constexpr Condition refused_namespace(uint8_t argument) {
  return {Test::is_not, argument, 0, 0, Operand::refused_namespaces};
}

// The calls fail with the error if all conditions are met.
struct CallRule {
  std::string_view calls;
  uint16_t error;
  Condition conditions[3] = {};
};
struct WallRule {
  Wall wall;
  CallRule rule;
};

constexpr uint32_t special_mode = 06000;          // set-user-ID, set-group-ID
constexpr uint32_t creating = 0100 | 020000000;   // O_CREAT, O_TMPFILE without O_DIRECTORY
constexpr uint32_t writable = 2, executable = 4;  // of memory
constexpr uint32_t shm_exec = 0100000;
constexpr uint32_t policy_bits = ~uint32_t{1 << 30};  // without SCHED_RESET_ON_FORK
constexpr uint32_t other = 0, batch = 3, idle = 5;    // policies that are not real-time

// Where mmap has its arguments behind a pointer, only what came after it can be looked at, if there
// is such a thing.
#if defined(__i386__)
constexpr std::string_view mapping = "mmap2", old_mapping = "mmap";
#elif defined(__s390x__)
constexpr std::string_view mapping = "", old_mapping = "";
#else
constexpr std::string_view mapping = "mmap mmap2", old_mapping = "";
#endif

// What cannot be looked at, because it is behind a pointer, does not exist for the program, so that
// libraries fall back on what can be.
constexpr WallRule wall_rules[] = {
    {Wall::clock, {"@clock", EPERM}},
    {Wall::kernel_logs, {"syslog", EPERM}},
    {Wall::kernel_modules, {"@module", EPERM}},
    {Wall::hostname, {"sethostname setdomainname", EPERM}},
    {Wall::realtime,
     {"sched_setscheduler",
      EPERM,
      {is_not(1, other, policy_bits), is_not(1, batch, policy_bits),
       is_not(1, idle, policy_bits)}}},
    {Wall::realtime, {"sched_setattr", EPERM}},
    {Wall::suid_sgid, {"chmod fchmod creat mkdir mknod", EPERM, {has_any(1, special_mode)}}},
    {Wall::suid_sgid, {"fchmodat fchmodat2 mkdirat mknodat", EPERM, {has_any(2, special_mode)}}},
    {Wall::suid_sgid, {"open", EPERM, {has_any(1, creating), has_any(2, special_mode)}}},
    {Wall::suid_sgid, {"openat", EPERM, {has_any(2, creating), has_any(3, special_mode)}}},
    {Wall::suid_sgid, {"openat2 io_uring_setup", ENOSYS}},
    {Wall::write_execute, {old_mapping, ENOSYS}},
    {Wall::write_execute, {mapping, EPERM, {has_all(2, writable | executable)}}},
    {Wall::write_execute, {"shmat", EPERM, {has_any(2, shm_exec)}}},
    {Wall::execute_later, {"mprotect pkey_mprotect", EPERM, {has_any(2, executable)}}},
    {Wall::personality,
     {"personality",
      EPERM,
      {{Test::is_not, 0, all_bits, 0, Operand::personality},
       is_not(0, all_bits)}}},  // that only asks
};
#if defined(__s390x__)
constexpr uint8_t clone_flags = 1;
#else
constexpr uint8_t clone_flags = 0;
#endif
constexpr CallRule namespace_rules[] = {
    {"unshare", EPERM, {refused_namespace(0)}},
    {"clone", EPERM, {refused_namespace(clone_flags)}},
    {"setns", EPERM, {refused_namespace(1)}},
    {"setns", EPERM, {is(1, 0)}},  // any kind
    {"clone3", ENOSYS},
};
constexpr CallRule family_rules[] = {{"socketcall io_uring_setup", ENOSYS}};

struct Kind {
  std::string_view name;
  uint32_t bit;  // CLONE_NEW...
};
constexpr Kind kinds[] = {
    {"cgroup", 0x0200'0000}, {"ipc", 0x0800'0000}, {"mnt", 0x0002'0000},  {"net", 0x4000'0000},
    {"pid", 0x2000'0000},    {"time", 0x80},       {"user", 0x1000'0000}, {"uts", 0x0400'0000},
};

uint32_t refused_bits(const NamespaceFilter& namespaces) {
  uint32_t bits = 0;
  for (unsigned i = 0; i < std::size(kinds); ++i)
    if (!namespaces.allows(i)) bits |= kinds[i].bit;
  return bits;
}

Condition settled(Condition condition, const Walls& walls) {
  if (condition.operand == Operand::refused_namespaces)
    condition.mask = refused_bits(walls.namespaces);
  if (condition.operand == Operand::personality) condition.value = walls.personality;
  return condition;
}

CallSet calls_named(std::string_view names) {
  CallSet calls;
  // Names of the table are known, or of other systems.
  static_cast<void>(
      for_each_name(names, [&](std::string_view name) { return add_named_calls(calls, name); }));
  return calls;
}

size_t count_of(const CallSet& calls) {
  size_t count = 0;
  for (unsigned call = 0; call < CallSet::most; ++call) count += calls.has(call) ? 1 : 0;
  return count;
}

// Skips `rest` steps if the call is none of these.
void write_calls(FilterWriter& writer, const CallSet& calls, size_t rest) {
  writer.step(step_code::load_word, call_offset);
  size_t left = count_of(calls);
  for (unsigned call = 0; call < CallSet::most; ++call)
    if (calls.has(call)) {
      --left;
      writer.step(step_code::jump_if_equal, call, left, left == 0 ? rest : 0);
    }
}

void write_rule(FilterWriter& writer, const CallRule& rule, const Walls& walls) {
  constexpr size_t steps_each = 3;
  const CallSet calls = calls_named(rule.calls);
  if (count_of(calls) == 0) return;
  size_t rest = 1;
  for (const Condition& each : rule.conditions) rest += each.test != Test::none ? steps_each : 0;
  write_calls(writer, calls, rest);
  for (const Condition& each : rule.conditions) {
    if (each.test == Test::none) continue;
    const Condition condition = settled(each, walls);
    rest -= steps_each;
    writer.step(step_code::load_word, argument_offset(condition.argument));
    writer.step(step_code::mask, condition.mask);
    writer.step(step_code::jump_if_equal, condition.value,
                condition.test == Test::is_not ? rest : 0, condition.test == Test::is ? rest : 0);
  }
  writer.step(step_code::give_back, verdict::error | rule.error);
}

// The last rule: it ends the filter for this call.
void write_families(FilterWriter& writer, const AddressFamilies& families) {
  const CallSet calls = calls_named("socket");
  constexpr auto most = FamilyNames::Set::most;
  const auto allows = [&](unsigned family) { return families.allows(family); };
  const uint32_t refused = verdict::error | EAFNOSUPPORT;
  FilterWriter length({});
  write_ranges(length, most, allows, refused);
  if (count_of(calls) == 0) return;
  write_calls(writer, calls, length.written() + 1);
  writer.step(step_code::load_word, argument_offset(0));
  write_ranges(writer, most, allows, refused);
}

// The numbers of calls that have this bit are x32's, in spite of the machine of x86-64.
constexpr uint32_t last_call_of_x86_64 = 0x3fff'ffff;

void write_machines(FilterWriter& writer, const Architectures& architectures, uint32_t machine) {
  writer.step(step_code::load_word, machine_offset);
  for (const uint32_t each : architectures.machines())
    if (each != machine) {
      writer.step(step_code::jump_if_equal, each, 0, 1);
      writer.step(step_code::give_back, verdict::allow);
    }
  writer.step(step_code::jump_if_equal, machine, 1, 0);
  writer.step(step_code::give_back, verdict::kill);
  if (architectures.has_x32()) return;
  writer.step(step_code::load_word, call_offset);
  writer.step(step_code::jump_if_greater, last_call_of_x86_64, 0, 1);
  writer.step(step_code::give_back, verdict::kill);
}

}  // namespace

void Walls::set(Wall wall, bool on) {
  const uint32_t bit = 1U << static_cast<unsigned>(wall);
  set_ = on ? set_ | bit : set_ & ~bit;
}

bool Walls::any() const {
  return set_ != 0 || families.any() || namespaces.any() || architectures.any();
}

bool NamespaceNames::add(Set& set, std::string_view name) {
  for (unsigned i = 0; i < std::size(kinds); ++i)
    if (kinds[i].name == name) {
      set.add(i);
      return true;
    }
  return false;
}

std::string_view namespace_name(unsigned kind) {
  return kind < std::size(kinds) ? kinds[kind].name : std::string_view();
}

Text<80> walled_capabilities(const Walls& walls) {
  Text<80> names;
  if (walls.has(Wall::clock)) names.append(" sys_time wake_alarm");
  if (walls.has(Wall::kernel_logs)) names.append(" syslog");
  if (walls.has(Wall::kernel_modules)) names.append(" sys_module");
  return names;
}

size_t compile_walls(const Walls& walls, uint32_t machine, std::span<FilterStep> into) {
  FilterWriter writer(into);
  write_machines(writer, walls.architectures, machine);
  for (const auto& [wall, rule] : wall_rules)
    if (walls.has(wall)) write_rule(writer, rule, walls);
  if (walls.namespaces.any())
    for (const CallRule& rule : namespace_rules) write_rule(writer, rule, walls);
  if (walls.families.any()) {
    for (const CallRule& rule : family_rules) write_rule(writer, rule, walls);
    write_families(writer, walls.families);
  }
  writer.step(step_code::give_back, verdict::allow);
  return writer.count();
}

}  // namespace stoker
