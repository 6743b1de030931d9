// SPDX-License-Identifier: ISC
#include "scan/scan_options.hh"

#include "base/duration.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constexpr About about{
    "svscan [-c max] [-d fd] [-g seconds] [-L command] [-S directory] [--cgroup[=path]] "
    "[--forward signals] "
    "[--output form] [--pre-stop-delay seconds] [--rewrite signal:signal] "
    "[--termination-log file] [directory [-- command ...]]",
    "Keep a supervisor running for each service in a directory.\n"
    "  -c max        supervise at most so many services\n"
    "  -d fd         write a line to this descriptor when all services are up\n"
    "  -g seconds    kill what has not stopped after this time; 0: never\n"
    "  -L command    the logger of services that have none\n"
    "  -S directory  for the state of the services\n"
    "  --cgroup[=path]           each service gets a control group\n"
    "  --forward signals         pass these on to the command\n"
    "  --output form             of the services' output: plain, prefix or json\n"
    "  --pre-stop-delay seconds  between the request to stop and the first signal\n"
    "  --rewrite signal:signal   take the first as the second; 0: ignore it\n"
    "  --termination-log file    for the reason of the end\n"};
constexpr About runsvdir{"runsvdir [-P] dir",
                         "Keep a supervisor running for each service in a directory.\n"
                         "  -P  each service gets a session\n"};

[[noreturn]] void misuse(const ScanPersonality& personality) {
  if (personality.abandons) usage_runit(runsvdir.synopsis, personality.misuse);
  usage(about.synopsis, personality.misuse);
}

template <typename Number>
Number number_or_die(const char* text, char option) {
  const Number number = text != nullptr ? parse_number<Number>(text).value_or(0) : 0;
  if (number < 1)
    die({"-", {&option, 1}, " wants a number, not ", text != nullptr ? text : "nothing"},
        exit_misuse);
  return number;
}

constexpr Moment longest_time = 24h * 366;

Moment grace_or_die(const char* text) {
  const auto grace = parse_time_limit(text != nullptr ? text : "", 1s, longest_time);
  if (!grace) die({"-g wants a time, not ", text != nullptr ? text : "nothing"}, exit_misuse);
  return *grace;
}

// The logger of services that have none of their own.
const char* output_command(std::string_view form) {
  if (form == "prefix") return "2>&1 svout %n";
  if (form == "json") return "2>&1 svout -j %n";
  return nullptr;
}

bool read_long(ScanOptions& options, std::string_view name, const char* value) {
  if (name == "forward") return options.signals.forward(value);
  if (name == "rewrite") return options.signals.rewrite(value);
  if (name == "termination-log") options.termination_log = value;
  if (name == "output" && std::string_view(value) != "plain")
    return (options.logger = output_command(value)) != nullptr;
  if (name != "pre-stop-delay") return true;
  const auto delay = parse_duration(value, 1s, longest_time);
  options.pre_stop_delay = delay.value_or(0s);
  return delay.has_value();
}

bool is_known(std::string_view name) {
  for (const std::string_view known :
       {"forward", "output", "pre-stop-delay", "rewrite", "termination-log"})
    if (name == known) return true;
  return false;
}

void take_long(ScanOptions& options, Options& words) {
  const std::string_view name = words.name();
  if (name == "cgroup") {
    const char* const path = words.joined_value();
    options.cgroup = path != nullptr ? path : "";
    if (path != nullptr && path[0] != '/')
      die({"bad value for --cgroup: ", path, " is no absolute path"}, exit_misuse);
    return;
  }
  if (!is_known(name)) words.refuse(Options::long_option);
  const char* const value = words.value();
  if (value == nullptr) die({"option requires an argument: --", name}, exit_misuse);
  if (!read_long(options, name, value)) die({"bad value for --", name, ": ", value}, exit_misuse);
}

// The directory, and behind it the command.
void take_words(const ScanPersonality& personality, ScanOptions& options, const Options& words) {
  if (words.count() == 0) return;
  char** const rest = words.arguments();
  options.directory = rest[0];
  if (words.count() == 1) return;
  if (words.count() == 2 || std::string_view(rest[1]) != "--") misuse(personality);
  options.command = rest + 2;
}

// runsvdir knows -P alone, skips what begins with two dashes, and takes any other word
// for the directory.
ScanOptions runsvdir_options(const ScanPersonality& personality, int argc, char** argv) {
  ScanOptions options;
  int at = 1;
  answer_alone(runsvdir, argc, argv);
  if (at < argc && has_prefix(argv[at], "-P")) options.sessions = argv[at++] != nullptr;
  if (at < argc && has_prefix(argv[at], "--")) ++at;
  if (at >= argc || argv[at][0] == '\0') misuse(personality);
  options.directory = argv[at];
  if (at + 1 < argc) options.title = argv[at + 1];
  return options;
}

}  // namespace

ScanOptions read_scan_options(const ScanPersonality& personality, int argc, char** argv) {
  if (personality.abandons) return runsvdir_options(personality, argc, argv);
  ScanOptions options;
  Options words(argc, argv, &about);
  while (const char option = words.next()) switch (option) {
    case 'c': options.most = number_or_die<uint32_t>(words.value(), option); break;
    case 'd': options.ready_fd = number_or_die<int>(words.value(), option); break;
    case 'g': options.grace = grace_or_die(words.value()); break;
    case 'L': options.logger = words.value(); break;
    case 'S': options.state_root = words.value(); break;
    case Options::long_option: take_long(options, words); break;
    default: words.refuse(option);
    }
  take_words(personality, options, words);
  return options;
}

}  // namespace stoker
