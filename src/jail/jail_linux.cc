// SPDX-License-Identifier: ISC
// Entering a jail, from the outermost restriction to the innermost.
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/privileges.hh"
#include "jail/jail.hh"
#include "jail/parts.hh"

namespace stoker {

namespace {

// What has been made. In a user namespace of our own, processes outside cannot be traced.
enum class Namespaces { none, in_same_user, in_new_user };

int kinds_for(const Jail& jail) {
  return (jail.needs_mounts() || jail.private_mounts ? CLONE_NEWNS : 0) |
         (jail.private_pids ? CLONE_NEWPID : 0) | (jail.private_network ? CLONE_NEWNET : 0) |
         (jail.private_ipc ? CLONE_NEWIPC : 0);
}

// None if the system refuses them, and that is acceptable.
Namespaces make_namespaces(const Jail& jail) {
  const int kinds = kinds_for(jail);
  const bool own_users = jail.users != PrivateUsers::none;
  if (!own_users && unshare(kinds) == 0) return Namespaces::in_same_user;
  if ((own_users || errno == EPERM) && unshare_users(kinds, jail.users))
    return Namespaces::in_new_user;
  die_or_warn(jail, {"unable to create namespaces"});
  return Namespaces::none;
}

// Root could change the name through /proc, too. Whoever may not do this, may not do that.
void separate_hostname(const Jail& jail) {
  if (unshare(CLONE_NEWUTS) != 0 && errno != EPERM)
    die_or_warn(jail, {"unable to separate the hostname"});
}

void start_loopback(const Jail& jail) {
  const Fd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (!fd || ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0)
    die_or_warn(jail, {"unable to start the loopback device"});
}

}  // namespace

void die_or_warn(const Jail& jail, Words what) {
  if (!jail.try_only) die_errno(what);
  warn_errno(what);
}

// What may not drop them can use none of them.
void drop_for_good(std::string_view names) {
  if (!names.empty() && may_drop_capabilities()) drop_capabilities(*parse_capabilities(names));
}

void enter_jail(const Jail& jail) {
  const Namespaces made = jail.needs_namespaces() ? make_namespaces(jail) : Namespaces::none;
  if (jail.walls.has(Wall::hostname)) separate_hostname(jail);
  if (made != Namespaces::none) {
    if (jail.private_network) start_loopback(jail);
    if (jail.private_pids) become_init();
    if (jail.needs_mounts() || jail.private_mounts) make_mounts(jail);
    if (jail.needs_isolation() && made == Namespaces::in_same_user) isolate_processes();
    if (jail.is_undoable() && !jail.keep_capabilities)
      drop_capabilities(*parse_capabilities(jail_breakers));
  }
  drop_for_good(walled_capabilities(jail.walls));
  const bool filters = jail.filter.any() || jail.walls.any();
  if (!filters && jail.allowances.empty()) return;
  forbid_new_privileges();
  if (!jail.allowances.empty()) restrict_files(jail);
  if (filters) filter_calls(jail);
}

}  // namespace stoker
