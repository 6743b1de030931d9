// SPDX-License-Identifier: ISC
#include "client/service_handle.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/file.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/names.hh"
#include "service/scanner.hh"
#include "service/state_place.hh"

namespace stoker {

namespace {

const char* get(const char* variable) {
  const char* const value = getenv(variable);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

std::string_view without_slashes(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path;
}

// The parent directory of a path.
PathText parent_of(std::string_view path) {
  path = without_slashes(path);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return PathText(".");
  return PathText(std::string_view(path.data(), slash == 0 ? 1 : slash));
}

bool is_dots(std::string_view name) { return name.empty() || name == "." || name == ".."; }

// The path of the state directory, and the directory it is relative to.
struct StatePath {
  int at;
  PathText path;
};

StatePath state_path(const Places& places, const char* name, int service) {
  if (places.states == nullptr) return {service, PathText(layout::state)};
  const std::string_view last = base_name(name);
  const bool is_log = last == layout::log;
  PathText absolute;
  if (is_log && is_dots(base_name(parent_of(name)))) {
    const Fd parent = open_search(AT_FDCWD, parent_of(name).c_str());
    if (parent) absolute = PathText(path_of(parent.get()).view(), "/", layout::log);
  } else if (is_dots(last)) {
    absolute = path_of(service);
  }
  const std::string_view path = absolute.empty() ? std::string_view(name) : absolute.view();
  return {AT_FDCWD, layout::state_directory(places.states, path, "")};
}

constexpr std::string_view no_ok = "unable to open supervise/ok";
constexpr std::string_view not_its_own = "supervise/status has been copied from another service";

Probe trouble(std::string_view what, int error) {
  Probe probe;
  probe.trouble = what;
  probe.error = error;
  return probe;
}

// The supervisor has its control FIFO and has not shown itself yet.
void look_closer(Probe& probe, int state) {
  struct statvfs disk {};
  probe.silent = true;
  probe.disk_full = fstatvfs(state, &disk) == 0 && disk.f_blocks > 0 &&
                    (disk.f_bavail == 0 || disk.f_favail == 0);
}

}  // namespace

Places Places::of_paths() { return {nullptr, get(layout::variable_state)}; }

Places Places::of_names() { return {services_directory(), get(layout::variable_state)}; }

PathText path_of(int directory) {
  const Fd here = open_search(AT_FDCWD, ".");
  PathText path;
  if (!here || fchdir(directory) != 0) return path;
  char buffer[4096];
  if (getcwd(buffer, sizeof buffer) != nullptr) path.append(buffer);
  if (fchdir(here.get()) != 0) die_errno({"unable to change back to the current directory"});
  return path;
}

bool is_path(std::string_view name) {
  return !name.empty() && (name.front() == '/' || name.front() == '.' || name.back() == '/');
}

Fd open_service(const Places& places, const char* name) {
  if (places.services == nullptr || *name == '\0' || is_path(name))
    return open_search(AT_FDCWD, name);
  Fd found = open_search(AT_FDCWD, PathText(places.services, "/", name).c_str());
  if (found || std::string_view(name).find('/') == std::string_view::npos) return found;
  const int kept = errno;
  Fd other = open_search(AT_FDCWD, name);
  if (!other) errno = kept;
  return other;
}

Fd open_state(const Places& places, const char* name, int service) {
  const StatePath state = state_path(places, name, service);
  return open_search(state.at, state.path.c_str());
}

bool make_state(const Places& places, const char* name, int service) {
  const auto [at, path] = state_path(places, name, service);
  return make_state_directory(at, path);
}

bool has_down_file(int service) { return exists(service, layout::down); }

PathText scan_directory_of(const Places& places, std::string_view name) {
  if (places.services != nullptr && !is_path(name)) return PathText(places.services);
  return is_dots(base_name(name)) ? PathText(name, "/..") : parent_of(name);
}

PathText scan_state_of(const Places& places, const char* directory) {
  const char* const root = places.states != nullptr ? places.states : directory;
  return PathText(root, "/", layout::scan_state);
}

namespace {

Fd open_scanner(const Places& places, const char* directory) {
  const PathText state = scan_state_of(places, directory);
  return open_fifo_write(AT_FDCWD, PathText(state, "/", layout::control).c_str());
}

}  // namespace

bool has_scanner(const Places& places, const char* directory) {
  return static_cast<bool>(open_scanner(places, directory));
}

bool send_scanner_letter(const Places& places, const char* directory, char letter) {
  const Fd control = open_scanner(places, directory);
  return control && write_all(control.get(), {&letter, 1});
}

bool request_rescan_of(const Places& places, const char* directory) {
  return send_scanner_letter(places, directory, scan_letter::rescan);
}

bool request_rescan(const Places& places, const char* name) {
  return request_rescan_of(places, scan_directory_of(places, name).c_str());
}

bool is_unsupervised(const Probe& probe) {
  return probe.found == Probe::Found::left || (probe.trouble == no_ok && probe.error == ENOENT);
}

Probe probe_state(int state, Fd& ok) {
  ok = open_ok(state);
  if (!ok) {
    Probe probe = trouble(no_ok, errno);
    if (errno == ENXIO) probe.found = Probe::Found::left;
    if (errno == ENOENT && open_write(state, layout::control)) look_closer(probe, state);
    return probe;
  }
  const auto status = read_own_status(state);
  if (!status && errno == EPROTO) return trouble("unable to read supervise/status: bad format", 0);
  if (!status && errno == EXDEV) return trouble(not_its_own, 0);
  if (!status && (errno == EISDIR || errno == EIO))
    return trouble("unable to read supervise/status", errno);
  if (!status) return trouble("unable to open supervise/status", errno);
  Probe probe;
  probe.found = Probe::Found::supervised;
  probe.status = *status;
  return probe;
}

Probe probe_state(int state) {
  Fd ok;
  return probe_state(state, ok);
}

Probe probe_service(const Places& places, const char* name, int service) {
  const Fd state = open_state(places, name, service);
  return state ? probe_state(state.get()) : trouble(no_ok, errno);
}

void open_handle(ServiceHandle& handle, const Places& places) {
  const Fd service = open_service(places, handle.name);
  if (service) handle.state = open_state(places, handle.name, service.get());
}

Probe probe_again(ServiceHandle& handle, const Places& places) {
  if (!handle.state) open_handle(handle, places);
  Probe probe = handle.state ? probe_state(handle.state.get(), handle.ok) : trouble(no_ok, errno);
  if (probe.found != Probe::Found::supervised) handle.ok.reset();
  if (handle.poll_only) {
    handle.ok.reset();
    handle.state.reset();
  }
  return probe;
}

void listen_to(ServiceHandle& handle) {
  if (!handle.poll_only && handle.state && !handle.listener) {
    auto listener = Listener::subscribe(handle.state.get());
    if (listener) handle.listener.emplace(std::move(*listener));
  }
}

char next_letter(ServiceHandle& handle) { return handle.listener ? handle.listener->next() : '\0'; }

bool request_supervisor(ServiceHandle& handle, const Places& places, Probe& probe) {
  if (!is_unsupervised(probe) || !request_rescan(places, handle.name)) return false;
  const Fd service = open_service(places, handle.name);
  if (!service) return false;
  if (!make_state(places, handle.name, service.get())) {
    probe = trouble("unable to create its state directory", errno);
    return false;
  }
  if (!handle.state) open_handle(handle, places);
  listen_to(handle);
  // It may have started before we listened.
  handle.next_probe = 0s;
  return true;
}

}  // namespace stoker
