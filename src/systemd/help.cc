// SPDX-License-Identifier: ISC
#include "systemd/help.hh"

#include <unistd.h>

#include "base/about.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/version.hh"

namespace stoker::systemd {

namespace {

constexpr std::string_view systemctl_help =
    "Query, start and stop services, as systemctl does.\n"
    "Verbs:\n"
    "  start, stop, restart, try-restart, reload, reload-or-restart\n"
    "  try-reload-or-restart, kill, status, show, cat, help\n"
    "  is-active, is-failed, is-enabled, is-system-running\n"
    "  enable, disable, reenable, mask, unmask, preset, preset-all, link\n"
    "  revert, edit, add-wants, add-requires, get-default, set-default\n"
    "  list-units, list-unit-files, list-dependencies, list-timers\n"
    "  list-sockets, list-jobs, isolate, default, rescue, poweroff, reboot\n"
    "  halt, daemon-reload, daemon-reexec, reset-failed, show-environment\n"
    "Options:\n"
    "  -t, --type=type      list units of this type\n"
    "  --state=state        list units in this state\n"
    "  --failed             list units that have failed\n"
    "  -p, --property=name  show this property only\n"
    "  -P name              the same, its value only\n"
    "  --value              show values without names\n"
    "  -a, --all            list inactive units and empty properties, too\n"
    "  -l, --full           with edit: copy the whole file\n"
    "  -q, --quiet          print nothing that is not needed\n"
    "  -n, --lines=lines    of the log, below a status (default: 10)\n"
    "  -o, --output=format  json: lists as JSON\n"
    "  --plain              no marks in lists\n"
    "  --no-legend          no head and no sum of lists\n"
    "  --now                with enable, disable and mask: start or stop, too\n"
    "  --no-block           wait for nothing\n"
    "  --runtime            until the next boot\n"
    "  -f, --force          replace links that are in the way\n"
    "  -s, --signal=signal  with kill (default: TERM)\n"
    "  --kill-whom=whom     main, or all (default)\n"
    "  --kill-who=whom      the same\n"
    "  --preset-mode=mode   full (default), enable-only or disable-only\n"
    "  --after              with list-dependencies: what is waited for\n"
    "  --root=dir           change files below dir only\n"
    "  --user               of the user's own tree\n"
    "  -h, --help           print this\n"
    "  --version            print the version\n";

constexpr std::string_view journalctl_help =
    "Show what services have logged, as journalctl does.\n"
    "  -u, --unit=unit          of this unit, or that match the pattern\n"
    "  -t, --identifier=name    said by this program\n"
    "  -f, --follow             go on with what is logged\n"
    "  -n, --lines=lines        the last lines: a number (default: 10), or all\n"
    "  --no-tail                with -f: all lines\n"
    "  -e, --pager-end          the last 1000 lines\n"
    "  -r, --reverse            the newest first\n"
    "  -o, --output=form        short, short-full, short-iso, short-precise,\n"
    "                           short-iso-precise, short-unix, with-unit, cat,\n"
    "                           verbose, export, json or json-pretty\n"
    "  -S, --since=time         not older than this\n"
    "  -U, --until=time         not newer than this\n"
    "  -b, --boot=id            since the machine was started\n"
    "  -k, --dmesg              of the kernel: nothing\n"
    "  -p, --priority=priority  at least as urgent as this, or a range\n"
    "  -g, --grep=expression    that match this extended regular expression\n"
    "  -c, --cursor=cursor      what follows a line\n"
    "  --after-cursor=cursor    the same\n"
    "  --show-cursor            the cursor of the last line behind it\n"
    "  --cursor-file=file       read the cursor there, and write the last one\n"
    "  -D, --directory=dir      of this log directory\n"
    "  -q, --quiet              print lines only\n"
    "  -a, --all                control characters as they are\n"
    "  --no-hostname            without the name of the machine\n"
    "  --utc                    times in UTC\n"
    "  --list-boots             the boots that are known: this one\n"
    "  -F, --field=field        the values of this field\n"
    "  -N, --fields             the names of all fields\n"
    "  --disk-usage             how large the logs are\n"
    "  --vacuum-size=bytes      remove the oldest files of logs larger than this\n"
    "  --vacuum-files=files     ... with more files\n"
    "  --vacuum-time=time       ... that are older\n"
    "  --rotate                 have logs rotated\n"
    "  -h, --help               print this\n"
    "  --version                print the version\n";

constexpr std::string_view prefix = "stoker-";
constexpr std::string_view systemctl = "stoker-systemctl [option ...] [verb [argument ...]]";
constexpr std::string_view journalctl = "stoker-journalctl [option ...] [match ...]";

[[noreturn]] void print(Words words) {
  for (const std::string_view word : words)
    if (!write_all(STDOUT_FILENO, word)) die_errno({"unable to write to standard output"});
  _exit(0);
}

// The usage begins with the name that it was called by.
std::string_view synopsis_of(const char* argv0, std::string_view own) {
  const bool is_own = argv0 != nullptr && has_prefix(base_name(argv0), prefix);
  if (!is_own) own.remove_prefix(prefix.size());
  return own;
}

}  // namespace

std::string_view systemctl_synopsis(const char* argv0) { return synopsis_of(argv0, systemctl); }
std::string_view journalctl_synopsis(const char* argv0) { return synopsis_of(argv0, journalctl); }

void print_systemctl_help(const char* argv0) {
  print_help({systemctl_synopsis(argv0), systemctl_help});
}

void print_journalctl_help(const char* argv0) {
  print_help({journalctl_synopsis(argv0), journalctl_help});
}

void print_systemd_version(const char* argv0) {
  const std::string_view name = argv0 != nullptr ? base_name(argv0) : std::string_view();
  if (has_prefix(name, prefix)) print_version(name);
  print({"systemd ", systemd_version, " (stoker ", version, ")\n"});
}

}  // namespace stoker::systemd
