// SPDX-License-Identifier: ISC
// is-active, is-failed, is-enabled and is-system-running.
#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "base/any.hh"
#include "base/file.hh"
#include "service/names.hh"
#include "systemd/message.hh"
#include "systemd/unit_view.hh"
#include "systemd/verbs.hh"

namespace stoker::systemd {

namespace {

// Prints the state of each unit. True in `good` if one of them is as asked, in `known` if one is
// known at all.
struct Answer {
  bool good = false, known = false;
};

Answer ask_states(const Call& call, FunctionRef<bool(Active)> is_good) {
  static UnitView view;
  Answer answer;
  each_unit(call, call.words, [&](const UnitName& unit) {
    look_at(call.request.site, unit, view);
    const bool hidden = view.is_defined && view.probe.error == EACCES && !view.is_supervised();
    const std::string_view shown = hidden ? "unknown" : word(view.state.active);
    if (!call.request.has(Option::quiet)) call.out.page.append(shown, "\n");
    call.out.make_room();
    answer.good |= !hidden && is_good(view.state.active);
    answer.known |= view.is_found() && !hidden;
  });
  return answer;
}

}  // namespace

int is_active(const Call& call) {
  const Answer answer = ask_states(call, [](Active active) { return is_running(active); });
  if (answer.good) return 0;
  return answer.known ? exit_not_active : exit_unknown;
}

namespace {

// What a whole tree is like.
struct TreeState {
  unsigned failed = 0, starting = 0;
};

TreeState tree_state(const Site& site) {
  static UnitView view;
  TreeState tree;
  ServiceNames names;
  if (!names.read(site.services(), ServiceNames::Dangling::skipped)) return tree;
  for (const char* const name : names.all()) {
    look_at(site, UnitName(name, ".service"), view);
    tree.failed += view.state.active == Active::failed;
    tree.starting += view.state.sub == "start-pre" || view.state.sub == "start";
  }
  return tree;
}

}  // namespace

std::string_view system_state(const Site& site) {
  if (!site.has_scanner()) return "offline";
  const PathText stopping(site.services(), "/.svscan/stopping");
  if (exists(AT_FDCWD, stopping.c_str())) return "stopping";
  const TreeState tree = tree_state(site);
  if (tree.failed > 0) return "degraded";
  return tree.starting > 0 ? "starting" : "running";
}

int is_failed(const Call& call) {
  if (call.words.empty()) {
    const std::string_view state = system_state(call.request.site);
    if (!call.request.has(Option::quiet)) call.out.page.append(state, "\n");
    return state == "degraded" ? 0 : exit_failed;
  }
  return ask_states(call, [](Active active) { return active == Active::failed; }).good
             ? 0
             : exit_failed;
}

int is_system_running(const Call& call) {
  const std::string_view state = system_state(call.request.site);
  if (!call.request.has(Option::quiet)) call.out.page.append(state, "\n");
  return state == "running" ? 0 : exit_failed;
}

namespace {

bool counts(std::string_view state) {
  return any(std::initializer_list<std::string_view>{"enabled", "enabled-runtime", "static",
                                                     "alias", "indirect", "generated"},
             [=](std::string_view one) { return one == state; });
}

}  // namespace

int is_enabled(const Call& call) {
  static UnitView view;
  bool good = false;
  for (const char* const given : call.words) {
    const UnitName unit = unit_meant_by(given);
    look_at(call.request.site, unit, view);
    const std::string_view state = enabled_word(call.request.site, view, unit);
    if (state.empty()) {
      complain({"Failed to get unit file state for ", unit, ": ", strerror(ENOENT)});
      return exit_failed;
    }
    good |= counts(state);
    if (!call.request.has(Option::quiet)) call.out.page.append(state, "\n");
    call.out.make_room();
  }
  return good ? 0 : exit_failed;
}

}  // namespace stoker::systemd
