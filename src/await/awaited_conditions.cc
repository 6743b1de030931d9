// SPDX-License-Identifier: ISC
#include "await/awaited_conditions.hh"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "await/network.hh"
#include "await/path_baseline.hh"
#include "await/path_search.hh"
#include "base/any.hh"
#include "base/directory.hh"
#include "base/report.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

bool is_of_network(const Condition& condition) {
  return condition.kind == ConditionKind::interface_up || condition.kind == ConditionKind::address;
}

bool is_event(const Condition& condition) { return condition.kind == ConditionKind::event; }

bool is_filled(const char* path) {
  Directory listing(AT_FDCWD, path);
  return listing && listing.next() != nullptr;
}

}  // namespace

AwaitedConditions::AwaitedConditions(const Conditions& conditions, const Places& places,
                                     const char* stamp)
    : conditions_(conditions.all()), places_(places), stamp_(stamp) {
  static_cast<void>(paths_.begin());
  if (any(conditions_, is_of_network)) network_ = watch_network();
  if (any(conditions_, is_event)) {
    const PathText place = scan_state_of(places, places.services);
    if (!inbox_.open(place.c_str())) die_errno({"unable to await events in ", place});
  }
  static char room[65536];
  const std::string_view before = stamp != nullptr ? read_stamp(stamp, room) : std::string_view();
  for (size_t at = 0; at < conditions_.size(); ++at)
    if (has_baseline(conditions_[at])) {
      const char* const path = conditions_[at].subject;
      looks_[at] = stamped_look(before, path, look_of(path));
    }
  if (stamp != nullptr && before.empty()) write_stamp(stamp, conditions_, looks_);
}

bool AwaitedConditions::look(bool all, Came& came) {
  take_events();
  size_t held = 0;
  for (size_t at = 0; at < conditions_.size(); ++at) {
    Came one;
    if (!look_at(at, one)) continue;
    if (held++ > 0) continue;
    came = one;
    came.condition = &conditions_[at];
  }
  return all ? held == conditions_.size() : held > 0;
}

bool AwaitedConditions::look_at(size_t number, Came& came) {
  const Condition& condition = conditions_[number];
  came.subject.append(condition.subject);
  switch (condition.kind) {
  case ConditionKind::interface_up: return is_interface_up(condition.subject);
  case ConditionKind::address: return has_address(condition.subject);
  case ConditionKind::event: came.variables = variables_; return happened_[number];
  case ConditionKind::service:
    return services_[number].look(places_, condition.subject, condition.wish, paths_);
  case ConditionKind::path_exists:
  case ConditionKind::path_changed:
  case ConditionKind::path_modified:
  case ConditionKind::directory_not_empty: break;
  }
  return look_at_path(number, came);
}

bool AwaitedConditions::look_at_path(size_t number, Came& came) {
  const Condition& condition = conditions_[number];
  const auto visit = [this](const char* directory) { paths_.add_directory(directory); };
  const PathText found = first_match(condition.subject, visit);
  if (condition.kind == ConditionKind::path_exists) {
    came.subject = found;
    return !found.empty();
  }
  if (condition.kind == ConditionKind::directory_not_empty) {
    paths_.add_directory(condition.subject);
    return is_filled(condition.subject);
  }
  const bool writes = condition.kind == ConditionKind::path_modified;
  if (const int watch = paths_.add_path(condition.subject, writes); watch != PathWatch::none)
    watches_[number] = watch;
  return paths_.was_touched(watches_[number]) || look_of(condition.subject) != looks_[number];
}

void AwaitedConditions::take_events() {
  for (std::string_view record = inbox_.next(); !record.empty(); record = inbox_.next()) {
    const std::string_view name = take_part(record);
    for (size_t at = 0; at < conditions_.size(); ++at) {
      if (!is_event(conditions_[at]) || name != conditions_[at].subject) continue;
      if (!any(happened_, [](bool one) { return one; })) variables_ = EmittedRecord(record);
      happened_[at] = true;
    }
  }
}

void AwaitedConditions::sleep(Moment deadline) {
  std::array<pollfd, 3 + 2 * Conditions::most> fds;
  size_t used = 0;
  const auto add = [&](int fd, short events) { fds[used++] = {fd, events, 0}; };
  add(paths_.fd(), POLLIN);
  add(network_ ? network_.get() : -1, POLLIN);
  add(inbox_.fd(), POLLIN);
  for (const ServiceWatch& service : services_) {
    add(service.fd(), POLLIN);
    add(service.gone(), 0);
  }
  Moment looks = paths_.looks();
  if (any(conditions_, is_of_network)) looks = std::min(looks, network_looks(network_));
  if (looks != never) deadline = std::min(deadline, now() + looks);
  wait_until(fds, deadline);
  if (fds[0].revents != 0) paths_.read_notices();
  if (fds[1].revents != 0) drain_network(network_.get());
}

void AwaitedConditions::end() {
  inbox_.close();
  for (ServiceWatch& service : services_) service.close();
  if (stamp_ == nullptr) return;
  for (size_t at = 0; at < conditions_.size(); ++at)
    if (has_baseline(conditions_[at])) looks_[at] = look_of(conditions_[at].subject);
  write_stamp(stamp_, conditions_, looks_);
}

}  // namespace stoker
