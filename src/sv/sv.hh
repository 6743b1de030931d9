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
// A file of a service, by the user's editor.
int edit(const Invocation& how, const Places& places, std::span<char* const> words,
         Printer& printer);
// A command as a service that is gone when it has ended. The first word is the verb; the exit code
// is that of the command.
int run(const Invocation& how, const Places& places, std::span<char* const> words,
        Printer& printer);
// So that nothing and nobody starts a service, or as before.
int mask(const Places& places, std::span<char* const> names, bool on, Printer& printer);
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

// Becomes svlog with these words, or runs it with its output to a pager.
int log(const Invocation& how, std::span<char* const> words);
// Becomes svlog, which follows these.
[[noreturn]] int attach(const Invocation& how, std::span<char* const> names);
// For Prometheus: what is known of the services.
int metrics(const Places& places, std::span<char* const> given, Printer& printer);
// Prints the last `lines` lines that a service has logged. False, with a message, if it has
// no log.
[[nodiscard]] bool show_last_lines(const char* argv0, const char* name, const char* lines);

}  // namespace stoker
