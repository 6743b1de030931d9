// SPDX-License-Identifier: ISC
// stoker-halt: halt, power off or reboot the machine. See stoker-halt(8).
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "init/kernel.hh"

namespace stoker {

namespace {

struct Wanted {
  Power power;
  bool at_once = false, syncs = true;
};

#define LETTERS                      \
  "  -f  now, without stopping it\n" \
  "  -n  do not write out the disks\n"
constexpr char help[] =
    "Stop the services, then halt the machine.\n" LETTERS "  -p  power it off\n";
constexpr char reboot_help[] = "Stop the services, then reboot the machine.\n" LETTERS;
constexpr char off_help[] = "Stop the services, then power off the machine.\n" LETTERS
                            "  -p  the same, as it is the default\n";

About about_for(Power power, bool own_name) {
  if (own_name) return {"stoker-halt [-fnp]", help};
  switch (power) {
  case Power::off: return {"poweroff [-fnp]", off_help};
  case Power::reboot: return {"reboot [-fn]", reboot_help};
  case Power::halt: break;
  }
  return {"halt [-fnp]", help};
}

Wanted read_options(int argc, char** argv) {
  const auto called = power_called(base_name(argc > 0 ? argv[0] : ""));
  Wanted wanted{.power = called.value_or(Power::halt)};
  const About about = about_for(wanted.power, !called);
  set_program({called ? power_name(*called) : "stoker-halt"});
  Options options(argc, argv, &about);
  while (const char option = options.next()) switch (option) {
    case 'f': wanted.at_once = true; break;
    case 'n': wanted.syncs = false; break;
    case 'p':
      if (wanted.power == Power::reboot) options.refuse(option);
      wanted.power = Power::off;
      break;
    default: options.refuse(option);
    }
  if (options.count() > 0) usage(about.synopsis);
  return wanted;
}

[[noreturn]] void end_now(const Wanted& wanted) {
  if (wanted.syncs) sync();
  end_machine(wanted.power);
  die_errno({"unable to ", power_name(wanted.power)});
}

void request(Power power) {
  const Fd control = open_write(AT_FDCWD, init_control);
  const char letter = power_letter(power);
  if (control && write_all(control.get(), {&letter, 1})) return;
  if (!control && (errno == ENOENT || errno == ENXIO || errno == ENOTDIR))
    die({"stoker-init is not running; -f acts without it"});
  die_errno({"unable to write ", init_control});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  const Wanted wanted = read_options(argc, argv);
  if (wanted.at_once) end_now(wanted);
  request(wanted.power);
}
