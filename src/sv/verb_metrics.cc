// SPDX-License-Identifier: ISC
// sv metrics: see sv(8).
#include <fcntl.h>
#include <sys/stat.h>

#include "base/control_group.hh"
#include "base/directory.hh"
#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/trouble.hh"
#include "client/view.hh"
#include "service/layout.hh"
#include "sv/metrics.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

std::optional<uint64_t> size_of_log(int service) {
  Directory files(service, "log/main");
  if (!files) return {};
  uint64_t sum = 0;
  while (const char* const name = files.next()) {
    struct stat facts {};
    if (fstatat(files.fd(), name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode))
      sum += static_cast<uint64_t>(facts.st_size);
  }
  return sum;
}

// Only these two files: a scrape comes every few seconds.
void measure_group(Measured& one, int state) {
  const Fd group = open_directory(state, layout::group);
  if (!group) return;
  if (const auto text = read_group_file(group.get(), "memory.current"))
    one.memory = parse_number<uint64_t>(trim(*text));
  if (const auto text = read_group_file(group.get(), "cpu.stat"))
    one.cpu = group_value(*text, "usage_usec");
}

void take_status(Measured& one, const StatusFile& status) {
  const ServiceStatus& own = status.main_status;
  const View view{.runit = status.main, .own = status.native ? &own : nullptr, .now = tai_now()};
  one.native = status.native;
  one.runit = status.main;
  one.state = state_of(view);
  one.want = status.native ? own.want : want_of(status.main);
  one.ready = serves(one.state) || (!status.native && one.state == State::up);
  one.starts = own.starts;
  if (status.main.pid != 0 && status.main.phase == Phase::run) one.uptime = age(view);
  const HealthState health = status.health.state;
  if (status.native && status.health.exists && health != HealthState::unknown)
    one.healthy = health == HealthState::healthy;
}

// False with errno if there is no such service.
bool measure(Measured& one, const Places& places, const char* name) {
  one.name = name;
  const Fd service = open_service(places, name);
  if (!service) return false;
  const Fd state = open_state(places, name, service.get());
  if (!state) return true;
  const Probe probe = probe_state(state.get());
  one.supervised = probe.found == Probe::Found::supervised;
  if (!one.supervised) return true;
  take_status(one, probe.status);
  one.normally_up = !has_down_file(service.get());
  if (probe.status.has_group) measure_group(one, state.get());
  one.log = size_of_log(service.get());
  return true;
}

}  // namespace

int metrics(const Places& places, std::span<char* const> given, Printer& printer) {
  ServiceNames all;
  const std::span<char* const> names = names_or_all(given, places, all);
  MappedArray<Measured> services(names.size());
  if (!services) die_errno({"unable to allocate memory"}, exit_fatal);
  unsigned failures = 0;
  for (size_t at = 0; at < names.size(); ++at)
    if (!measure(services.all()[at], places, names[at])) {
      warn({names[at], ": ", reason_for_missing(places, names[at])});
      ++failures;
    }
  print_metrics(services.all(), [&printer](std::string_view part) {
    printer.page.append(part);
    printer.make_room();
  });
  printer.flush();
  return exit_code(failures);
}

}  // namespace stoker
