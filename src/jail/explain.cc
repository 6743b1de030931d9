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
  if (!jail.needs_namespaces()) return;
  Line line("namespaces:");
  if (jail.needs_mounts()) line.append(" mount");
  if (jail.private_pids) line.append(" pid");
  if (jail.private_network) line.append(" network");
  if (jail.private_ipc) line.append(" ipc");
  if (geteuid() != 0) line.append(" user");
  print(line);
}

void explain_allowances(const Jail& jail) {
  static constexpr std::string_view words[] = {"read", "read and write", "read and execute"};
  for (const Allowance& each : jail.allowances.items())
    print(Line("landlock: may ", words[static_cast<size_t>(each.kind)], " below ", each.path));
  if (!jail.allowances.empty()) print(Line("landlock: no other file"));
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
  if (jail.private_pids) print(Line("mount: /proc new"));
  const Mounts mounts = mounts_for(jail.rules.items());
  for (const Mount& mount : mounts.items()) print(line_for(mount));
  if (jail.private_network) print(Line("network: a loopback device of its own"));
  if (jail.needs_namespaces() && !jail.keep_capabilities)
    print(Line("capabilities: never ", jail_breakers));
  if (jail.needs_isolation() && geteuid() == 0)
    print(Line("landlock: no access to processes outside, if the kernel can"));
  explain_allowances(jail);
  explain_filter(jail);
  if (jail.filter.any() || !jail.allowances.empty()) print(Line("no new privileges"));
}

}  // namespace stoker
