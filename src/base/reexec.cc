// SPDX-License-Identifier: ISC
#include "base/reexec.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/parse.hh"
#include "base/process.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constexpr std::string_view refusal = "unable to upgrade, going on as before: ";

void keep_open(std::span<const int> fds, bool keep) {
  for (const int fd : fds)
    if (fd >= 0) fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

}  // namespace

void Reexec::request() { stage_ = trial_ != 0 ? Stage::on_trial_again : Stage::requested; }

bool Reexec::begin_trial(const char* const* argv, char* const* environment, int directory) {
  stage_ = Stage::idle;
  const PathText program = program_path(argv0_);
  const Spawned child = spawn({.argv = argv,
                               .environment = environment,
                               .program = has_slash(program) ? program.c_str() : nullptr,
                               .directory = directory});
  if (child.pid > 0 && child.error == 0) {
    trial_ = child.pid;
    stage_ = Stage::on_trial;
    return true;
  }
  if (child.pid > 0) errno = child.error;
  warn_errno({refusal, program});
  return false;
}

bool Reexec::end_trial(const Death& death) {
  trial_ = 0;
  stage_ = stage_ == Stage::on_trial_again ? Stage::requested : Stage::idle;
  return death.status == 0;
}

void Reexec::refuse(std::string_view why) const { warn({refusal, program_path(argv0_), why}); }

void Reexec::execute(const char* const* argv, char* const* environment, std::span<const int> kept,
                     int directory) const {
  keep_open(kept, true);
  const PathText program = program_path(argv0_);
  if (directory < 0 || fchdir(directory) == 0)
    execvpe(program.c_str(), const_cast<char* const*>(argv), environment);
  warn_errno({refusal, program});
  keep_open(kept, false);
}

Fd inherit_descriptor(std::string_view& text) {
  const auto number = parse_number<int>(next_word(text));
  if (!number || *number < 3 || fcntl(*number, F_SETFD, FD_CLOEXEC) != 0) return Fd();
  return Fd(*number);
}

}  // namespace stoker
