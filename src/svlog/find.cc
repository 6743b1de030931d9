// SPDX-License-Identifier: ISC
#include "svlog/find.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/directory.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/shared_directory.hh"
#include "logdir/archive.hh"
#include "logdir/names.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/names.hh"

namespace stoker {

namespace {

constexpr std::string_view usual_logs = "/var/log/";

// The last place that one may not look at, or the first link that is not followed: what is sought
// may be there.
constinit PathText refused{};
constinit bool is_link_refused = false;

void note_refusal(std::string_view path) {
  if ((errno != EACCES && errno != EPERM) || is_link_refused) return;
  refused = PathText(path);
  is_link_refused = errno == EPERM;
}

void die_if_refused(std::string_view word) {
  if (refused.empty()) return;
  if (is_link_refused)
    die({"unable to find the log of ", word, ": unable to open ", refused, link_reason});
  errno = EACCES;
  die_errno({"unable to find the log of ", word, ": unable to open ", refused});
}

bool is_log(const char* path) {
  const Fd directory = open_directory_safely(path);
  if (!directory) {
    note_refusal(path);
    return false;
  }
  if (exists(directory.get(), store::current)) return true;
  Directory names(directory.get(), ".");
  while (const char* const name = names ? names.next() : nullptr)
    if (archive_stamp(name)) return true;
  return false;
}

bool take_if_log(const PathText& path, LogPlace& place) {
  if (path.truncated() || !is_log(path.c_str())) return false;
  place.path = path;
  return true;
}

// The process that writes the log, by its supervisor's status; 0 if there is none. The path
// is that of the service.
pid_t logger_of(const PathText& service) {
  const char* const variable = getenv(layout::variable_state);
  const char* const root = variable != nullptr && *variable != '\0' ? variable : nullptr;
  const auto status_in = [root](const PathText& directory) {
    const PathText state = layout::state_directory(root, directory, "");
    const PathText path = root != nullptr ? state : PathText(directory.view(), "/", state.view());
    const Fd fd = open_search(AT_FDCWD, path.c_str());
    const bool running = fd && presence(fd.get()) == Presence::running;
    if (!running) note_refusal(path);
    return running ? read_own_status(fd.get()) : std::nullopt;
  };
  const auto both = status_in(service);
  if (both && both->native) return both->log.pid;
  // Other suites have a state directory for the logger alone.
  const auto own = status_in(PathText(service.view(), "/", layout::log));
  return own ? own->main.pid : 0;
}

// The first of the arguments of a logger that is a log directory.
bool take_from_arguments(pid_t logger, LogPlace& place) {
  const Text<32> process("/proc/", logger);
  char directory[4096], words[65536];
  const ssize_t length =
      readlink(PathText(process.view(), "/cwd").c_str(), directory, sizeof directory);
  const Fd file = open_read(AT_FDCWD, PathText(process.view(), "/cmdline").c_str());
  const ssize_t size = file ? read_all(file.get(), words) : -1;
  if (length < 0) note_refusal(process);
  if (length <= 0 || size <= 0) return false;
  std::string_view rest(words, static_cast<size_t>(size));
  for (bool first = true; !rest.empty(); first = false) {
    const std::string_view word(rest.data(), std::min(rest.find('\0'), rest.size()));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (first || word.empty()) continue;
    PathText path;
    if (word.front() != '/')
      path.append(std::string_view(directory, static_cast<size_t>(length)), "/");
    path.append(has_prefix(word, "./") ? std::string_view(word.data() + 2, word.size() - 2) : word);
    if (take_if_log(path, place)) return true;
  }
  return false;
}

// The first directory beneath `log`, by name, that is a log.
bool take_beneath(const PathText& log, LogPlace& place) {
  Directory names(AT_FDCWD, log.c_str());
  if (!names) note_refusal(log);
  LogName best;
  while (const char* const name = names ? names.next() : nullptr) {
    if (!best.empty() && std::string_view(name) >= best.view()) continue;
    if (is_log(PathText(log.view(), "/", name).c_str())) best = LogName(name);
  }
  return !best.empty() && take_if_log(PathText(log.view(), "/", best.view()), place);
}

bool take_from_service(const PathText& service, LogPlace& place) {
  const pid_t logger = logger_of(service);
  if (logger > 0 && take_from_arguments(logger, place)) return true;
  const PathText log(service.view(), "/", layout::log);
  return take_if_log(PathText(log.view(), "/main"), place) || take_if_log(log, place) ||
         take_beneath(log, place) || take_if_log(PathText(usual_logs, base_name(service)), place);
}

bool is_directory(const char* path) {
  struct stat facts {};
  return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

bool is_path(std::string_view word) {
  return word.front() == '/' || word.front() == '.' || word.back() == '/';
}

std::string_view without_slashes(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path;
}

// A log directory, or a service directory.
void find_by_path(const char* word, bool may_come, LogPlace& place) {
  const PathText path(without_slashes(word));
  if (take_if_log(path, place)) return;
  const int error = is_directory(word) ? 0 : errno;
  if (error == 0 && take_from_service(path, place)) return;
  if (may_come) {
    place.path = path;
    return;
  }
  if (error == 0) die_if_refused(word);
  if (error == 0)
    die({"unable to find a log in ", word, ": it has neither ", store::current,
         " nor a service with a log"});
  errno = error;
  die_errno({"unable to open ", word});
}

}  // namespace

void die_without_logs() {
  die_if_refused("any service");
  die({"no service in ", services_directory(), " has a log"});
}

bool find_service_log(const char* name, LogPlace& place) {
  place.name = LogName(name);
  return take_from_service(PathText(services_directory(), "/", name), place);
}

void find_log(const char* word, bool may_come, LogPlace& place) {
  if (*word == '\0') die({"the name of a service is empty"}, exit_misuse);
  place.name = LogName(without_slashes(word));
  if (is_path(word)) return find_by_path(word, may_come, place);
  if (find_service_log(word, place)) return;
  const PathText service(services_directory(), "/", word);
  const bool exists = is_directory(service.c_str());
  if (!exists) note_refusal(service);
  if (!exists && take_if_log(PathText(word), place)) return;
  if (!exists && std::string_view(word).find('/') != std::string_view::npos)
    return find_by_path(word, may_come, place);
  die_if_refused(word);
  if (exists)
    die({"unable to find the log of ", word, ": its logger names no log directory, and ", service,
         "/log and ", usual_logs, word, " contain none"});
  die({"unable to find the log of ", word, ": neither ", service, " nor ", usual_logs, word,
       " exists"});
}

}  // namespace stoker
