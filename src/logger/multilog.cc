// SPDX-License-Identifier: ISC
// multilog: write lines to automatically rotated logs as a script says. See multilog(8).
#include <sys/stat.h>

#include <algorithm>

#include "base/about.hh"
#include "base/fd.hh"
#include "base/origin.hh"
#include "base/report.hh"
#include "logger/alert.hh"
#include "logger/engine.hh"
#include "logger/script.hh"

namespace stoker {

namespace {

// How many sinks and rules there are in a script.
struct Amount {
  size_t sinks = 0, rules = 0;
};

SinkKind kind_of(ScriptStep step) {
  if (step == ScriptStep::alert) return SinkKind::standard_error;
  return step == ScriptStep::status ? SinkKind::status : SinkKind::directory;
}

Amount count(char** arguments) {
  Amount amount;
  Script script;
  for (char** argument = arguments; *argument != nullptr; ++argument) {
    const ScriptStep step = script.take(*argument);
    if (step == ScriptStep::rule)
      ++amount.rules;
    else if (step != ScriptStep::none && step != ScriptStep::invalid)
      ++amount.sinks;
  }
  return amount;
}

// The rules and settings in front of a sink apply to it.
LineStyle style_after(const Script& script, std::span<const SelectRule> rules, SinkKind kind) {
  LineStyle style;
  style.stamp = script.stamp();
  style.rules = rules;
  style.head = longest_stamped_head;
  style.rules_see_stamp = true;
  style.to_file = kind == SinkKind::directory;
  if (kind == SinkKind::directory) style.rate = script.settings().rate;
  return style;
}

StoreSettings settings_after(const Script& script) {
  StoreSettings settings;
  settings.limits = script.settings().limits;
  settings.processor = script.processor();
  settings.code = script.settings().code;
  settings.counted = Counted::any;
  settings.keeps_state = true;
  settings.mode = script.settings().mode;
  return settings;
}

void take_into_use(LogSink& sink, const Script& script) {
  if (sink.kind() == SinkKind::status && !sink.status.make())
    die_errno({"unable to create ", sink.status.path()});
  if (sink.kind() != SinkKind::directory) return;
  sink.set_overflow(script.settings().overflow);
  if (!sink.store.lock()) _exit(exit_trouble);
  sink.store.configure(settings_after(script));
  sink.store.begin();
}

void set_copies(LogSink& sink, const Script& script, LineStyle& style) {
  sink.set_mirror(script.settings().mirror);
  if (!sink.set_forward(script.settings().forward))
    die({"invalid argument: forward ", script.settings().forward});
  style.to_file = !(sink.copies.forward && script.settings().forward_only);
}

void make_sinks(char** arguments, std::span<LogSink> sinks, RuleSet& rules) {
  Script script;
  RegexTrouble why;
  size_t made = 0;
  for (char** argument = arguments; *argument != nullptr; ++argument) {
    const ScriptStep step = script.take(*argument);
    if (step == ScriptStep::none) continue;
    if (step == ScriptStep::invalid) die({"invalid argument: ", *argument});
    if (step == ScriptStep::rule) {
      if (!rules.add(**argument, script.value(), script.patterns(), why))
        die({"invalid argument: ", *argument, ": ", why});
      continue;
    }
    const SinkKind kind = kind_of(step);
    LogSink* const sink = new (&sinks[made++]) LogSink(kind, script.value().data(), multilog_words);
    LineStyle style = style_after(script, rules.rules(), kind);
    if (kind == SinkKind::directory) set_copies(*sink, script, style);
    sink->set_style(style);
    take_into_use(*sink, script);
  }
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr About about{"multilog script ...",
                        "Write lines to automatically rotated logs as a script says.\n"
                        "  t        put a TAI64N time stamp in front of each line\n"
                        "  +pattern -pattern  select or deselect lines\n"
                        "  e        write to standard error\n"
                        "  =file    keep the last line in a file\n"
                        "  ssize nnum !processor  of the logs that follow\n"
                        "  dir      write to the log in this directory\n"};
  set_tool("multilog");
  answer_alone(about, argc, argv);
  note_closed_standard_error();
  if (!occupy_standard_descriptors()) die_errno({"unable to open /dev/null"});
  umask(022);
  char** const arguments = argv[0] != nullptr ? argv + 1 : argv;
  const Amount amount = count(arguments);
  const MappedMemory sink_memory(amount.sinks * sizeof(LogSink));
  RuleSet rules(amount.rules);
  if (!sink_memory || !rules) die_errno({"unable to get memory for the script"});
  const std::span sinks(sink_memory.room_for<LogSink>(amount.sinks), amount.sinks);
  make_sinks(arguments, sinks, rules);
  return LogEngine(sinks, EngineOptions()).run();
}
