// SPDX-License-Identifier: ISC
#include "init/power.hh"

#include <csignal>

#include "base/signals.hh"

namespace stoker {

namespace {

struct PowerNames {
  Power power;
  std::string_view name;
  char letter;
};
constexpr PowerNames names[] = {
    {Power::off, "poweroff", 'p'},
    {Power::reboot, "reboot", 'r'},
    {Power::halt, "halt", 'h'},
};

const PowerNames& names_of(Power power) { return names[static_cast<unsigned>(power)]; }

}  // namespace

std::string_view power_name(Power power) { return names_of(power).name; }
char power_letter(Power power) { return names_of(power).letter; }

std::optional<Power> power_called(std::string_view name) {
  for (const PowerNames& each : names)
    if (each.name == name) return each.power;
  return {};
}

std::optional<Power> power_by_letter(char letter) {
  for (const PowerNames& each : names)
    if (each.letter == letter) return each.power;
  return {};
}

std::optional<Power> power_by_signal(int number) {
  switch (number) {
  case SIGINT:  // Ctrl-Alt-Del
  case SIGTERM: return Power::reboot;
  case SIGUSR2: return Power::off;
  case SIGUSR1: return Power::halt;
#ifdef SIGPWR
  case SIGPWR: return Power::off;
#endif
  default: break;
  }
  const int realtime = first_realtime_signal();
  if (realtime == 0) return {};
  if (number == realtime + 3) return Power::halt;
  if (number == realtime + 4) return Power::off;
  if (number == realtime + 5) return Power::reboot;
  return {};
}

}  // namespace stoker
