// SPDX-License-Identifier: ISC
// sv: show, control and wait for services. See sv(8).
#include "sv/sv.hh"

#include <unistd.h>

#include "base/mapped_array.hh"
#include "base/report.hh"
#include "sv/tree_plan.hh"

namespace stoker {

namespace {

constinit Printer printer;

int command(const Verb& verb, const Invocation& how, const Places& places,
            std::span<char* const> names) {
  const MappedArray<ServiceCommand> commands(names.size());
  if (!commands) die_errno({"unable to allocate memory"});
  for (size_t at = 0; at < names.size(); ++at)
    commands.all()[at] = {names[at], how.all ? verb_for_all(verb) : &verb,
                          how.alone ? Manner::alone : Manner::plain};
  if (how.dry_run) return exit_code(show_plan(places, commands.all(), printer, how.json));
  arrange(places, commands.all());
  const Moment deadline = deadline_of(how);
  const CommandOptions options{places, verb.waits || how.verbose, deadline,
                               patience_of(how, deadline), how.minimum_uptime};
  return exit_code(act(options, commands.all(), printer));
}

int carry_out(const Verb& verb, const Invocation& how, std::span<char* const> names) {
  const Places places = Places::of_names();
  if (names.empty() && !verb.names_optional) misuse(how);
  switch (verb.job) {
  case VerbJob::status: return status(how, places, names, printer);
  case VerbJob::list: return list(how, places, names, printer);
  case VerbJob::wait: return wait(how, places, names, printer);
  case VerbJob::events: return events(how, places, names, printer);
  case VerbJob::emit: return emit(places, names);
  case VerbJob::enable: return enable(how, places, names, printer);
  case VerbJob::disable: return disable(how, places, names, printer);
  case VerbJob::upgrade: return upgrade(verb, how, places, names, printer);
  case VerbJob::log: return log(how, names);
  case VerbJob::attach: attach(how, names);
  case VerbJob::metrics: return metrics(places, names, printer);
  case VerbJob::mask:
  case VerbJob::unmask: return mask(places, names, verb.job == VerbJob::mask, printer);
  case VerbJob::health: return health(how, places, names, printer);
  case VerbJob::lint: return lint(how, places, names, printer);
  case VerbJob::isolate: return isolate(how, places, names, printer);
  case VerbJob::tree: return tree(how, places, names, printer);
  case VerbJob::graph: return graph(how, places, names, printer);
  case VerbJob::history: return history(how, places, names, printer);
  case VerbJob::blame: return blame(how, places, names, printer);
  case VerbJob::chain: return chain(how, places, names, printer);
  case VerbJob::plot: return plot(how, places, names, printer);
  case VerbJob::set: return set(how, places, names, printer);
  case VerbJob::top: return top(how, places, names, printer);
  case VerbJob::complete: return complete(how, places, names, printer);
  case VerbJob::create: return new_service(names, printer);
  case VerbJob::edit: return edit(how, places, names, printer);
  case VerbJob::run: return run(how, places, names, printer);
  case VerbJob::show: return show(how, places, names, printer);
  case VerbJob::cat: return cat(places, names, printer);
  case VerbJob::reset:
  case VerbJob::act: break;
  }
  return command(verb, how, places, names);
}

int finish(int code) {
  printer.finish();
  return code;
}

// Without a command: list all services, if their directory exists.
int carry_out_nothing(const Invocation& how) {
  const Places places = Places::of_names();
  const bool bare = !how.lsb && !how.verbose && how.lines == nullptr;
  if (!bare || access(places.services, R_OK | X_OK) != 0) misuse(how);
  return list(how, places, {}, printer);
}

// What the command prints if it is not JSON.
std::string_view default_format(const Verb& verb) {
  if (verb.job == VerbJob::plot) return "svg";
  return verb.job == VerbJob::graph ? "dot" : "text";
}

// … but those that the command itself has.
bool has_own_options(const Verb& verb) {
  return verb.job == VerbJob::create || verb.job == VerbJob::run;
}

// Options behind the command are not sv's.
bool has_words_of_others(const Verb& verb) {
  return verb.job == VerbJob::log || verb.job == VerbJob::complete || has_own_options(verb);
}

// Options that mean nothing to the command are mistakes.
void check_options(const Verb& verb, const Invocation& how) {
  const auto goes_with = [&](bool given, std::string_view option, bool fits) {
    if (given && !fits) die({option, " does not go with ", verb.word}, exit_fatal);
  };
  const VerbJob job = verb.job;
  goes_with(how.failed_only, "--failed", job == VerbJob::list);
  goes_with(how.health != Invocation::Health::unset, "--alive or --ready", job == VerbJob::health);
  goes_with(how.lines != nullptr, "--lines", job == VerbJob::status || job == VerbJob::history);
  if (how.format != nullptr && !how.json && how.format != default_format(verb))
    die({"-o ", how.format, " does not go with ", verb.word}, exit_fatal);
  const bool moves = job == VerbJob::act && (starts_something(verb) || stops_something(verb));
  goes_with(how.alone, "--alone", moves);
  goes_with(how.all, "--all", verb_for_all(verb) != nullptr);
  goes_with(how.keep, "--keep", job == VerbJob::set);
  goes_with(how.top.key.has_value(), "--sort", job == VerbJob::top);
  goes_with(how.processes, "--processes", job == VerbJob::tree);
  goes_with(how.dry_run, "--dry-run", moves || job == VerbJob::isolate || job == VerbJob::disable);
  goes_with(how.minimum_uptime.has_value(), "--minimum-uptime",
            includes(verb.goal, Goal::up | Goal::as_wanted));
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  Invocation how = personality(argc, argv);
  set_program({how.lsb ? how.service : "sv"});
  block_standard_descriptors();
  Options options(argc, argv);
  read_options(options, how);
  std::span<char*> words(options.arguments(), static_cast<size_t>(options.count()));
  if (words.empty()) return finish(carry_out_nothing(how));

  const Verb* const verb = find_verb(words.front(), how.lsb);
  if (verb == nullptr) refuse_word(how, "command", words.front());
  how.top.chosen = verb->job == VerbJob::top;
  if (!has_words_of_others(*verb))
    words = take_options(words, how);
  else if (!has_own_options(*verb))
    words = words.subspan(1);
  check_options(*verb, how);
  char* const service[] = {const_cast<char*>(how.service)};
  return finish(carry_out(
      *verb, how, how.lsb ? std::span<char* const>(service) : std::span<char* const>(words)));
}
