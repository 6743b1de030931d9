// SPDX-License-Identifier: ISC
// sv enable and sv disable: see sv(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/poll_set.hh"
#include "client/trouble.hh"
#include "service/control.hh"
#include "service/mask.hh"
#include "sv/sv.hh"
#include "sv/tree_plan.hh"

namespace stoker {

namespace {

using Found = Probe::Found;

struct Switch {
  const char* given = nullptr;  // as the user named it
  PathText name;                // in the scan directory
  ServiceHandle handle;
  bool done = false;
};

void append_fail(Page& page, const char* name, Words what) {
  page.append("fail: ", name, ": ");
  for (const std::string_view word : what) page.append(word);
  page.append("\n");
}

void append_errno(Page& page, const char* name, Words what) {
  const int error = errno;
  page.append("fail: ", name, ": ");
  for (const std::string_view word : what) page.append(word);
  page.append(": ", error_text(error), "\n");
}

// The absolute path of a definition. False with errno if the current directory is unknown.
bool find_definition(const char* given, PathText& path) {
  const std::string_view text(given);
  if (text.find('/') == std::string_view::npos && !is_path(given)) {
    path = PathText(definitions, "/", text);
    return true;
  }
  char directory[4096] = "";
  if (text.front() != '/' && getcwd(directory, sizeof directory) == nullptr) return false;
  if (text.front() == '/')
    path = PathText(text);
  else if (text == "." || text == "./")
    path = PathText(directory);
  else
    path = PathText(directory, "/", text);
  return true;
}

class Switching {
 public:
  Switching(const Places& places, size_t count, Moment deadline, Printer& printer)
      : places_(places),
        deadline_(deadline),
        printer_(printer),
        scan_(open_search(AT_FDCWD, places.services)),
        switches_(count),
        poll_set_(count) {
    if (!scan_) die_errno({"unable to open directory ", places.services}, 100);
    if (!switches_) die_errno({"unable to allocate memory"});
  }

  // To switch them off, there is a command for each.
  unsigned run(std::span<char* const> names, bool on,
               std::span<const ServiceCommand> commands = {});

 private:
  bool link(Switch& one);
  bool is_taken(Switch& one, const PathText& definition);
  bool make_link(Switch& one, const PathText& definition);
  bool unlink(Switch& one, const ServiceCommand& command);
  void wait_for_all(bool on);
  void advance(Switch& one, bool on);
  void give_up(Switch& one, bool on);
  void end(Switch& one);

  const Places& places_;
  const Moment deadline_;
  Printer& printer_;
  const Fd scan_;
  MappedArray<Switch> switches_;
  PollSet poll_set_;
  unsigned failures_ = 0;
};

unsigned Switching::run(std::span<char* const> names, bool on,
                        std::span<const ServiceCommand> commands) {
  for (size_t at = 0; at < names.size(); ++at) {
    Switch& one = switches_.all()[at];
    one.given = names[at];
    one.handle.poll_only = poll_set_.poll_only();
    if (on ? link(one) : unlink(one, commands[at])) continue;
    ++failures_;
    end(one);
  }
  // For a svscan that cannot watch the directory. It is fine if none is running.
  static_cast<void>(request_rescan_of(places_, places_.services));
  wait_for_all(on);
  printer_.flush();
  return failures_;
}

// Listens for the supervisor before it can exist, and then creates the link.
bool Switching::link(Switch& one) {
  PathText definition;
  if (!find_definition(one.given, definition)) {
    append_errno(printer_.page, one.given, {"unable to determine the current directory"});
    return false;
  }
  one.name = PathText(base_name(definition));
  one.handle.name = one.name.c_str();
  if (one.name.c_str()[0] == '.') {
    append_fail(printer_.page, one.given, {"the name of a service must not begin with a dot"});
    return false;
  }
  const Fd service = open_search(AT_FDCWD, definition.c_str());
  if (!service) {
    append_errno(printer_.page, one.given, {"unable to open ", definition});
    return false;
  }
  if (is_masked(service.get())) {
    append_masked(printer_.page, one.given);
    return false;
  }
  if (is_taken(one, definition)) return false;
  if (!make_state(places_, one.handle.name, service.get())) {
    append_errno(printer_.page, one.given, {"unable to create its state directory"});
    return false;
  }
  one.handle.state = open_state(places_, one.handle.name, service.get());
  listen_to(one.handle);
  return make_link(one, definition);
}

// Does the name belong to anything but the definition?
bool Switching::is_taken(Switch& one, const PathText& definition) {
  struct stat there, wanted;
  if (fstatat(scan_.get(), one.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (fstatat(scan_.get(), one.name.c_str(), &there, 0) == 0 &&
      stat(definition.c_str(), &wanted) == 0 && is_same_file(there, wanted))
    return false;
  append_fail(printer_.page, one.given,
              {places_.services, "/", one.name, " exists and is not ", definition});
  return true;
}

// An existing link to the same directory is fine.
bool Switching::make_link(Switch& one, const PathText& definition) {
  if (symlinkat(definition.c_str(), scan_.get(), one.name.c_str()) == 0) return true;
  if (errno == EEXIST) return !is_taken(one, definition);
  append_errno(printer_.page, one.given, {"unable to link ", places_.services, "/", one.name});
  return false;
}

bool Switching::unlink(Switch& one, const ServiceCommand& command) {
  one.name = PathText(base_name(one.given));
  one.handle.name = one.name.c_str();
  open_handle(one.handle, places_);
  struct stat found;
  const bool there = fstatat(scan_.get(), one.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
  if (there && !S_ISLNK(found.st_mode)) {
    append_fail(printer_.page, one.given,
                {places_.services, "/", one.name, " is not a symbolic link"});
    return false;
  }
  const Probe probe = probe_again(one.handle, places_);
  if (probe.found == Found::supervised && probe.status.native) listen_to(one.handle);
  if (!there || unlinkat(scan_.get(), one.name.c_str(), 0) != 0) {
    append_errno(printer_.page, one.given, {"unable to remove ", places_.services, "/", one.name});
    return false;
  }
  // Not every suite's svscan stops a service whose link is gone.
  if (probe.found != Found::supervised) return true;
  const Manner manner = probe.status.native ? command.manner : Manner::plain;
  const auto letters = letters_for(bytes_for(*command.verb, probe.status), manner);
  static_cast<void>(send_letters(one.handle.state.get(), letters));
  return true;
}

void Switching::wait_for_all(bool on) {
  for (;;) {
    poll_set_.begin();
    bool waits = false;
    for (Switch& one : switches_.all()) {
      if (one.done) continue;
      waits = true;
      poll_set_.add(one.handle);
    }
    if (!waits) return;
    printer_.flush();
    poll_set_.sleep(deadline_);
    for (Switch& one : switches_.all())
      if (!one.done && poll_set_.has_changed(one.handle)) advance(one, on);
    if (const int signal = poll_set_.interrupted()) {
      for (Switch& one : switches_.all()) end(one);
      die_by(signal);
    }
    if (now() < deadline_) continue;
    for (Switch& one : switches_.all())
      if (!one.done) give_up(one, on);
  }
}

void Switching::advance(Switch& one, bool on) {
  while (next_letter(one.handle) != 0) continue;
  const Probe probe = probe_again(one.handle, places_);
  plan_probe(one.handle, now());
  const bool here = probe.found == Found::supervised;
  const bool gone = probe.found == Found::left || probe.error == ENOENT;
  if (on ? !here : !gone) return;
  printer_.page.append("ok: ", one.given, on ? ": enabled\n" : ": disabled\n");
  end(one);
}

void Switching::give_up(Switch& one, bool on) {
  printer_.page.append("timeout: ", one.given);
  if (on)
    printer_.page.append(": enabled, but no supervisor has appeared: does svscan watch ",
                         places_.services, "?\n");
  else
    printer_.page.append(": disabled, but its supervisor is still running\n");
  ++failures_;
  end(one);
}

void Switching::end(Switch& one) {
  one.done = true;
  one.handle.listener.reset();
  one.handle.ok.reset();
  one.handle.state.reset();
}

}  // namespace

int enable(const Invocation& how, const Places& places, std::span<char* const> names,
           Printer& printer) {
  Switching switching(places, names.size(), deadline_of(how), printer);
  return exit_code(switching.run(names, true));
}

int disable(const Invocation& how, const Places& places, std::span<char* const> names,
            Printer& printer) {
  const MappedArray<ServiceCommand> commands(names.size());
  if (!commands) die_errno({"unable to allocate memory"});
  for (size_t at = 0; at < names.size(); ++at)
    commands.all()[at] = {names[at], find_verb("exit", false)};
  if (how.dry_run) return exit_code(show_plan(places, commands.all(), printer, how.json));
  Switching switching(places, names.size(), deadline_of(how), printer);
  arrange(places, commands.all());
  return exit_code(switching.run(names, false, commands.all()));
}

}  // namespace stoker
