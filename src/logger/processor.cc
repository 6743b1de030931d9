// SPDX-License-Identifier: ISC
#include "logger/processor.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/fd.hh"
#include "base/file.hh"
#include "logdir/names.hh"
#include "logger/settle.hh"

namespace stoker {

namespace {

constexpr Moment first_delay = 1s;
constexpr Moment longest_delay = 60s;

constexpr int state_target = 4;
constexpr int new_state_target = 5;

// Under a number that none of the processor's descriptors has.
Fd moved_up(const Fd& fd) {
  constexpr int above_targets = 10;
  return fd ? Fd(fcntl(fd.get(), F_DUPFD_CLOEXEC, above_targets)) : Fd();
}

// A processor of a logger that was killed may still write to the old file of the name.
Fd open_again(int directory, const char* name, mode_t mode) {
  if (unlinkat(directory, name, 0) != 0 && errno != ENOENT) return {};
  return open_truncate(directory, name, mode);
}

Fd open_state(int directory) {
  const Fd made = open_append(directory, store::state, 0644);
  return made ? open_read(directory, store::state) : Fd();
}

}  // namespace

bool Processor::delay() {
  timeout_ = std::clamp(timeout_ * 2, first_delay, longest_delay);
  again_ = now() + timeout_;
  return false;
}

bool Processor::start(int directory, const ArchiveName& source, const char* command, mode_t mode) {
  source_ = source;
  mode_ = mode;
  target_ = archive_name(*archive_stamp(source), archive::in_progress);
  const Fd from = open_read(directory, source_.c_str());
  const Fd to = from ? open_again(directory, target_.c_str(), mode) : Fd();
  const Fd old_state = to ? moved_up(open_state(directory)) : Fd();
  const Fd new_state =
      old_state ? moved_up(open_again(directory, store::new_state, store::current_mode)) : Fd();
  if (!new_state) {
    complaint_.warn_errno({"unable to prepare processor: ", name_.path, "/", source_});
    return delay();
  }
  const char* const argv[] = {"/bin/sh", "-c", command, nullptr};
  const Placed placed[] = {{old_state.get(), state_target}, {new_state.get(), new_state_target}};
  const Spawned child = spawn({.argv = argv,
                               .environment = environ,
                               .program = argv[0],
                               .directory = directory,
                               .standard_input = from.get(),
                               .standard_output = to.get(),
                               .placed = placed});
  if (child.pid < 0) {
    name_.complain(complaint_, name_.words->fork);
    return delay();
  }
  pid_ = child.pid;
  return true;
}

void Processor::give_up() {
  if (running()) signal_process(pid_, SIGTERM);
  pid_ = 0;
}

Processor::Outcome Processor::ended(const Death& death, int directory, std::string_view code) {
  if (!running() || death.pid != pid_) return Outcome::not_ours;
  pid_ = 0;
  const bool success = WIFEXITED(death.status) && WEXITSTATUS(death.status) == 0;
  if (success && conclude(directory, code)) {
    timeout_ = again_ = Moment::zero();
    complaint_.clear();
    return Outcome::done;
  }
  const TroubleWords& failed = name_.words->processor_failed;
  if (!success) complaint_.warn({failed.before, name_.path, failed.after});
  unlinkat(directory, target_.c_str(), 0);
  delay();
  return Outcome::failed;
}

bool Processor::conclude(int directory, std::string_view code) {
  const Fd result = open_append(directory, target_.c_str(), mode_);
  if (result && make_safe(result.get(), mode_, name_)) {
    const Tai64n stamp = *archive_stamp(source_);
    const ArchiveName final_name = archive_name(stamp, code);
    if (renameat(directory, target_.c_str(), directory, final_name.c_str()) == 0)
      return replace_by_result(directory, stamp, name_.path);
  }
  complaint_.warn_errno({"unable to rename processed: ", name_.path});
  return false;
}

bool replace_by_result(int directory, const Tai64n& stamp, const char* path) {
  if (is_name_taken(directory, store::new_state) &&
      renameat(directory, store::new_state, directory, store::state) != 0)
    warn_errno({"unable to rename state: ", path});
  return unlinkat(directory, archive_name(stamp, archive::unfinished).c_str(), 0) == 0;
}

}  // namespace stoker
