// SPDX-License-Identifier: ISC
// The jobs of sv(8) that have files of their own.
#pragma once
#include <span>

#include "base/clock.hh"
#include "client/printer.hh"
#include "client/progression.hh"
#include "client/service_handle.hh"

namespace stoker {

// `sv wait`: a line for each. How many did not get there.
unsigned wait_for(Await await, const Places& places, std::span<char* const> names, Moment deadline,
                  Printer& printer);
std::optional<Await> await_from(std::string_view word);

// `sv events`: until a signal asks it to end, or nobody reads. How many of them could
// not be listened to.
unsigned stream_events(const Places& places, std::span<char* const> names, bool json,
                       Printer& printer);

// `sv enable` and `sv disable`. How many failed.
unsigned enable(const Places& places, std::span<char* const> names, Moment deadline,
                Printer& printer);
unsigned disable(const Places& places, std::span<char* const> names, Moment deadline,
                 Printer& printer);

// `sv log`: becomes svlog, with these words. `argv0` is what sv was called as, `code` how
// it ends if that cannot be done.
[[noreturn]] void become_reader(const char* argv0, std::span<char* const> words, int code);
// The last lines that a service has logged, so many, on standard output. False if it has
// no log, with a message.
[[nodiscard]] bool show_last_lines(const char* argv0, const char* name, const char* lines);

// `sv health`: the exit code.
struct HealthWant {
  bool ready = true;  // otherwise only whether supervisors are there
  bool json = false;
};
int health(const Places& places, std::span<char* const> given, const HealthWant& want,
           Printer& printer);

}  // namespace stoker
