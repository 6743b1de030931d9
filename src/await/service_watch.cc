// SPDX-License-Identifier: ISC
#include "await/service_watch.hh"

#include "service/layout.hh"

namespace stoker {

namespace {

bool is_as_wished(State state, ServiceWish wish) {
  switch (wish) {
  case ServiceWish::up: return state == State::up || state == State::ready;
  case ServiceWish::ready: return state == State::ready;
  case ServiceWish::down: return state == State::down || state == State::failed;
  case ServiceWish::failed: return state == State::failed;
  case ServiceWish::none: break;
  }
  return false;
}

State state_in(const StatusFile& status) {
  return status.native ? status.main_status.state : state_of(status.main);
}

bool is_removed(int directory) {
  struct stat facts {};
  return fstat(directory, &facts) != 0 || facts.st_nlink == 0;
}

// Whatever of it there is, so that the look after it appears finds more.
void watch_parts(const Places& places, const char* name, PathWatch& paths) {
  const PathText service = is_path(name) ? PathText(name) : PathText(places.services, "/", name);
  paths.add_directory(scan_directory_of(places, name).c_str());
  paths.add_directory(service.c_str());
  paths.add_directory(PathText(service.view(), "/", layout::state).c_str());
  if (places.states == nullptr) return;
  paths.add_directory(places.states);
  paths.add_directory(layout::state_directory(places.states, service, "").c_str());
}

}  // namespace

bool ServiceWatch::look(const Places& places, const char* name, ServiceWish wish,
                        PathWatch& paths) {
  handle_.name = name;
  if (handle_.listener && is_removed(handle_.state.get())) {
    handle_.listener.reset();
    handle_.state.reset();
  }
  if (!handle_.listener) {
    watch_parts(places, name, paths);
    open_handle(handle_, places);
    listen_to(handle_);
  }
  while (next_letter(handle_) != 0) {
  }
  const Probe probe = probe_again(handle_, places);
  if (probe.found == Probe::Found::supervised) return is_as_wished(state_in(probe.status), wish);
  return probe.found == Probe::Found::left && wish == ServiceWish::down;
}

}  // namespace stoker
