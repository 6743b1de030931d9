// SPDX-License-Identifier: ISC
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>

#include "base/child.hh"
#include "base/directory.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/process_facts.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

struct ClockShifts {
  Moment monotonic = 0s;
  int64_t boot_ticks = 0;
};

Moment take_shift(std::string_view& text) {
  const auto seconds = parse_number<int64_t>(next_word(text));
  const auto nanoseconds = parse_number<int64_t>(next_word(text));
  return std::chrono::seconds(seconds.value_or(0)) + Moment(nanoseconds.value_or(0));
}

// "monotonic SECONDS NANOSECONDS", and the same for boottime.
ClockShifts read_clock_shifts() {
  constexpr Moment tick = 10ms;  // in /proc, on every machine
  ClockShifts shifts;
  char buffer[256];
  const Fd file = open_read(AT_FDCWD, "/proc/self/timens_offsets");
  const ssize_t got = file ? read_all(file.get(), buffer) : 0;
  std::string_view text(buffer, static_cast<size_t>(got > 0 ? got : 0));
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    const Moment shift = take_shift(text);
    if (word == "monotonic") shifts.monotonic = shift;
    if (word == "boottime") shifts.boot_ticks = shift / tick;
  }
  return shifts;
}

// Constant for the life of a process.
const ClockShifts& clock_shifts() {
  static const ClockShifts shifts = read_clock_shifts();
  return shifts;
}

ProcessFacts facts_of(std::string_view pid) {
  char buffer[512];
  const Fd file = open_read(AT_FDCWD, Text<64>("/proc/", pid, "/stat").c_str());
  // One read returns all of it.
  const ssize_t got = file ? read(file.get(), buffer, sizeof buffer) : 0;
  return parse_process_facts({buffer, static_cast<size_t>(got > 0 ? got : 0)});
}

}  // namespace

void seal_descriptors() {
#ifdef SYS_close_range
  constexpr unsigned close_on_exec = 1U << 2;  // CLOSE_RANGE_CLOEXEC
  if (syscall(SYS_close_range, 3U, ~0U, close_on_exec) == 0) return;
#endif
  for (int fd = 3; fd < 1024; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool adopt_orphans() { return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; }

void end_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) raise(SIGKILL);
}

bool parent_is_called(std::string_view name) { return parent_name(getpid()).view() == name; }

pid_t parent_process(pid_t pid) {
  return pid == getpid() ? getppid() : facts_of(Digits(pid)).parent;
}

// The owner of /proc/PID may be root instead.
std::optional<uid_t> process_user(pid_t pid) {
  char buffer[1024];
  const Fd file = open_read(AT_FDCWD, Text<32>("/proc/", pid, "/status").c_str());
  const ssize_t got = file ? read_all(file.get(), buffer) : 0;
  std::string_view text(buffer, static_cast<size_t>(got > 0 ? got : 0));
  constexpr std::string_view key = "\nUid:";
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  next_word(text);  // the real one
  return parse_number<uid_t>(next_word(text));
}

Text<32> parent_name(pid_t pid) { return facts_of(Digits(parent_process(pid))).name; }

bool meet_processes(bool all, FunctionRef<void(pid_t, std::string_view)> meet) {
  Directory processes(AT_FDCWD, "/proc");
  char self[16];
  const ssize_t length = processes ? readlinkat(processes.fd(), "self", self, sizeof self) : 0;
  if (length <= 0 || Digits(getpid()).view() != std::string_view(self, static_cast<size_t>(length)))
    return false;
  while (const char* const entry = processes.next()) {
    const auto pid = parse_number<pid_t>(entry);
    if (!pid || *pid == getpid()) continue;
    const ProcessFacts facts = facts_of(entry);
    if ((all || facts.parent == getpid()) && facts.runs() && !facts.is_of_kernel)
      meet(*pid, facts.name);
  }
  return true;
}

Moment group_look_interval() { return never; }

Moment clock_shift() { return clock_shifts().monotonic; }

uint64_t process_start_time(pid_t pid) {
  const uint64_t shown = facts_of(Digits(pid)).start_time;
  return shown == 0 ? 0 : shown - static_cast<uint64_t>(clock_shifts().boot_ticks);
}

Text<400> members_of(pid_t group) {
  Text<400> members;
  Directory processes(AT_FDCWD, "/proc");
  if (!processes) return members;
  while (const char* const entry = processes.next()) {
    if (!parse_number<pid_t>(entry)) continue;
    const ProcessFacts facts = facts_of(entry);
    if (!facts.runs_in(group) || members.size() > 340) continue;
    if (!members.empty()) members.append(", ");
    members.append(facts.name, " (", entry, ")");
  }
  return members;
}

bool group_runs(pid_t group) {
  if (!group_exists(group)) return false;
  Directory processes(AT_FDCWD, "/proc");
  if (!processes || process_start_time(getpid()) == 0) return true;
  while (const char* const entry = processes.next())
    if (parse_number<pid_t>(entry) && facts_of(entry).runs_in(group)) return true;
  return false;
}

PathText program_path(const char* argv0) {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0) return PathText(std::string_view(argv0));
  std::string_view name(path, static_cast<size_t>(length));
  // The kernel appends this once the file has been replaced.
  constexpr std::string_view replaced = " (deleted)";
  if (name.ends_with(replaced)) name.remove_suffix(replaced.size());
  return PathText(name);
}

uint64_t boot_mark() {
  char id[64];
  const Fd file = open_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id");
  const ssize_t got = file ? read_all(file.get(), id) : -1;
  if (got <= 0) return 0;
  // A restarted container has the same kernel, but another process 1. On a machine, process 1 adds
  // nothing, and some clocks start after it: then its start time wraps.
  constexpr uint64_t soon = 1000, wrapped = UINT64_MAX / 10'000'000 / 2;
  const uint64_t start_time = process_start_time(1);
  const bool of_container = start_time > soon && start_time < wrapped;
  uint64_t hash = 14695981039346656037U ^ (of_container ? start_time : 0);
  for (ssize_t i = 0; i < got; ++i)
    hash = (hash ^ static_cast<unsigned char>(id[i])) * 1099511628211U;
  return hash;
}

int first_realtime_signal() { return 34; }

bool is_alive(pid_t pid, uint64_t start_time) {
  if (start_time != 0) return process_start_time(pid) == start_time;
  return pid > 1 && getsid(pid) == pid;
}

Pipe reopen_pipe(pid_t pid, int fd) {
  const Text<64> path("/proc/", pid, "/fd/", fd);
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0 || !S_ISFIFO(facts.st_mode)) return {};
  Pipe pipe{open_read(AT_FDCWD, path.c_str()), open_write(AT_FDCWD, path.c_str())};
  if (!pipe.read || !pipe.write) return {};
  // They were opened with O_NONBLOCK, which a service does not expect.
  for (const int end : {pipe.read.get(), pipe.write.get()})
    if (fcntl(end, F_SETFL, 0) != 0) return {};
  return pipe;
}

Pipe reopen_held_pipe(pid_t pid) {
  Directory open_files(AT_FDCWD, Text<64>("/proc/", pid, "/fd").c_str());
  // Pipes of which one end was found; a process has few.
  std::array<Text<32>, 8> seen;
  size_t count = 0;
  while (const char* const entry = open_files ? open_files.next() : nullptr) {
    const int fd = parse_number<int>(entry).value_or(0);
    char target[31];
    const ssize_t length = readlinkat(open_files.fd(), entry, target, sizeof target);
    const std::string_view name(target, static_cast<size_t>(length > 0 ? length : 0));
    if (fd <= STDERR_FILENO || !name.starts_with('p') || !has_prefix(name, "pipe:[")) continue;
    for (const Text<32>& other : std::span(seen).first(count))
      if (other.view() == name) return reopen_pipe(pid, fd);
    if (count < seen.size()) seen[count++] = Text<32>(name);
  }
  return {};
}

bool resides(pid_t pid, int directory) {
  struct stat current {
  }, open{};
  return stat(Text<32>("/proc/", pid, "/cwd").c_str(), &current) == 0 &&
         fstat(directory, &open) == 0 && is_same_file(current, open);
}

bool is_orphan(pid_t pid) {
  const pid_t parent = facts_of(Digits(pid)).parent;
  bool orphan = parent <= 1;
  for (pid_t own = getpid(); own > 1; own = facts_of(Digits(own)).parent) {
    if (own == pid) return false;
    orphan = orphan || own == parent;
  }
  return orphan;
}

bool is_detached(pid_t pid) {
  const ProcessFacts facts = facts_of(Digits(pid));
  return facts.runs() && facts.session == pid && facts.terminal == 0;
}

bool is_older(pid_t pid, const struct stat& file) {
  constexpr Moment tick = 10ms, blur = 20ms;
  timespec wall{}, boot{};
  if (clock_gettime(CLOCK_REALTIME, &wall) != 0 || clock_gettime(CLOCK_BOOTTIME, &boot) != 0)
    return false;
  const auto moment = [](const timespec& time) {
    return std::chrono::seconds(time.tv_sec) + Moment(time.tv_nsec);
  };
  const uint64_t shown = facts_of(Digits(pid)).start_time;
  const Moment age = moment(boot) - tick * static_cast<int64_t>(shown);
  return shown != 0 && moment(wall) - age <= moment(file.st_ctim) + blur;
}

PathText initial_variable(pid_t pid, std::string_view name) {
  // Variables behind the first pages do not count: ours stand before what a user may add.
  char text[16384];
  const Fd file = open_read(AT_FDCWD, Text<32>("/proc/", pid, "/environ").c_str());
  const ssize_t got = file ? read_all(file.get(), text) : 0;
  std::string_view rest(text, static_cast<size_t>(got > 0 ? got : 0));
  while (!rest.empty()) {
    const std::string_view entry(rest.data(), std::min(rest.find('\0'), rest.size()));
    if (has_prefix(entry, name) && entry.size() > name.size() && entry[name.size()] == '=')
      return PathText(
          std::string_view(entry.data() + name.size() + 1, entry.size() - name.size() - 1));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return PathText();
}

void meet_residents(FunctionRef<void(pid_t, const struct stat&)> meet) {
  Directory processes(AT_FDCWD, "/proc");
  while (const char* const entry = processes ? processes.next() : nullptr) {
    const auto pid = parse_number<pid_t>(entry);
    struct stat current {};
    if (pid && *pid != getpid() &&
        fstatat(processes.fd(), Text<32>(entry, "/cwd").c_str(), &current, 0) == 0)
      meet(*pid, current);
  }
}

Text<64> name_and_pid(pid_t pid) {
  return Text<64>(facts_of(Digits(pid)).name.view(), " (", pid, ")");
}

bool ForeignProcess::adopt(pid_t pid, uint64_t start_time) {
  // First the pidfd, then the check of the start time: so the pid cannot be reused in between.
  handle_ = Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!is_alive(pid, start_time)) {
    handle_.reset();
    return false;
  }
  pid_ = pid;
  start_time_ = start_time;
  return true;
}

void ForeignProcess::forget() {
  pid_ = 0;
  handle_.reset();
}

Moment ForeignProcess::look_interval() const { return handle_ ? never : 100ms; }

bool ForeignProcess::has_ended() const {
  if (!handle_) return !is_alive(pid_, start_time_);
  pollfd fd{handle_.get(), POLLIN, 0};
  return poll(&fd, 1, 0) == 1;
}

}  // namespace stoker
