// SPDX-License-Identifier: ISC
// stoker-import: service directories from unit files. See stoker-import(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "import/answers.hh"
#include "import/directive.hh"
#include "import/disk.hh"
#include "import/foreign.hh"
#include "import/importer.hh"
#include "import/place.hh"

namespace stoker::importer {

namespace {

constexpr About about{
    "stoker-import [-a] [-o dir] [--root=dir] [--log-directory=dir] [--targets=file] "
    "[--allow=directive] [--explain] [--diff] [--strict] [--json] [unit ...]",
    "Make service directories from unit files of systemd, supervisord.conf, a\n"
    "Procfile, init scripts, or sources of OpenRC and s6-rc.\n"
    "  -a                   all units that are started at boot\n"
    "  -o dir               write directories into dir\n"
    "  --root=dir           look for units and users below dir\n"
    "  --log-directory=dir  where loggers write (default: /var/log/sv)\n"
    "  --targets=file       what targets mean\n"
    "  --allow=directive    start services without this restriction\n"
    "  --explain            print what becomes of each directive\n"
    "  --diff               print what would change, and change nothing\n"
    "  --strict             write nothing that lacks a directive, and exit 1\n"
    "  --json               print what --explain prints as JSON\n"};

constexpr int exit_lacking = 1;

struct Invocation {
  bool all = false, explain = false, diff = false, strict = false, json = false;
  std::string output;
  ImportSettings settings;
  std::vector<std::string> units;
};

// False if the option is none of ours.
bool read_switch(Invocation& invocation, std::string_view name) {
  if (name == "explain")
    invocation.explain = true;
  else if (name == "diff")
    invocation.diff = true;
  else if (name == "strict")
    invocation.strict = true;
  else if (name == "json")
    invocation.json = true;
  else
    return false;
  return true;
}

void read_targets(Targets& targets, const char* path) {
  const auto text = read_text(path);
  if (!text) die_errno({"unable to read ", path});
  if (const unsigned line = targets.read(*text); line != 0)
    die({"unable to use ", path, ": line ", Digits(line),
         ": it must be a name and boot, never, triggers or group"});
}

std::string without_slashes(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

void allow(std::set<std::string>& allowed, const char* name) {
  constexpr std::string_view sections[] = {"Service", "Socket", "Timer", "Path", "Unit", "Install"};
  const bool known = std::any_of(
      std::begin(sections), std::end(sections),
      [name](std::string_view section) { return find_directive(section, name) != nullptr; });
  if (!known) die({"unable to allow ", name, ": systemd has no such directive"}, exit_misuse);
  allowed.insert(name);
}

bool read_value(Invocation& invocation, std::string_view name, const char* value) {
  if (name == "root")
    invocation.settings.root = without_slashes(value);
  else if (name == "log-directory")
    invocation.settings.logs = without_slashes(value);
  else if (name == "allow")
    allow(invocation.settings.allowed, value);
  else if (name == "targets")
    read_targets(invocation.settings.targets, value);
  else
    return false;
  return true;
}

bool takes_value(std::string_view name) {
  return name == "root" || name == "log-directory" || name == "allow" || name == "targets";
}

Invocation read_options(Options& options) {
  Invocation invocation;
  invocation.settings.logs = "/var/log/sv";
  while (const char letter = options.next()) {
    if (letter == 'a') {
      invocation.all = true;
    } else if (letter == 'o') {
      invocation.output = options.required_value(letter);
    } else if (letter == Options::long_option && takes_value(options.name())) {
      read_value(invocation, options.name(), options.required_value(letter));
    } else if (letter != Options::long_option || !read_switch(invocation, options.name())) {
      options.refuse(letter);
    }
  }
  for (int at = 0; at < options.count(); ++at)
    invocation.units.emplace_back(options.arguments()[at]);
  const bool answers = invocation.explain || invocation.json;
  if (invocation.all == !invocation.units.empty() || (invocation.output.empty() && !answers))
    usage(about.synopsis);
  if (invocation.diff && invocation.output.empty()) die({"--diff requires -o"}, exit_misuse);
  return invocation;
}

std::string first_line_of(const std::string& root, const std::string& path) {
  const std::string text = read_text_below(root, path).value_or("");
  return text.substr(0, text.find('\n'));
}

std::string release_value(const std::string& text, const std::string& key) {
  const std::string start = "\n" + key + "=";
  const size_t at = ("\n" + text).find(start);
  if (at == std::string::npos) return {};
  std::string value = text.substr(at + start.size() - 1);
  value = value.substr(0, value.find('\n'));
  std::erase(value, '"');
  return value;
}

Machine machine_of(const std::string& root) {
  Machine machine;
  machine.id = first_line_of(root, "/etc/machine-id");
  machine.host_name = first_line_of(root, "/etc/hostname");
  const std::string release = read_text_below(root, "/etc/os-release").value_or("");
  machine.os_id = release_value(release, "ID");
  machine.os_version = release_value(release, "VERSION_ID");
  utsname system{};
  if (uname(&system) == 0) {
    machine.kernel = system.release;
    machine.architecture = system.machine;
    if (machine.architecture == "x86_64") machine.architecture = "x86-64";
    if (machine.architecture == "aarch64") machine.architecture = "arm64";
  }
  return machine;
}

void read_machine(Invocation& invocation) {
  const std::string& root = invocation.settings.root;
  invocation.settings.machine = machine_of(root);
  invocation.settings.accounts.read(read_text_below(root, "/etc/passwd").value_or(""),
                                    read_text_below(root, "/etc/group").value_or(""));
  if (invocation.output.empty()) return;
  for (const std::string& name : list_names(invocation.output))
    if (name.front() != '.' && is_directory(invocation.output + "/" + name))
      invocation.settings.existing.insert(name);
}

// The directories of units that are given as paths.
std::vector<std::string> directories_of(const std::vector<std::string>& units) {
  std::vector<std::string> directories;
  for (const std::string& unit : units)
    if (has_slash(unit)) {
      const std::string directory = unit.substr(0, unit.rfind('/'));
      directories.push_back(directory.empty() ? "/" : directory);
    }
  return directories;
}

void print(std::string_view text) {
  if (!write_all(STDOUT_FILENO, text)) die_errno({"unable to write"});
}

bool lacks_something(const Draft& draft) {
  return std::any_of(draft.findings.begin(), draft.findings.end(), [](const Finding& finding) {
    return finding.answer == Answer::reported || finding.answer == Answer::refused;
  });
}

void warn_of(const Draft& draft) {
  for (const Finding& finding : draft.findings) {
    if (finding.answer != Answer::reported && finding.answer != Answer::refused) continue;
    const Assignment& given = finding.assignment;
    warn(
        {given.place.text(), ": ", given.key, "=", given.value,
         finding.answer == Answer::refused ? " is refused: " : " is not honoured: ", finding.text});
  }
}

std::string_view verb_of(Change change) {
  switch (change) {
  case Change::created: return "created ";
  case Change::replaced: return "replaced ";
  case Change::removed: return "removed ";
  case Change::left_out: return "left out ";
  case Change::kept: break;
  }
  return "kept ";
}

std::string_view reason_of(Change change) {
  if (change == Change::kept) return ", which has been edited";
  return change == Change::left_out ? ", which has been removed" : "";
}

void print_change(const Changed& one, bool with_difference) {
  const std::string_view reason = reason_of(one.change);
  print(std::string(verb_of(one.change)) + one.path + std::string(reason) + "\n");
  if (with_difference && reason.empty()) print(difference(one.before, one.after));
}

// Has something not been imported?
bool warn_of(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) warn({problem.unit, ": ", problem.text});
  return std::any_of(problems.begin(), problems.end(),
                     [](const Problem& problem) { return problem.is_lost; });
}

// False if it could not be placed.
bool place_service(const Invocation& invocation, const Draft& draft) {
  const PlacePlan plan = plan_placing(invocation.output, draft.definition);
  if (!plan.fault.empty()) {
    warn({plan.fault});
    return false;
  }
  if (!plan.caution.empty()) warn({plan.caution});
  if (!invocation.diff && !place(invocation.output, draft.definition, plan))
    return place_service(invocation, draft);
  if (plan.is_new && !invocation.diff)
    print("created " + draft.definition.name + "\n");
  else
    for (const Changed& one : plan.changes) print_change(one, invocation.diff);
  if (!invocation.diff)
    for (const std::string& alias : draft.definition.aliases)
      if (place_alias(invocation.output, alias, draft.definition.name))
        print("linked " + alias + " to " + draft.definition.name + "\n");
  return true;
}

bool write_services(const Invocation& invocation, const std::vector<Draft>& drafts) {
  bool complete = true;
  if (!invocation.diff) remove_leftovers(invocation.output);
  for (const Draft& draft : drafts) {
    warn_of(draft);
    if (invocation.strict && lacks_something(draft)) {
      warn({draft.definition.name, " is not written, because of --strict"});
      complete = false;
    } else if (!place_service(invocation, draft)) {
      complete = false;
    }
  }
  return complete;
}

void explain(const Invocation& invocation, const std::vector<Draft>& drafts) {
  if (invocation.json) return print(json_of(drafts));
  Sums sums;
  for (const Draft& draft : drafts) {
    print(explanation(draft));
    sums.add(draft);
  }
  print(sum_line(sums));
}

// Files of other formats have a path.
bool names_unit(const std::string& text) { return !has_slash(text) && text != "Procfile"; }

int run(Invocation& invocation) {
  read_machine(invocation);
  UnitFiles files(invocation.settings.root, directories_of(invocation.units));
  UnitImporter importer(files, invocation.settings);
  if (invocation.all) importer.add_enabled();
  Foreign foreign{invocation.settings, {}, {}};
  for (const std::string& unit : invocation.units)
    if (names_unit(unit) || !import_foreign(foreign, unit))
      importer.add(std::string(base_name(unit)));
  const std::vector<Draft> drafts = importer.finish(std::move(foreign.drafts));
  const bool lost_unit = warn_of(importer.problems());
  const bool lost = warn_of(foreign.problems) || lost_unit;
  if (invocation.explain || invocation.json) explain(invocation, drafts);
  bool complete = !lost;
  if (!invocation.output.empty()) complete = write_services(invocation, drafts) && complete;
  if (invocation.strict && std::any_of(drafts.begin(), drafts.end(), lacks_something))
    complete = false;
  return complete ? 0 : exit_lacking;
}

}  // namespace

}  // namespace stoker::importer

int main(int argc, char** argv) {
  using namespace stoker;
  set_program({"stoker-import"});
  umask(022);  // files have the modes that they are created with
  Options options(argc, argv, &importer::about);
  importer::Invocation invocation = importer::read_options(options);
  return importer::run(invocation);
}
