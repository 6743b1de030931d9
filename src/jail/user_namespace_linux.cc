// SPDX-License-Identifier: ISC
// A user namespace of the jail's own, and which users exist in it.
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.hh"
#include "base/text.hh"
#include "jail/parts.hh"

namespace stoker {

namespace {

// Those that systemd maps, too.
constexpr std::string_view every_user = "0 0 65536";

void write_file(const char* file, std::string_view text) {
  const Fd fd = open_write(AT_FDCWD, file);
  if (!fd || !write_all(fd.get(), text)) die_errno({"unable to write ", file});
}

bool unshare_for_self(int kinds) {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(kinds | CLONE_NEWUSER) != 0) return false;
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", Text<80>(user, " ", user, " 1"));
  write_file("/proc/self/gid_map", Text<80>(group, " ", group, " 1"));
  return true;
}

// Only a process outside may map several users. It waits until there is a namespace, or the other
// end is closed because there will be none.
[[noreturn]] void map_users_of(pid_t pid, int ready) {
  char byte = 0;
  if (read(ready, &byte, 1) != 1) _exit(0);
  write_file(Text<40>("/proc/", pid, "/uid_map").c_str(), every_user);
  write_file(Text<40>("/proc/", pid, "/gid_map").c_str(), every_user);
  _exit(0);
}

bool unshare_for_everyone(int kinds) {
  if (geteuid() != 0) {
    errno = EPERM;
    return false;
  }
  const pid_t self = getpid();
  Pipe pipe = make_pipe();
  if (!pipe) die_errno({"unable to create a pipe"});
  const pid_t mapper = fork();
  if (mapper < 0) die_errno({"unable to fork"});
  if (mapper == 0) {
    pipe.write.reset();
    map_users_of(self, pipe.read.get());
  }
  const bool done = unshare(kinds | CLONE_NEWUSER) == 0;
  const int reason = errno;
  if (done) static_cast<void>(write_all(pipe.write.get(), "."));
  pipe.write.reset();
  int status = 0;
  while (waitpid(mapper, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) _exit(exit_trouble);  // it has reported why
  errno = reason;
  return done;
}

}  // namespace

bool unshare_users(int kinds, PrivateUsers users) {
  return users == PrivateUsers::identity ? unshare_for_everyone(kinds) : unshare_for_self(kinds);
}

}  // namespace stoker
