// SPDX-License-Identifier: ISC
// svlogd: write lines to automatically rotated logs. See svlogd(8).
#include <algorithm>
#include <memory>

#include "base/any.hh"
#include "base/fd.hh"
#include "base/options.hh"
#include "base/origin.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "logger/engine.hh"
#include "logger/svlogd_config.hh"

namespace stoker {

namespace {

constexpr About about{"svlogd [-ttv] [-r c] [-R abc] [-l len] [-b buflen] dir ...",
                      "Write lines to automatically rotated logs.\n"
                      "  -t  put a TAI64N time stamp in front of each line\n"
                      "  -tt  put date and time there, in UTC\n"
                      "  -ttt  the same with a T between them\n"
                      "  -v  report what it does\n"
                      "  -r c  replace characters that cannot be printed\n"
                      "  -R abc  replace these characters, too\n"
                      "  -l len  the length of a line that selection sees (1000)\n"
                      "  -b buflen  the size of the buffer, as for runit (1024)\n"};

struct CommandLine {
  SvlogdOptions logs;
  bool replaces = false;
  char replacement = '_';
  std::string_view also_replaced;
};

// For reload(), which gets no argument of ours.
constinit SvlogdOptions options{};

[[noreturn]] void bad_usage() { usage_runit(about.synopsis, exit_trouble); }

// A length; 0 stands for the usual one.
size_t parse_length(const char* text, size_t usual) {
  const auto length = parse_number<size_t>(text != nullptr ? text : "");
  if (!length) bad_usage();
  return *length != 0 ? *length : usual;
}

void take_replacement(CommandLine& settings, const char* character) {
  if (character == nullptr || character[0] == '\0' || character[1] != '\0') bad_usage();
  settings.replaces = true;
  settings.replacement = *character;
}

void take_replaced(CommandLine& settings, const char* characters) {
  if (characters == nullptr) bad_usage();
  settings.replaces = true;
  settings.also_replaced = characters;
}

StampForm stamp_for(int times) {
  constexpr StampForm forms[] = {StampForm::none, StampForm::tai64n, StampForm::utc,
                                 StampForm::utc_with_t};
  return forms[std::min(times, 3)];
}

CommandLine parse(Options& words) {
  CommandLine settings;
  size_t buffer = 1024;
  int stamps = 0;
  while (const char letter = words.next()) {
    switch (letter) {
    case 't': ++stamps; break;
    case 'v': settings.logs.verbose = true; break;
    case 'r': take_replacement(settings, words.value()); break;
    case 'R': take_replaced(settings, words.value()); break;
    case 'l': settings.logs.line_length = parse_length(words.value(), 1000); break;
    case 'b': buffer = parse_length(words.value(), 1024); break;
    default: report_bad_option("svlogd", words, letter); bad_usage();
    }
  }
  // Our buffers have fixed sizes; but a command line that fails with runit's svlogd fails
  // here too.
  if (buffer <= settings.logs.line_length || words.count() == 0) bad_usage();
  settings.logs.line_length = std::min(settings.logs.line_length, longest_head);
  settings.logs.stamp = stamp_for(stamps);
  return settings;
}

bool take_into_use(LogSink& sink) {
  if (!sink.store.lock()) return false;
  configure(sink, options);
  sink.store.begin();
  return true;
}

void reload(std::span<LogSink> sinks) {
  for (LogSink& sink : sinks) {
    if (!sink.store.in_use())
      static_cast<void>(take_into_use(sink));
    else if (sink.store.follow())
      configure(sink, options);
  }
}

std::span<LogSink> make_sinks(const MappedMemory& memory, char** paths, size_t count) {
  LogSink* const sinks = memory.room_for<LogSink>(count);
  for (size_t i = 0; i < count; ++i)
    new (sinks + i) LogSink(SinkKind::directory, paths[i], svlogd_words);
  return {sinks, count};
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  set_tool("svlogd");
  Options words(argc, argv, &about);
  const CommandLine settings = parse(words);
  if (!occupy_standard_descriptors()) die_errno({"unable to open /dev/null"});
  options = settings.logs;

  const auto count = static_cast<size_t>(words.count());
  const MappedMemory memory(count * sizeof(LogSink));
  if (!memory) die_errno({"unable to get memory for ", Digits(count), " logs"});
  const std::span<LogSink> sinks = make_sinks(memory, words.arguments(), count);
  for (LogSink& sink : sinks) static_cast<void>(take_into_use(sink));
  if (!any(sinks, [](const LogSink& sink) { return sink.store.in_use(); }))
    die({"no functional log directories."});

  const ByteTable table = make_replacements(settings.replacement, settings.also_replaced);
  EngineOptions engine_options;
  engine_options.replacements = settings.replaces ? &table : nullptr;
  engine_options.verbose = options.verbose;
  engine_options.reload = reload;
  const int code = LogEngine(sinks, engine_options).run();
  // Leak checkers do not see memory that is only referred to from these.
  std::destroy(sinks.begin(), sinks.end());
  return code;
}
