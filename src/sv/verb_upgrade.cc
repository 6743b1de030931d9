// SPDX-License-Identifier: ISC
// sv upgrade: see sv(8).
#include "base/mapped_array.hh"
#include "base/report.hh"
#include "service/scanner.hh"
#include "sv/act.hh"
#include "sv/sv.hh"

namespace stoker {

// Without a name: every supervisor, and svscan last. Dangling links have no supervisor.
int upgrade(const Verb& verb, const Invocation& how, const Places& places,
            std::span<char* const> given, Printer& printer) {
  ServiceNames all;
  const CommandOptions options{places, true, deadline_of(how)};
  const auto names = names_or_all(given, places, all, ServiceNames::Dangling::skipped);
  const MappedArray<ServiceCommand> commands(names.size());
  if (!commands) die_errno({"unable to allocate memory"});
  for (size_t at = 0; at < names.size(); ++at) commands.all()[at] = {names[at], &verb};
  const unsigned failures = act(options, commands.all(), printer);
  if (!given.empty() || failures > 0) return exit_code(failures);
  if (send_scanner_letter(places, places.services, scan_letter::upgrade)) return 0;
  die_errno({"unable to reach the svscan of ", places.services}, exit_fatal);
}

}  // namespace stoker
