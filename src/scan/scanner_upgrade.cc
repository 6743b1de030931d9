// SPDX-License-Identifier: ISC
#include "scan/scanner_upgrade.hh"

#include <unistd.h>

#include <algorithm>

#include "base/list.hh"
#include "net/activation.hh"
#include "scan/foreign_suite.hh"
#include "scan/scan_tree.hh"
#include "scan/tree_shutdown.hh"
#include "service/layout.hh"

namespace stoker {

void ScannerUpgrade::set_up(char** argv) {
  argv_ = argv;
  reexec_.set_up(argv[0]);
}

// What waits in the pipe of a supervisor that is to be started again is held by no other
// process, and only we know which services a main process still waits for.
bool ScannerUpgrade::may_begin() const {
  if (shutdown_.stage() != Stage::serving || shutdown_.awaits_main() || suite_.is_used())
    return false;
  const std::span<const Entry> entries = tree_.roster.entries();
  return std::none_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.is_used() && entry.pid == 0 && has_unread(entry.pipe_read);
  });
}

void ScannerUpgrade::proceed() {
  if (!reexec_.is_due() || !may_begin()) return;
  const char* const argv[] = {argv_[0], "--can-take-over", nullptr};
  static_cast<void>(reexec_.begin_trial(argv, tree_.environment.entries(), -1));
}

bool ScannerUpgrade::take(const Death& death) {
  if (!reexec_.is_trial(death.pid)) return false;
  if (!reexec_.end_trial(death))
    reexec_.refuse(" does not run");
  else if (may_begin())
    become_program();
  else if (shutdown_.stage() == Stage::serving)
    reexec_.request();
  return true;
}

void ScannerUpgrade::become_program() {
  const auto own = tree_.state.handed_down();
  Text<512> resume(layout::variable_resume, "=");
  for (const int fd : own) resume.append(fd, ' ');
  tree_.kept.receive(tree_.roster);
  const Pipe packed = KeptSockets::pack(tree_.roster);
  Environment& environment = tree_.environment.variables();
  List<int, 5 + most_activated> kept;
  for (const int fd : {own[0], own[1], own[2], packed.read.get(), packed.write.get()})
    static_cast<void>(kept.add(fd));
  for (const int socket : activated_sockets(environment, getpid()))
    static_cast<void>(kept.add(socket));
  Text<64> sockets(layout::variable_sockets, "=", packed.read.get(), " ", packed.write.get());
  resume.append(shutdown_.main().pid());
  for (const pid_t child : shutdown_.earlier_children())
    if (child != 0) resume.append(' ', child);
  Text<64> groups(layout::variable_group, "=1");
  environment.set(resume.data());
  if (tree_.groups.is_used()) environment.set(groups.data());
  if (packed) environment.set(sockets.data());
  tree_.title.hand_down(true);
  tree_.environment.use_inherited_directory();
  const rlimit raised = tree_.open_files.lower();
  reexec_.execute(argv_, environment.entries(), kept.items(), tree_.directory.base());
  tree_.open_files.restore(raised);
  tree_.title.hand_down(false);
  environment.unset(layout::variable_resume);
  environment.unset(layout::variable_sockets);
  environment.unset(layout::variable_group);
  tree_.environment.use_scan_directory();
  if (fchdir(tree_.directory.fd()) != 0) tree_.complaint.warn_errno({"unable to change directory"});
}

void ScannerUpgrade::resume() {
  Environment& environment = tree_.environment.variables();
  const char* const given = environment.get(layout::variable_resume);
  if (given != nullptr) tree_.kept.inherit(environment.get(layout::variable_sockets));
  environment.unset(layout::variable_sockets);
  if (given == nullptr) return;
  std::string_view text(given);
  tree_.state.resume(text);
  resumed_ = shutdown_.resume(text);
  environment.unset(layout::variable_resume);
  if (environment.get(layout::variable_group) == nullptr) return;
  tree_.groups.note_use();
  environment.unset(layout::variable_group);
}

}  // namespace stoker
