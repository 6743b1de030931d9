// SPDX-License-Identifier: ISC
// svscan: watch a directory and keep one supervisor running for each service in it.
// See svscan(8).
#include "base/options.hh"
#include "base/parse.hh"
#include "scan/scanner.hh"

namespace {

using namespace stoker;

constexpr std::string_view synopsis =
    "svscan [-c max] [-d fd] [-L command] [-S directory] [directory]";

[[noreturn]] void misuse(const ScanManners& manners) {
  if (manners.abandons) usage_runit("runsvdir [-P] dir", manners.misuse);
  usage(synopsis, manners.misuse);
}

template <typename Number>
Number number_or_die(const char* text, char option) {
  const Number number = text != nullptr ? parse_number<Number>(text).value_or(0) : 0;
  if (number < 1)
    die({"-", {&option, 1}, " wants a number, not ", text != nullptr ? text : "nothing"},
        exit_misuse);
  return number;
}

// runsvdir knows -P alone, skips what begins with two dashes, and takes any other word
// for the directory; its second word, the text for the process title, is left alone.
ScanOptions runsvdir_options(const ScanManners& manners, int argc, char** argv) {
  ScanOptions options;
  int at = 1;
  if (at < argc && has_prefix(argv[at], "-P")) options.sessions = argv[at++] != nullptr;
  if (at < argc && has_prefix(argv[at], "--")) ++at;
  if (at >= argc || argv[at][0] == '\0') misuse(manners);
  options.directory = argv[at];
  return options;
}

ScanOptions svscan_options(const ScanManners& manners, int argc, char** argv) {
  ScanOptions options;
  Options words(argc, argv);
  while (const char option = words.next()) switch (option) {
    case 'c': options.most = number_or_die<uint32_t>(words.value(), option); break;
    case 'd': options.ready_fd = number_or_die<int>(words.value(), option); break;
    case 'L': options.logger = words.value(); break;
    case 'S': options.state_root = words.value(); break;
    default: misuse(manners);
    }
  if (words.count() > 1) misuse(manners);
  if (words.count() == 1) options.directory = words.arguments()[0];
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  // How a running svscan finds out whether this program can take its place.
  if (argc == 2 && std::string_view(argv[1]) == "--can-take-over") return 0;
  const std::string_view called = base_name(argc > 0 ? argv[0] : "");
  const bool runsvdir = called == scan_manners_table[1].name;
  const ScanManners& manners = scan_manners_table[runsvdir ? 1 : 0];
  set_program({manners.name});
  const ScanOptions options =
      runsvdir ? runsvdir_options(manners, argc, argv) : svscan_options(manners, argc, argv);
  if (runsvdir) set_program({manners.name, " ", options.directory});
  Scanner scanner(manners, options);
  scanner.set_up(argv);
  return scanner.run();
}
