// SPDX-License-Identifier: ISC
// What needs no connection.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/text.hh"
#include "probe/attempt.hh"

namespace stoker {

namespace {

using Kind = Finding::Kind;

Moment age_of(const struct stat& facts) {
  const timespec wall = read_clock(CLOCK_REALTIME);
  return std::chrono::seconds(wall.tv_sec - facts.st_mtim.tv_sec) +
         Moment(wall.tv_nsec - facts.st_mtim.tv_nsec);
}

Finding examine_plain(const char* path, Moment newest) {
  struct stat facts {};
  if (stat(path, &facts) != 0)
    return {Kind::failed, "unable to stat the file", "has the service made it?", errno};
  if (newest == never || age_of(facts) <= newest) return {Kind::fine};
  return {Kind::failed, "the file is too old", "does the service still write it?"};
}

bool lives(pid_t pid) { return signal_process(pid, 0) || errno == EPERM; }

Finding examine_pid(const char* path) {
  const Fd file = open_read(AT_FDCWD, path);
  char bytes[32];
  const ssize_t got = file ? read_all(file.get(), bytes) : -1;
  if (got < 0) return {Kind::failed, "unable to read the file", "has the service made it?", errno};
  std::string_view text(bytes, static_cast<size_t>(got));
  const auto pid = parse_number<pid_t>(next_word(text));
  if (!pid || *pid <= 0) return {Kind::failed, "holds no pid", "who else writes it?"};
  if (lives(*pid)) return {Kind::fine};
  return {Kind::failed, "its process does not exist", "the service has died and left the file"};
}

}  // namespace

Finding examine_file(const Target& target) {
  const PathText path(target.path);
  if (path.truncated())
    return {Kind::failed, "unable to stat the file", "shorten it", ENAMETOOLONG};
  return target.kind == Target::Kind::pid_file ? examine_pid(path.c_str())
                                               : examine_plain(path.c_str(), target.newest);
}

}  // namespace stoker
