// SPDX-License-Identifier: ISC
// The jobs of sv(8) that have files of their own, verb_*.cc. Each returns the exit code.
#pragma once
#include <span>

#include "client/printer.hh"
#include "client/service_handle.hh"
#include "sv/invocation.hh"
#include "sv/verb.hh"

namespace stoker {

// Where definitions without a path are looked up.
constexpr char definitions[] = "/etc/sv";

int list(const Invocation& how, const Places& places, std::span<char* const> given,
         Printer& printer);
int status(const Invocation& how, const Places& places, std::span<char* const> given,
           Printer& printer);
int wait(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer);
// To all who await the event, whose name is the first word; the others are its variables.
int emit(const Places& places, std::span<char* const> words);
// Until a signal asks it to exit, or standard output has no reader.
int events(const Invocation& how, const Places& places, std::span<char* const> given,
           Printer& printer);
int enable(const Invocation& how, const Places& places, std::span<char* const> names,
           Printer& printer);
int disable(const Invocation& how, const Places& places, std::span<char* const> names,
            Printer& printer);
int health(const Invocation& how, const Places& places, std::span<char* const> words,
           Printer& printer);
int lint(const Invocation& how, const Places& places, std::span<char* const> given,
         Printer& printer);
int isolate(const Invocation& how, const Places& places, std::span<char* const> words,
            Printer& printer);
int tree(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer);
// `sv tree --processes`
int process_tree(const Invocation& how, const Places& places, std::span<char* const> given,
                 Printer& printer);
int graph(const Invocation& how, const Places& places, std::span<char* const> words,
          Printer& printer);
int history(const Invocation& how, const Places& places, std::span<char* const> given,
            Printer& printer);
// Where the time of a boot went.
int blame(const Invocation& how, const Places& places, std::span<char* const> given,
          Printer& printer);
int chain(const Invocation& how, const Places& places, std::span<char* const> words,
          Printer& printer);
int plot(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer);
// A limit of its control group: the service, the kernel's file and the value.
int set(const Invocation& how, const Places& places, std::span<char* const> words,
        Printer& printer);
// What services use, until a key or a signal asks it to exit.
int top(const Invocation& how, const Places& places, std::span<char* const> given,
        Printer& printer);
// For shells: what may stand in the place of the last word. The first is the program's name.
int complete(const Invocation& how, const Places& places, std::span<char* const> words,
             Printer& printer);
// What defines each: scripts, settings and those of the logger.
int cat(const Places& places, std::span<char* const> names, Printer& printer);
// Writes a definition. The first word is that of the command itself.
int new_service(std::span<char* const> words, Printer& printer);
// Each setting of each, with its source.
int show(const Invocation& how, const Places& places, std::span<char* const> names,
         Printer& printer);
int upgrade(const Verb& verb, const Invocation& how, const Places& places,
            std::span<char* const> given, Printer& printer);

// `sv log`: becomes svlog, with these words. `argv0` is what sv was called as.
[[noreturn]] void become_reader(const char* argv0, std::span<char* const> words);
// Prints the last `lines` lines that a service has logged. False, with a message, if it has
// no log.
[[nodiscard]] bool show_last_lines(const char* argv0, const char* name, const char* lines);

}  // namespace stoker
