// SPDX-License-Identifier: ISC
#include "supervise/supervisor_upgrade.hh"

#include <unistd.h>

#include <algorithm>
#include <span>

#include "base/list.hh"
#include "net/activation.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

constexpr size_t named_count = 4 + 2 * StateDirectory::descriptor_count;
using Descriptors = List<int, named_count + 5 + most_activated>;

// First those that the variable names, in the order that take_descriptors() reads; then those
// that have variables of their own.
Descriptors descriptors_of(const SupervisorUpgrade::Handover& handover, int saved) {
  const auto& [location, scanner, main, logging, keeper, unused] = handover;
  const Pipe& pipe = logging.pipe().current();
  Descriptors held;
  static_cast<void>(held.add(location.base()));
  for (const auto& state : {main.state().descriptors(), logging.unit().state().descriptors()})
    for (const int fd : state) static_cast<void>(held.add(fd));
  for (const int fd :
       {main.service().notification(), saved, main.service().notifications().fd(), pipe.read.get(),
        pipe.write.get(), scanner.fd(), keeper.read_end(), keeper.write_end()})
    static_cast<void>(held.add(fd));
  return held;
}

}  // namespace

bool SupervisorUpgrade::take_over(const char* argv0) {
  reexec_.set_up(argv0);
  const char* const given = environment_.get(layout::variable_resume);
  if (given == nullptr) return false;
  const bool enough = take_descriptors(given);
  environment_.unset(layout::variable_resume);
  return enough;
}

bool SupervisorUpgrade::take_descriptors(std::string_view text) {
  const Fd base = inherit_descriptor(text);
  for (StateFds* const state : {&main, &log})
    for (Fd& fd : *state) fd = inherit_descriptor(text);
  readiness = inherit_descriptor(text);
  saved = inherit_descriptor(text);
  socket = inherit_descriptor(text);
  return base && main[0] && fchdir(base.get()) == 0;
}

std::optional<SavedState> SupervisorUpgrade::read_state() {
  std::array<unsigned char, 1024> bytes;
  const ssize_t got = saved ? read(saved.get(), bytes.data(), bytes.size()) : 0;
  saved.reset();
  if (got <= 0) return {};
  return decode_saved_state(std::span(bytes).first(static_cast<size_t>(got)));
}

bool SupervisorUpgrade::begin_trial(const StateDirectory& state) {
  const char* const argv[] = {reexec_.argv0(), "--can-take-over", ".", nullptr};
  return reexec_.begin_trial(argv, environment_.entries(), state.directory());
}

bool SupervisorUpgrade::end_trial(const Death& death) {
  const bool can = reexec_.end_trial(death);
  if (!can) reexec_.refuse(" cannot take over");
  return can;
}

void SupervisorUpgrade::execute(const Handover& handover) const {
  const auto& [location, scanner, main_unit, logging, keeper, last] = handover;
  const Pipe state = make_pipe();
  const auto kept = encode(last);
  const bool written =
      write_all(state.write.get(), {reinterpret_cast<const char*>(kept.data()), kept.size()});
  Descriptors held = descriptors_of(handover, written ? state.read.get() : -1);
  const Pipe& pipe = logging.pipe().current();
  Text<220> resume(layout::variable_resume, "=");
  for (const int fd : held.items().first(named_count)) resume.append(fd, ' ');
  Text<64> ends(layout::variable_pipe, "=", pipe.read.get(), " ", pipe.write.get());
  Text<64> control(layout::variable_scanner, "=", scanner.fd(), " ", scanner.pid(),
                   scanner.wants_groups() ? " " : "",
                   scanner.wants_groups() ? layout::with_groups : "");
  Text<1250> logger(layout::variable_logger, "=", logging.command().text());
  Text<64> sockets(layout::variable_sockets, "=", keeper.read_end(), " ", keeper.write_end());
  for (char* const entry : {resume.data(), ends.data(), control.data(), logger.data()})
    environment_.set(entry);
  if (keeper.is_open()) environment_.set(sockets.data());
  location.restore_pwd(environment_);
  // A service that is down now may inherit them later.
  for (const int given : activated_sockets(environment_, scanner.activated()))
    static_cast<void>(held.add(given));
  const char* const argv[] = {reexec_.argv0(), location.path(), nullptr};
  reexec_.execute(argv, environment_.entries(), held.items());
  location.set_pwd(environment_);
  for (const char* const name :
       {layout::variable_resume, layout::variable_pipe, layout::variable_scanner,
        layout::variable_logger, layout::variable_sockets})
    environment_.unset(name);
}

}  // namespace stoker
