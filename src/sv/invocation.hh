// SPDX-License-Identifier: ISC
// How sv was called: as which program, with which options, and for which services.
#pragma once
#include <span>

#include "base/clock.hh"
#include "base/options.hh"
#include "client/service_handle.hh"
#include "service/names.hh"

namespace stoker {

constexpr int exit_fatal = 100;

struct Invocation {
  bool lsb = false;  // as an init script, whose name is that of the service
  const char* service = nullptr;
  bool verbose = false;
  bool json = false;
  const char* wait_limit = nullptr;
  const char* lines = nullptr;  // of the log, to be shown below a status
  const char* argv0 = "sv";
};

// Takes the name of an init script out of the arguments.
Invocation personality(int& argc, char**& argv);
void read_options(Options& options, Invocation& how);
[[noreturn]] void misuse(const Invocation& how);

// -w, or $SVWAIT, or seven seconds.
Moment deadline_of(const Invocation& how);

// The services that were named, or all.
std::span<char* const> names_or_all(std::span<char* const> given, const Places& places,
                                    ServiceNames& all,
                                    ServiceNames::Dangling dangling = ServiceNames::Dangling::kept);

int exit_code(unsigned failures);

}  // namespace stoker
