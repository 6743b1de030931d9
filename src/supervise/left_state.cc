// SPDX-License-Identifier: ISC
#include "supervise/left_state.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/shared_directory.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

Fd open_own(int directory, const char* name, struct stat& facts) {
  Fd file = open_read_plain(directory, name);
  if (!file) return file;
  if (fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode) && !others_can_write(facts))
    return file;
  errno = EPERM;
  return Fd();
}

}  // namespace

LeftState read_left_state(int state_directory) {
  LeftState left;
  struct stat facts {};
  const Fd file = open_own(state_directory, layout::status, facts);
  // A directory is a name that is taken; that the status cannot be written is said anyway.
  left.exists = file || (errno != ENOENT && !S_ISDIR(facts.st_mode));
  // Room for the fields of a later version; a file of ours comes in one read(2).
  std::array<unsigned char, 1536> bytes;
  const ssize_t got = file ? read(file.get(), bytes.data(), bytes.size()) : 0;
  if (got <= 0) return left;
  const std::span<const unsigned char> whole(bytes.data(), static_cast<size_t>(got));
  const auto status = decode(whole);
  if (!status || !status->native) return left;
  left.home = status->home;
  left.saved = decode_saved_state(behind_status(whole));
  return left;
}

bool can_take_over(const char* state_directory) {
  const Fd directory = open_directory(AT_FDCWD, state_directory);
  return directory && read_left_state(directory.get()).saved;
}

pid_t read_named_process(int state_directory) {
  struct stat facts {};
  const Fd file = open_own(state_directory, layout::pid, facts);
  char text[24];
  const ssize_t got = file ? read_all(file.get(), text) : 0;
  const std::string_view number(text, static_cast<size_t>(got > 0 ? got : 0));
  const pid_t pid = parse_number<pid_t>(trim(number)).value_or(0);
  return pid > 1 && is_older(pid, facts) ? pid : 0;
}

}  // namespace stoker
