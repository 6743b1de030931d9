// SPDX-License-Identifier: ISC
#include "systemd/request.hh"

#include <algorithm>
#include <cstdlib>

#include "base/any.hh"
#include "base/parse.hh"
#include "systemd/command_line.hh"
#include "systemd/help.hh"
#include "systemd/message.hh"

namespace stoker::systemd {

namespace {

constexpr OptionRow row(std::string_view name, char letter, Takes takes, Option option) {
  return {name, letter, takes, static_cast<int>(option)};
}
constexpr Takes nothing = Takes::nothing, value = Takes::value;

constexpr OptionRow rows[] = {
    row("help", 'h', nothing, Option::help),
    row("version", 0, nothing, Option::version),
    row("type", 't', value, Option::type),
    row("property", 'p', value, Option::property),
    row("", 'P', value, Option::property_value),
    row("all", 'a', nothing, Option::all),
    row("reverse", 0, nothing, Option::reverse),
    row("after", 0, nothing, Option::after),
    row("before", 0, nothing, Option::before),
    row("show-types", 0, nothing, Option::read_only),
    row("failed", 0, nothing, Option::failed),
    row("full", 'l', nothing, Option::full),
    row("job-mode", 0, value, Option::job_mode),
    row("fail", 0, nothing, Option::read_only),
    row("irreversible", 0, nothing, Option::read_only),
    row("ignore-dependencies", 0, nothing, Option::read_only),
    row("ignore-inhibitors", 'i', nothing, Option::read_only),
    row("check-inhibitors", 0, value, Option::value_unused),
    row("value", 0, nothing, Option::only_value),
    row("user", 0, nothing, Option::user),
    row("system", 0, nothing, Option::read_only),
    row("global", 0, nothing, Option::elsewhere),
    row("wait", 0, nothing, Option::wait),
    row("no-block", 0, nothing, Option::no_block),
    row("legend", 0, value, Option::legend),
    row("no-legend", 0, nothing, Option::no_legend),
    row("no-pager", 0, nothing, Option::read_only),
    row("no-wall", 0, nothing, Option::read_only),
    row("dry-run", 0, nothing, Option::dry_run),
    row("quiet", 'q', nothing, Option::quiet),
    row("no-warn", 0, nothing, Option::read_only),
    row("root", 0, value, Option::root),
    row("image", 0, value, Option::elsewhere),
    row("force", 'f', nothing, Option::force),
    row("no-reload", 0, nothing, Option::read_only),
    row("kill-who", 0, value, Option::kill_whom),
    row("kill-whom", 0, value, Option::kill_whom),
    row("signal", 's', value, Option::signal),
    row("no-ask-password", 0, nothing, Option::read_only),
    row("host", 'H', value, Option::elsewhere),
    row("machine", 'M', value, Option::elsewhere),
    row("runtime", 0, nothing, Option::runtime),
    row("lines", 'n', value, Option::lines),
    row("output", 'o', value, Option::output),
    row("plain", 0, nothing, Option::plain),
    row("state", 0, value, Option::state),
    row("recursive", 'r', nothing, Option::read_only),
    row("with-dependencies", 0, nothing, Option::read_only),
    row("show-transaction", 'T', nothing, Option::read_only),
    row("preset-mode", 0, value, Option::preset_mode),
    row("message", 0, value, Option::value_unused),
    row("timestamp", 0, value, Option::value_unused),
    row("now", 0, nothing, Option::now),
};

[[noreturn]] void refuse(Words what) {
  complain(what);
  exit(1);
}

void add_words(std::string_view text, ListedWords& words) {
  while (!text.empty()) {
    const std::string_view word(text.data(), std::min(text.find(','), text.size()));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!word.empty() && !words.add(word)) refuse({"There are too many words in a list."});
  }
}

void add_types(Request& request, std::string_view text) {
  if (text == "help") request.wants_types = true;
  add_words(text, request.types);
}

// A word of --type is a type, or else a state that units are loaded with.
void check_types(const Request& request) {
  constexpr std::string_view loads[] = {"help", "loaded", "not-found", "masked", "stub", "error"};
  for (const std::string_view type : request.types.items())
    if (!unit_type_from(type) && !any(loads, [=](std::string_view one) { return one == type; }))
      refuse({"Unknown unit type or load state '", type,
              "'.\nUse -t help to see a list of allowed values."});
}

// Options whose value is kept as it is.
struct Kept {
  Option option;
  const char* Request::*member;
};
constexpr Kept kept[] = {
    {Option::signal, &Request::signal},     {Option::kill_whom, &Request::kill_whom},
    {Option::lines, &Request::lines},       {Option::output, &Request::output},
    {Option::root, &Request::root},         {Option::preset_mode, &Request::preset_mode},
    {Option::job_mode, &Request::job_mode},
};

void take_value(Request& request, Option option, const char* text) {
  const std::string_view word(text);
  for (const Kept& one : kept)
    if (one.option == option) request.*one.member = text;
  if (option == Option::type) add_types(request, word);
  if (option == Option::state) {
    request.wants_states |= word == "help";
    add_words(word, request.states);
  }
  if (option == Option::property_value) request.set(Option::only_value);
  if (option == Option::property || option == Option::property_value)
    add_words(word, request.properties);
  if (option == Option::legend && (word == "no" || word == "false" || word == "0"))
    request.set(Option::no_legend);
}

void check_values(const Request& request) {
  const auto is_one_of = [](std::string_view word, std::initializer_list<std::string_view> all) {
    return any(all, [=](std::string_view one) { return one == word; });
  };
  check_types(request);
  if (request.lines != nullptr && !parse_number<uint64_t>(request.lines))
    refuse({"Failed to parse lines '", request.lines, "'."});
  if (!is_one_of(request.preset_mode, {"full", "enable-only", "disable-only"}))
    refuse({"Failed to parse preset mode: ", request.preset_mode, "."});
  if (!is_one_of(request.kill_whom, {"main", "control", "all"}))
    refuse({"Failed to parse --kill-whom=: ", request.kill_whom,
            ": it must be main, control or all."});
}

}  // namespace

std::span<char*> read_request(std::span<char*> argv, Request& request) {
  const char* const name = argv.empty() ? "systemctl" : argv.front();
  CommandLine line(name, argv, rows);
  for (int id = line.next(); id != CommandLine::end; id = line.next()) {
    if (id == CommandLine::mistake) refuse({"usage: ", systemctl_synopsis(name)});
    const auto option = static_cast<Option>(id);
    if (option == Option::help) print_systemctl_help(name);
    if (option == Option::version) print_systemd_version(name);
    if (option == Option::elsewhere)
      refuse({"systemctl: --host, --machine, --image and --global are not supported."});
    request.set(option);
    request.forces += option == Option::force;
    if (line.value() != nullptr) take_value(request, option, line.value());
  }
  check_values(request);
  request.site.set_up({request.root, request.has(Option::user)});
  return line.words();
}

bool is_type_wanted(const Request& request, UnitType type) {
  bool names_type = false;
  for (const std::string_view text : request.types.items()) {
    if (text == word(type)) return true;
    names_type |= unit_type_from(text).has_value();
  }
  return !names_type;
}

}  // namespace stoker::systemd
