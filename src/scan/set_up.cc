// SPDX-License-Identifier: ISC
// The scanner's set-up: here, and only here, it may die.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "base/signals.hh"
#include "scan/scanner.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// Zeroed pages that cost nothing until they are used.
template <typename Element>
std::span<Element> make_table(size_t count) {
  auto* const pages = mmap(nullptr, count * sizeof(Element), PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) die_errno({"unable to get memory for the services"});
  return {static_cast<Element*>(pages), count};
}

bool is_heard(int number) {
  switch (number) {
  case SIGCHLD:
  case SIGALRM:
  case SIGHUP:
  case SIGINT:
  case SIGQUIT:
  case SIGTERM:
  case SIGUSR1:
  case SIGUSR2:
  case SIGWINCH:
#ifdef SIGPWR
  case SIGPWR:
#endif
  case SIGPIPE: return true;
  default: break;
  }
  return first_realtime_signal() != 0 && number == first_realtime_signal() + 3;
}

}  // namespace

void Scanner::set_up(char** argv) {
  argv_ = argv;
  if (!occupy_standard_descriptors()) die_errno({"unable to open /dev/null"}, personality_.trouble);
  seal_descriptors();
  listen();
  main_.set_up(options_.command, personality_.trouble);
  take_environment();
  find_supervisor(argv[0]);
  probe_supervisor();
  base_ = open_directory(AT_FDCWD, ".");
  directory_ = open_directory(AT_FDCWD, options_.directory);
  if (!directory_ && personality_.abandons)
    miss_directory();
  else if (!directory_)
    die_errno({"unable to chdir to ", options_.directory}, personality_.trouble);
  else if (!watch_.begin(directory_.get(), options_.directory, personality_.follows_links))
    complaint_.warn_errno({"unable to watch ", options_.directory, ", looking every second"});
  if (directory_ && fchdir(directory_.get()) != 0)
    die_errno({"unable to chdir to ", options_.directory}, personality_.trouble);
  take_descriptor_limit();
  make_roster();
  open_control();
  if (options_.title != nullptr) title_.begin(options_.title, resumed_);
  read_logger();
  // Processes that lose their parent come to us, as they would to PID 1.
  adopt_orphans();
  plan_shutdown();
  struct stat facts {};
  if (fstat(control_read_.get(), &facts) == 0) control_inode_ = facts.st_ino;
}

// As process 1 the end is bounded, so that it comes before the timeout of whoever asked
// for it ends: after ten seconds, where nobody has said otherwise.
void Scanner::plan_shutdown() {
  constexpr Moment usual_grace = 9s;
  const Moment grace = options_.grace.value_or(getpid() == 1 ? usual_grace : never);
  shutdown_.set_limits(grace, options_.pre_stop_delay);
  const int stop_signal = options_.signals.meaning_of(SIGTERM, true).deliver;
  if (stop_signal != 0) stop_signal_ = stop_signal;
  if (!resumed_) leftovers_.note_earlier_children();
  memory_kills_.note();
  if (own_) unlinkat(own_.get(), layout::stopping, 0);
  if (main_.is_awaited()) say_at_ = now() + 1s;
}

void Scanner::listen() {
  const auto& wanted = options_.signals.heard();
  catch_signals_if([&wanted](int number) { return is_heard(number) || wanted.has(number); });
}

void Scanner::take_environment() {
  if (!environment_.adopt_process()) die_errno({"unable to copy the environment"});
  const auto absolute = [this](std::string_view path) {
    PathText whole;
    if (!path.starts_with('/')) {
      whole = logical_directory(environment_.get("PWD"));
      if (path != ".") whole.append("/");
    }
    if (path != ".") whole.append(path);
    return whole;
  };
  pwd_.append("PWD=", absolute(options_.directory).view());
  if (options_.state_root != nullptr) {
    const PathText root = absolute(options_.state_root);
    if (mkdir(root.c_str(), 0755) != 0 && errno != EEXIST)
      die_errno({"unable to create ", options_.state_root});
    state_.append(layout::variable_state, "=", root.view());
    environment_.set(state_.data());
  }
  inherited_pwd_ = environment_.set(pwd_.data());
  if (options_.logger != nullptr) default_logger_.append(options_.logger);
  if (default_logger_.truncated()) die({"the command of -L is too long"}, exit_misuse);
}

// The file in place of -L, for a tree whose svscan is started by somebody else. It may be
// among the definitions, too, when state is kept elsewhere.
void Scanner::read_logger() {
  if (options_.logger != nullptr || !directory_) return;
  const PathText path(layout::scan_state, "/", layout::scan_logger);
  Fd file = own_ ? open_read(own_.get(), layout::scan_logger) : Fd();
  if (!file) file = open_read(directory_.get(), path.c_str());
  if (!file) {
    if (errno != ENOENT && errno != ENOTDIR) warn_errno({"unable to open ", path});
    return;
  }
  char text[1300];
  const ssize_t size = read_all(file.get(), text);
  if (size < 0) return warn_errno({"unable to read ", path});
  const std::string_view command = trim({text, static_cast<size_t>(size)});
  if (command.find('\n') != std::string_view::npos)
    return warn({path, " has more than one line: no logger"});
  default_logger_.append(command);
  if (!default_logger_.truncated()) return;
  default_logger_.clear();
  warn({"the command in ", path, " is too long: no logger"});
}

// The programs of this suite stand beside each other; runsvdir goes by PATH alone.
void Scanner::find_supervisor(const char* argv0) {
  const std::string_view self(argv0);
  const size_t slash = self.rfind('/');
  if (!personality_.follows_links && slash != std::string_view::npos) {
    PathText beside =
        self.starts_with('/') ? PathText() : logical_directory(environment_.get("PWD"));
    if (!self.starts_with('/')) beside.append("/");
    beside.append(std::string_view(self.data(), slash + 1), personality_.supervisor);
    if (!beside.truncated() && access(beside.c_str(), X_OK) == 0) supervisor_.append(beside.view());
  }
  if (supervisor_.empty()) supervisor_.append(personality_.supervisor);
}

// Two descriptors are held for each logger, so as many as may be are taken; what is
// started gets the limit that we were given.
void Scanner::take_descriptor_limit() {
  if (getrlimit(RLIMIT_NOFILE, &open_files_) != 0) return;
  rlimit raised = open_files_;
  raised.rlim_cur = raised.rlim_max;
  limit_raised_ = raised.rlim_cur != open_files_.rlim_cur && limit_open_files(raised);
}

void Scanner::make_roster() {
  roster_ = Roster(make_table<Entry>(options_.most), make_table<uint32_t>(options_.most),
                   make_table<uint32_t>(options_.most));
  polls_ = make_table<pollfd>(options_.most + 3);
}

bool Scanner::open_own_directory() {
  const char* const root = environment_.get(layout::variable_state);
  const bool elsewhere = options_.state_root != nullptr;
  const PathText path =
      elsewhere ? PathText(root, "/", layout::scan_state) : PathText(layout::scan_state);
  if (mkdirat(directory_.get(), path.c_str(), layout::directory_mode) != 0 && errno != EEXIST)
    return false;
  own_ = open_directory(directory_.get(), path.c_str());
  return static_cast<bool>(own_);
}

// What a svscan that was killed had just started has its lock until it becomes something
// else, which it is about to.
bool Scanner::take_lock() {
  constexpr Moment timeout = 1s, pause = 20ms;
  for (const Moment deadline = now() + timeout; now() < deadline;) {
    if (flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    const int error = errno;
    wait_until({}, now() + pause);
    errno = error;
  }
  return false;
}

// Where there is no place for it, the tree runs without a control FIFO; supervisors
// then write to a pipe that only they know.
void Scanner::open_control() {
  if (open_own_directory() && !resume_control()) {
    lock_ = open_append(own_.get(), layout::lock, 0600);
    if (lock_ && !take_lock())
      die_errno({"unable to lock ", layout::scan_state, "/", layout::lock}, personality_.trouble);
    if (lock_ &&
        (mkfifoat(own_.get(), layout::control, layout::fifo_mode) == 0 || errno == EEXIST)) {
      control_read_ = open_read(own_.get(), layout::control);
      struct stat facts {};
      if (control_read_ && fstat(control_read_.get(), &facts) == 0 && !S_ISFIFO(facts.st_mode))
        die({layout::scan_state, "/", layout::control, " exists but is not a fifo"},
            personality_.trouble);
      control_write_ = open_write(own_.get(), layout::control);
    }
  }
  if (control_read_ && control_write_) return;
  if (directory_)
    warn_errno({"unable to make ", layout::scan_state, "/", layout::control, ", going on without"});
  Pipe pipe = make_pipe();
  if (!pipe || !set_nonblocking(pipe.read.get()))
    die_errno({"unable to create a pipe"}, personality_.trouble);
  control_read_ = std::move(pipe.read);
  control_write_ = std::move(pipe.write);
}

}  // namespace stoker
