// SPDX-License-Identifier: ISC
// sv: show, control and wait for services. See sv(8).
#include "sv/sv.hh"

#include <unistd.h>

#include "base/report.hh"
#include "sv/act.hh"

namespace stoker {

namespace {

constinit Printer printer;

int carry_out(const Verb& verb, const Invocation& how, std::span<char* const> names) {
  const Places places = Places::of_names();
  if (names.empty() && !verb.names_optional) misuse(how);
  switch (verb.job) {
  case VerbJob::status: return status(how, places, names, printer);
  case VerbJob::list: return list(how, places, names, printer);
  case VerbJob::wait: return wait(how, places, names, printer);
  case VerbJob::events: return events(how, places, names, printer);
  case VerbJob::enable: return enable(how, places, names, printer);
  case VerbJob::disable: return disable(how, places, names, printer);
  case VerbJob::upgrade: return upgrade(verb, how, places, names, printer);
  case VerbJob::log: become_reader(how.argv0, names);
  case VerbJob::health: return health(how, places, names, printer);
  case VerbJob::lint: return lint(how, places, names, printer);
  case VerbJob::act: break;
  }
  const Order order{verb, places, verb.waits || how.verbose, deadline_of(how)};
  return exit_code(act(order, names, printer));
}

// Without a command: list all services, if their directory exists.
int carry_out_nothing(const Invocation& how) {
  const Places places = Places::of_names();
  const bool bare = !how.lsb && !how.verbose;
  if (!bare || access(places.services, R_OK | X_OK) != 0) misuse(how);
  return list(how, places, {}, printer);
}

bool says_json(std::span<char* const> words) {
  return !words.empty() && std::string_view(words.front()) == "--json";
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  Invocation how = personality(argc, argv);
  set_program({how.lsb ? how.service : "sv"});
  Options options(argc, argv);
  read_options(options, how);
  std::span<char* const> words(options.arguments(), static_cast<size_t>(options.count()));
  if (words.empty()) return carry_out_nothing(how);

  const Verb* const verb = find_verb(words.front(), how.lsb);
  if (verb == nullptr) misuse(how);
  words = words.subspan(1);
  if (says_json(words)) {
    how.json = true;
    words = words.subspan(1);
  }
  char* const service[] = {const_cast<char*>(how.service)};
  return carry_out(*verb, how, how.lsb ? std::span<char* const>(service) : words);
}
