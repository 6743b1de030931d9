// SPDX-License-Identifier: ISC
// How sv was called: as which program, with which options, and for which services.
#pragma once
#include <optional>
#include <span>

#include "base/clock.hh"
#include "base/options.hh"
#include "client/service_handle.hh"
#include "service/names.hh"
#include "sv/top_table.hh"

namespace stoker {

constexpr int exit_fatal = 100;
constexpr Moment shortest_wait = 420ms;

struct Invocation {
  bool lsb = false;  // as an init script, whose name is that of the service
  const char* service = nullptr;
  bool verbose = false;
  bool json = false;
  const char* format = nullptr;  // as it was given
  const char* wait_limit = nullptr;
  const char* lines = nullptr;  // of the log, to be shown below a status
  std::optional<Moment> minimum_uptime{};
  bool failed_only = false;
  bool dry_run = false;
  bool alone = false;      // without others that depend on it, or that it needs
  bool all = false;        // of its processes, and not only the main one
  bool keep = false;       // in the definition, too
  bool processes = false;  // instead of what services name
  struct Top {
    bool chosen = false;  // the command, whose options have letters of their own
    std::optional<uint64_t> tables{};
    Moment interval = 2s;
    std::optional<TopKey> key{};
  } top;
  enum class Health : uint8_t { unset, ready, alive } health = Health::unset;
  const char* argv0 = "sv";
};

// Takes the name of an init script out of the arguments.
Invocation personality(int& argc, char**& argv);
void read_options(Options& options, Invocation& how);
// Takes options out of the words behind the program's name, or behind a command, which is the
// first; returns the others, which are moved to the front.
std::span<char*> take_options(std::span<char*> words, Invocation& how);

Text<300> synopsis_of(const Invocation& how);
[[noreturn]] void misuse(const Invocation& how);
// Names the option that next() found, or a word that is not known as a command, say.
[[noreturn]] void refuse(const Options& options, const Invocation& how, char option);
[[noreturn]] void refuse_word(const Invocation& how, std::string_view kind, std::string_view word);

// -w, or $SVWAIT, or seven seconds.
Moment deadline_of(const Invocation& how);
// Until when a svscan may begin: with -w as long as that says, otherwise for a moment, since
// without one many scripts expect an answer at once.
Moment patience_of(const Invocation& how, Moment deadline);

// The services that were named, those that match if there are patterns, or all.
std::span<char* const> names_or_all(std::span<char* const> given, const Places& places,
                                    ServiceNames& all,
                                    ServiceNames::Dangling dangling = ServiceNames::Dangling::kept);

int exit_code(unsigned failures);

}  // namespace stoker
