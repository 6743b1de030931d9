// SPDX-License-Identifier: ISC
// systemctl over Stoker's services. See stoker-systemctl(8).
#include <cstdlib>

#include "base/parse.hh"
#include "base/report.hh"
#include "systemd/message.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

constinit Printer printer;

// The verb, if it may be used like that; otherwise null, with a message.
const VerbRow* verb_of(const Request& request, std::string_view word, size_t count) {
  const VerbRow* const verb = find_verb(word);
  if (verb == nullptr) {
    complain({"Unknown command verb ", word, "."});
    return nullptr;
  }
  if (count < verb->least) complain({"Too few arguments."});
  if (verb->most != any_number && count > verb->most) complain({"Too many arguments."});
  if (count < verb->least || (verb->most != any_number && count > verb->most)) return nullptr;
  if (!verb->offline && request.site.is_offline()) {
    complain({"Verb '", word, "' cannot be used with --root= or --image=."});
    return nullptr;
  }
  return verb;
}

void print_types(Printer& out) {
  for (size_t at = 0; at < unit_type_count; ++at)
    out.page.append(word(static_cast<UnitType>(at)), "\n");
}

// The package systemd-sysv links /sbin/runlevel, /sbin/reboot and the like to systemctl.
int run_as_runlevel() {
  Site site;
  site.set_up({});
  const bool runs = site.has_scanner();
  printer.page.append(runs ? "N 3\n" : "unknown\n");
  return runs ? 0 : exit_failed;
}

// Null if it was not called by such a name.
const char* verb_of_name(std::string_view name) {
  for (const char* const verb : {"poweroff", "reboot", "halt"})
    if (name == verb) return verb;
  return nullptr;
}

[[noreturn]] void refuse_name(std::string_view name) {
  complain({name, ": this is not supported; use poweroff, reboot or halt, or systemctl isolate"});
  exit(exit_failed);
}

int run(std::span<char*> argv) {
  static Request request;
  const std::string_view name = base_name(argv.empty() ? "" : argv.front());
  if (name == "runlevel") return run_as_runlevel();
  if (name == "shutdown" || name == "telinit" || name == "init") refuse_name(name);
  if (const char* const verb = verb_of_name(name)) return power({request, verb, {}, printer});
  const std::span<char*> words = read_request(argv, request);
  if (request.wants_types) {
    printer.page.append("Available unit types:\n");
    print_types(printer);
    return 0;
  }
  const std::string_view word = words.empty() ? "list-units" : words.front();
  const auto rest = words.empty() ? words : words.subspan(1);
  const VerbRow* const verb = verb_of(request, word, rest.size());
  return verb == nullptr ? exit_failed : verb->carry_out({request, word, VerbWords(rest), printer});
}

}  // namespace

}  // namespace stoker::systemd

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"systemctl"});
  block_standard_descriptors();
  const int code = systemd::run({argv, static_cast<size_t>(argc)});
  systemd::printer.finish();
  return code;
}
