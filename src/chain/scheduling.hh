// SPDX-License-Identifier: ISC
// CPU and IO scheduling of the program.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stoker {

class CpuSet {
 public:
  static constexpr unsigned most = 1024;
  void add(unsigned cpu) { words_[cpu / 64] |= uint64_t{1} << cpu % 64; }
  bool has(unsigned cpu) const { return (words_[cpu / 64] >> cpu % 64 & 1) != 0; }

 private:
  std::array<uint64_t, most / 64> words_ = {};
};
// Adds a list such as `0-3,8 10`; an empty one removes all. False if it is invalid.
[[nodiscard]] bool add_cpus(std::optional<CpuSet>& cpus, std::string_view list);

struct IoPriority {
  enum class Class { realtime = 1, best_effort, idle };
  Class order = Class::best_effort;
  int level = 4;  // 0 is served first, 7 last
};
// A class, `CLASS:LEVEL`, or a level alone.
std::optional<IoPriority> parse_io_priority(std::string_view text);

enum class Policy { other, batch, idle, fifo, rr };
std::optional<Policy> parse_policy(std::string_view text);

struct Scheduling {
  std::optional<int> nice = {};  // -20 to 19
  std::optional<CpuSet> cpus = {};
  std::optional<IoPriority> io = {};
  std::optional<Policy> policy = {};
  std::optional<int> priority = {};  // 1 to 99; of fifo and rr
  bool reset_on_fork = false;
};

// Dies, or with `try_only` warns, if the system refuses it or does not support it.
void apply_scheduling(const Scheduling& wanted, bool try_only);

// Parts that only some systems support.
void apply_cpus(const CpuSet& cpus, bool try_only);
void apply_io_priority(const IoPriority& priority, bool try_only);
void apply_policy(Policy policy, int priority, bool reset_on_fork, bool try_only);

}  // namespace stoker
