// SPDX-License-Identifier: ISC
#include <unistd.h>

#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "jail/jail.hh"

namespace stoker {

namespace {

using Line = Text<9000>;

void print(Line line) {
  line.append('\n');
  if (!write_all(STDOUT_FILENO, line)) die_errno({"unable to write"});
}

Line line_for(const Mount& mount) {
  using Content = Mount::Content;
  Line line("mount: ", mount.path);
  switch (mount.content) {
  case Content::same: line.append(" as it is"); break;
  case Content::bind: line.append(" shows ", mount.source); break;
  case Content::temporary: line.append(" new and empty"); break;
  case Content::devices: line.append(" with harmless devices only"); break;
  case Content::nothing: line.append(" inaccessible"); return line;
  }
  line.append(mount.read_only ? ", read-only" : ", writable");
  if (mount.no_exec) line.append(", no execution");
  if (mount.options != nullptr && *mount.options != '\0') line.append(", ", mount.options);
  if (mount.may_miss) line.append(", if it exists");
  return line;
}

void explain_namespaces(const Jail& jail) {
  const bool hostname = jail.walls.has(Wall::hostname) && geteuid() == 0;
  if (!jail.needs_namespaces() && !hostname) return;
  Line line("namespaces:");
  if (jail.needs_mounts() || jail.private_mounts) line.append(" mount");
  if (jail.private_pids) line.append(" pid");
  if (jail.private_network) line.append(" network");
  if (jail.private_ipc) line.append(" ipc");
  if (hostname) line.append(" uts");
  if (jail.users != PrivateUsers::none || geteuid() != 0) line.append(" user");
  print(line);
  if (jail.users == PrivateUsers::self) print(Line("users: only the one that runs jail"));
  if (jail.users == PrivateUsers::identity) print(Line("users: the same, up to 65535"));
}

void explain_allowances(const Jail& jail) {
  static constexpr std::string_view words[] = {"read", "read and write", "read and execute"};
  for (const Allowance& each : jail.allowances.items())
    print(Line("landlock: may ", words[static_cast<size_t>(each.kind)], " below ", each.path));
  if (!jail.allowances.empty()) print(Line("landlock: no other file"));
}

void explain_processes(const Jail& jail) {
  static constexpr std::string_view words[] = {"", ", those of other users unreadable",
                                               ", those of other users invisible",
                                               ", those that may not be traced invisible"};
  if (!jail.needs_proc()) return;
  print(Line("mount: /proc new", words[static_cast<size_t>(jail.proc)],
             jail.only_pids_in_proc ? ", processes only" : ""));
}

void explain_capabilities(const Jail& jail) {
  Line line;
  if (jail.is_undoable() && !jail.keep_capabilities) line.append(" ", jail_breakers);
  line.append(walled_capabilities(jail.walls).view());
  if (!line.empty()) print(Line("capabilities: never", line.view()));
}

template <typename Names>
void explain_names(std::string_view what, const NameFilter<Names>& filter,
                   std::string_view (*name_of)(unsigned)) {
  if (!filter.any()) return;
  Line line(what, ":");
  const size_t empty = line.size();
  for (unsigned i = 0; i < Names::Set::most; ++i)
    if (filter.allows(i) && !name_of(i).empty()) line.append(" ", name_of(i));
  if (line.size() == empty) line.append(" none");
  print(line);
}

void explain_walls(const Walls& walls) {
  struct Row {
    Wall wall;
    std::string_view text;
  };
  static constexpr Row rows[] = {
      {Wall::clock, "to set the clock"},
      {Wall::kernel_logs, "to read or clear the kernel's log"},
      {Wall::kernel_modules, "to load kernel modules"},
      {Wall::hostname, "to set the hostname"},
      {Wall::realtime, "real-time scheduling"},
      {Wall::suid_sgid, "set-user-ID and set-group-ID files"},
      {Wall::write_execute, "memory to write and to execute"},
      {Wall::personality, "to change the personality"},
  };
  for (const auto& [wall, text] : rows)
    if (walls.has(wall)) print(Line("denied: ", text));
  explain_names("permitted namespaces", walls.namespaces, namespace_name);
  explain_names("permitted sockets", walls.families, family_name);
  if (!walls.any()) return;
  Line foreign;
  for (const uint32_t machine : walls.architectures.machines())
    if (machine != native_machine()) foreign.append(" ", architecture_name(machine));
  if (walls.architectures.has_x32()) foreign.append(" x32");
  if (foreign.empty())
    print(Line("system calls: native ones only, others kill the program"));
  else
    print(Line("system calls: native ones, and those of", foreign.view()));
}

void explain_filter(const Jail& jail) {
  if (!jail.filter.any()) return;
  unsigned count = 0;
  for (unsigned call = 0; call < CallSet::most; ++call) count += jail.filter.allows(call) ? 0 : 1;
  const bool most_allowed = count < CallSet::most / 2;
  Line line("system calls: ");
  if (most_allowed)
    line.append("all but ", count);
  else
    line.append("only ", CallSet::most - count);
  line.append(jail.filter_error != 0 ? ", others fail: " : ", others kill the program");
  if (jail.filter_error != 0) line.append(error_text(jail.filter_error));
  print(line);
}

}  // namespace

void explain_jail(const Jail& jail) {
  explain_namespaces(jail);
  if (jail.root != nullptr) print(Line("root: ", jail.root));
  explain_processes(jail);
  const Mounts mounts = mounts_for(jail.rules.items());
  for (const Mount& mount : mounts.items()) print(line_for(mount));
  if (jail.private_network) print(Line("network: a loopback device of its own"));
  explain_capabilities(jail);
  if (jail.needs_isolation() && geteuid() == 0)
    print(Line("landlock: no access to processes outside, if the kernel can"));
  explain_allowances(jail);
  explain_walls(jail.walls);
  explain_filter(jail);
  if (jail.filter.any() || jail.walls.any() || !jail.allowances.empty())
    print(Line("no new privileges"));
}

}  // namespace stoker
