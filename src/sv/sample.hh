// SPDX-License-Identifier: ISC
// The services of a tree and their processes at one moment.
#pragma once
#include "client/service_handle.hh"
#include "service/names.hh"
#include "sv/process_owner.hh"
#include "sv/usage.hh"

namespace stoker {

struct SampledService {
  const char* name = nullptr;
  std::string_view state;      // a word
  std::optional<State> known;  // empty: it has no status
  pid_t pid = 0;
  bool grouped = false;  // it has a control group
  Counters group;        // since that was made
  Counters grown;        // since the sample before, of its processes
};

class Sample {
 public:
  // Replaces what it holds: looks at services of these names or, if there are none, at all, and at
  // every process. `before` may be empty. Names must be valid as long as the sample. False with
  // errno if there is no memory.
  [[nodiscard]] bool take(const Places& places, std::span<char* const> names, const Sample& before);

  std::span<const SampledService> services() const;
  // Each with its owner, the number of a service here.
  std::span<ProcessRow> processes() const { return processes_.all(); }
  // What the service has used since the sample before: only memory and tasks are known without one.
  Usage usage(size_t service, const Sample& before) const;

 private:
  void look(const Places& places, SampledService& service, uint32_t number);
  void look_at_group(const Places& places, SampledService& service, uint32_t number, int open);
  void add_root(pid_t pid, ServiceRoot::Kind kind, uint32_t number);
  void add_processes(const Sample& before);
  const SampledService* find(std::string_view name, size_t near) const;

  ServiceNames all_;
  std::optional<MappedArray<SampledService>> services_;
  std::optional<MappedArray<ServiceRoot>> roots_;
  size_t root_count_ = 0;
  ProcessTable processes_;
  Moment when_ = 0s;  // 0: nothing was looked at yet
};

}  // namespace stoker
