// SPDX-License-Identifier: ISC
#include "sv/sample.hh"

#include <cerrno>

#include "base/control_group.hh"
#include "base/parse.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

using Kind = ServiceRoot::Kind;
using Value = std::optional<uint64_t>;

constexpr size_t roots_each = 3;

Value number_in(int group, const char* name) {
  const auto text = read_group_file(group, name);
  return text ? parse_number<uint64_t>(trim(*text)) : std::nullopt;
}

Counters read_counters(int group) {
  Counters counters;
  counters.memory = number_in(group, "memory.current");
  counters.tasks = number_in(group, "pids.current");
  if (const auto text = read_group_file(group, "cpu.stat"))
    counters.cpu = group_value(*text, "usage_usec");
  constexpr size_t whole = 2000;  // of GroupText
  const auto text = read_group_file(group, "io.stat");
  // What fills the whole text may have been cut.
  if (!text || text->size() == whole) return counters;
  counters.read = sum_of_devices(*text, "rbytes").value_or(0);
  counters.written = sum_of_devices(*text, "wbytes").value_or(0);
  return counters;
}

bool is_complete(const Counters& counters) {
  return counters.cpu && counters.memory && counters.tasks && counters.read;
}

Value first_known(const Value& one, const Value& other) { return one ? one : other; }

}  // namespace

std::span<const SampledService> Sample::services() const {
  return services_ ? services_->all() : std::span<SampledService>();
}

void Sample::add_root(pid_t pid, Kind kind, uint32_t number) {
  if (pid > 0) roots_->all()[root_count_++] = {pid, kind, number};
}

// What the kernel does not count is taken from the processes of the group.
void Sample::look_at_group(const Places& places, SampledService& service, uint32_t number,
                           int open) {
  const Fd state = open_state(places, service.name, open);
  const Fd group = state ? open_directory(state.get(), layout::group) : Fd();
  if (!group) return;
  service.grouped = true;
  service.group = read_counters(group.get());
  meet_group_members(group.get(), true, [this, number](pid_t pid) {
    if (ProcessRow* const process = find_process(processes_.all(), pid)) process->owner = number;
  });
}

void Sample::look(const Places& places, SampledService& service, uint32_t number) {
  const Fd open = open_service(places, service.name);
  if (!open) {
    service.state = errno == ENOENT ? unsupervised_state : unknown_state;
    return;
  }
  const Probe probe = probe_service(places, service.name, open.get());
  if (probe.found != Probe::Found::supervised) {
    service.state = state_word(probe);
    return;
  }
  const StatusFile& status = probe.status;
  View view;
  view.runit = status.main;
  view.own = status.native ? &status.main_status : nullptr;
  service.known = state_of(view);
  service.state = word(*service.known);
  service.pid = status.main.pid;
  if (status.has_group) look_at_group(places, service, number, open.get());
  add_root(status.log.pid, Kind::logger, number);
  if (service.grouped) return;
  add_root(status.main.pid, Kind::main, number);
  add_root(status.supervisor, Kind::supervisor, number);
}

void Sample::add_processes(const Sample& before) {
  constexpr Counters nothing{0, 0, 0, 0, 0};
  const std::span<SampledService> services = services_->all();
  // Some systems show no processes.
  for (SampledService& service : services)
    if (!processes_.all().empty() && !is_complete(service.group)) service.grown = nothing;
  for (ProcessRow& process : processes_.all()) {
    if (process.owner >= services.size()) continue;
    SampledService& service = services[process.owner];
    if (is_complete(service.group)) continue;
    read_io(process);
    add_process(service.grown, grown_by(process, before.processes_.all()));
  }
}

bool Sample::take(const Places& places, std::span<char* const> names, const Sample& before) {
  // A directory that cannot be read has no services.
  if (names.empty() && all_.read(places.services)) names = all_.all();
  services_.emplace(names.size());
  roots_.emplace(names.size() * roots_each);
  if (!*services_ || !*roots_ || !processes_.scan()) return false;
  when_ = now();
  root_count_ = 0;
  for (uint32_t at = 0; at < names.size(); ++at) {
    SampledService& service = services_->all()[at];
    service.name = names[at];
    look(places, service, at);
  }
  claim_processes(processes_.all(), roots_->all().first(root_count_));
  add_processes(before);
  return true;
}

// Names change rarely, so each is near where it was.
const SampledService* Sample::find(std::string_view name, size_t near) const {
  const std::span<const SampledService> services = this->services();
  for (size_t step = 0; step < services.size(); ++step) {
    const SampledService& service = services[(near + step) % services.size()];
    if (service.name == name) return &service;
  }
  return nullptr;
}

Usage Sample::usage(size_t number, const Sample& before) const {
  const SampledService& service = services()[number];
  if (!service.known) return {};
  const SampledService* const earlier = before.find(service.name, number);
  const Counters old = earlier != nullptr ? earlier->group : Counters();
  Counters grown = service.grown;
  if (earlier == nullptr) grown.cpu = grown.read = grown.written = {};
  grown.cpu = first_known(growth(old.cpu, service.group.cpu), grown.cpu);
  grown.read = first_known(growth(old.read, service.group.read), grown.read);
  grown.written = first_known(growth(old.written, service.group.written), grown.written);
  grown.memory = first_known(service.group.memory, grown.memory);
  grown.tasks = first_known(service.group.tasks, grown.tasks);
  return usage_of(grown, when_ - before.when_);
}

}  // namespace stoker
