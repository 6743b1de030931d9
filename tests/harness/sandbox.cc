// SPDX-License-Identifier: ISC
#include "sandbox.hh"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/signals.hh"
#include "service/control.hh"
#include "service/event.hh"
#include "service/layout.hh"

namespace stoker::test {

namespace {

namespace fs = std::filesystem;

std::string make_root() {
  prepare_for_processes();
  const char* const temporary = getenv("TMPDIR");
  std::string root = std::string(temporary ? temporary : "/tmp") + "/sandbox-XXXXXX";
  REQUIRE(mkdtemp(root.data()) != nullptr);
  // Tests may start programs as other users.
  fs::permissions(root, fs::perms(0755));
  fs::create_directory(root + "/box");
  fs::create_directory(root + "/said");
  return root;
}

// Wakes up when anything changes in a directory tree.
class Watch {
 public:
  explicit Watch(std::string root)
      : root_(std::move(root)), fd_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    follow();
  }
  void wait(Moment limit) {
    pollfd fd{fd_.get(), POLLIN, 0};
    wait_until({&fd, 1}, now() + limit);
    char changes[4096];
    while (::read(fd_.get(), changes, sizeof changes) > 0) {
    }
    follow();
  }

 private:
  void follow() {
    constexpr uint32_t mask = IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVE | IN_ATTRIB;
    inotify_add_watch(fd_.get(), root_.c_str(), mask);
    std::error_code error;
    for (fs::recursive_directory_iterator entry(root_, error), end; entry != end;
         entry.increment(error)) {
      if (error) return;
      if (entry->is_directory(error)) inotify_add_watch(fd_.get(), entry->path().c_str(), mask);
    }
  }
  std::string root_;
  Fd fd_;
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A command beside whatever sandbox there is.
Result run_apart(const Argv& argv, const Setup& setup = {}) {
  const std::string scratch = make_root();
  const Process process(argv, setup, scratch, scratch);
  Result result;
  result.code = process.wait();
  result.err = process.err();
  fs::remove_all(scratch);
  return result;
}

bool succeeds(const std::string& command) { return run_apart({"sh", "-c", command}).code == 0; }

}  // namespace

Channel::Channel(const std::string& path) : path_(path) {
  REQUIRE(mkfifo(path.c_str(), 0666) == 0);
  fs::permissions(path, fs::perms(0666));
  fd_ = Fd(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  REQUIRE(fd_);
}

std::optional<std::string> Channel::take_line() {
  const size_t end = pending_.find('\n');
  if (end == std::string::npos) return {};
  std::string line = pending_.substr(0, end);
  pending_.erase(0, end + 1);
  return line;
}

std::optional<std::string> Channel::line_within(Moment limit) {
  const Moment deadline = now() + limit;
  for (;;) {
    if (auto line = take_line()) return line;
    char bytes[4096];
    const ssize_t got = ::read(fd_.get(), bytes, sizeof bytes);
    if (got > 0) {
      pending_.append(bytes, static_cast<size_t>(got));
      continue;
    }
    if (now() >= deadline) return {};
    pollfd fd{fd_.get(), POLLIN, 0};
    wait_until({&fd, 1}, deadline);
  }
}

std::string Channel::line() {
  auto line = line_within(timeout);
  if (!line) FAIL("no line comes from " << path_);
  return *line;
}

void Channel::say(std::string_view line) {
  REQUIRE(write_all(fd_.get(), std::string(line) + "\n"));
}

Sandbox::Sandbox() : root_(make_root()), events_(root_ + "/events"), orders_(root_ + "/orders") {}

Sandbox::~Sandbox() {
  kill_all_descendants();
  std::error_code error;
  fs::remove_all(root_, error);
}

std::string Sandbox::path(const std::string& name) const {
  return name.empty() ? root_ + "/box" : root_ + "/box/" + name;
}

void Sandbox::write(const std::string& name, std::string_view text) {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream file(path(name), std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) FAIL("cannot write " << path(name));
}

void Sandbox::append(const std::string& name, std::string_view text) {
  std::ofstream(path(name), std::ios::binary | std::ios::app) << text;
}

void Sandbox::script(const std::string& name, const std::string& body) {
  const std::string known = "#!/bin/sh\nBOX='" + path() + "' EVENTS='" + events_.path() +
                            "' ORDERS='" + orders_.path() + "' SELF='" + test_program() + "'\n" +
                            "SERVE=\"$SELF part service $EVENTS $ORDERS\"\n";
  // By rename, so that a script that is being executed can be replaced.
  write(name + ".new", body.starts_with("#!") ? body : known + body + "\n");
  mode(name + ".new", 0755);
  move(name + ".new", name);
}

void Sandbox::directory(const std::string& name) { fs::create_directories(path(name)); }

void Sandbox::link(const std::string& target, const std::string& name) {
  fs::create_directories(fs::path(path(name)).parent_path());
  fs::create_symlink(target, path(name));
}

void Sandbox::move(const std::string& from, const std::string& to) {
  fs::rename(path(from), path(to));
}

// A supervisor may still write there.
void Sandbox::remove(const std::string& name) {
  std::error_code error;
  do fs::remove_all(path(name), error);
  while (error == std::errc::directory_not_empty);
  INFO(name << ": " << error.message());
  REQUIRE(!error);
}

void Sandbox::mode(const std::string& name, unsigned bits) {
  fs::permissions(path(name), static_cast<fs::perms>(bits));
}

std::string Sandbox::read(const std::string& name) const { return contents(path(name)); }

bool Sandbox::exists(const std::string& name) const {
  return fs::exists(fs::symlink_status(path(name)));
}

std::vector<std::string> Sandbox::list(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path(name)))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

Process Sandbox::start(const Argv& argv, const Setup& setup) {
  return Process(argv, setup, path(), root_ + "/said");
}

Result Sandbox::run(const Argv& argv, const Setup& setup) {
  const Process process = start(argv, setup);
  const int code = process.wait();
  return {code, process.out(), process.err()};
}

std::vector<std::string> Sandbox::events(size_t count) {
  std::vector<std::string> lines;
  while (lines.size() < count) lines.push_back(event());
  std::sort(lines.begin(), lines.end());
  return lines;
}

Channel Sandbox::channel(const std::string& name) { return Channel(path(name)); }

void Sandbox::wait_for(const std::function<bool()>& predicate, const std::string& what) {
  const Moment deadline = now() + timeout;
  if (predicate()) return;
  for (Watch watch(path()); !predicate(); watch.wait(20ms))
    if (now() > deadline) give_up(what);
}

std::string Sandbox::state_directory(const std::string& service) const {
  const std::string state(layout::state_directory(state_root_.c_str(), service, service).view());
  return state_root_.empty() ? path(service + "/" + state) : state;
}

// It can be asked before it starts what it is there for.
static bool has_begun(const std::optional<StatusFile>& status) {
  if (!status || !status->native) return true;
  const ServiceStatus& record = status->main_status;
  return record.state != State::down || record.want != Want::up || record.starts > 0;
}

Process Sandbox::supervise(const std::string& service, const Setup& setup) {
  Process supervisor = start({"supervise", service}, setup);
  await_supervisor(service);
  return supervisor;
}

void Sandbox::await_supervisor(const std::string& service) {
  const std::string state = state_directory(service);
  const auto there = [&state] {
    const Fd directory = open_directory(AT_FDCWD, state.c_str());
    return directory && presence(directory.get()) == Presence::running &&
           has_begun(read_status(directory.get()));
  };
  wait_for(there, "no supervisor appears for " + service);
}

void Sandbox::control(std::string_view letters, const std::string& service) {
  const Fd directory = open_directory(AT_FDCWD, state_directory(service).c_str());
  if (!directory || !send_letters(directory.get(), letters))
    give_up("the supervisor of " + service + " takes no letters");
}

StatusFile Sandbox::status(const std::string& service) {
  const Fd directory = open_directory(AT_FDCWD, state_directory(service).c_str());
  const auto status = directory ? read_status(directory.get()) : std::nullopt;
  if (!status) give_up("the status of " + service + " cannot be read");
  return *status;
}

StatusFile Sandbox::await(State state, const std::string& service) {
  return await([state](const StatusFile& now) { return now.main_status.state == state; },
               service + " does not become " + std::string(word(state)), service);
}

StatusFile Sandbox::await_log(State state, const std::string& service) {
  return await(
      [state](const StatusFile& now) { return now.has_log && now.log_status.state == state; },
      "the logger of " + service + " does not become " + std::string(word(state)), service);
}

StatusFile Sandbox::await(const std::function<bool(const StatusFile&)>& accept,
                          const std::string& what, const std::string& service) {
  await_supervisor(service);
  const Fd directory = open_directory(AT_FDCWD, state_directory(service).c_str());
  auto listener = Listener::subscribe(directory.get());
  for (const Moment deadline = now() + timeout;;) {
    const auto status = read_status(directory.get());
    if (status && accept(*status)) return *status;
    if (now() > deadline) {
      give_up(what + (status ? "; it is " + std::string(word(status->main_status.state)) : ""));
    }
    pollfd fd{listener ? listener->fd() : -1, POLLIN, 0};
    // Another user's supervisor cannot tell us.
    wait_until({&fd, 1}, now() + (listener ? 500ms : 20ms));
    while (listener && listener->next() != 0) {
    }
  }
}

void Sandbox::give_up(const std::string& what) const {
  std::string said;
  for (const auto& entry : fs::directory_iterator(root_ + "/said")) {
    const std::string name = entry.path().filename();
    if (!name.ends_with(".err")) continue;
    said += "\n" + name + ":\n" + contents(entry.path());
  }
  FAIL(what << said);
  std::abort();
}

// Nothing is seen outside of what happens in here; the thread that reaps stays outside.
Mount::Mount(Sandbox& box, const std::string& name, const std::string& options)
    : path_(box.path(name)) {
  static const bool apart =
      unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  REQUIRE(apart);
  box.directory(name);
  REQUIRE(mount("none", path_.c_str(), "tmpfs", 0, options.c_str()) == 0);
}

Mount::~Mount() { umount2(path_.c_str(), MNT_DETACH); }

void Mount::change(const std::string& options) const {
  unsigned long flags = MS_REMOUNT;
  if (contains(options, "ro")) flags |= MS_RDONLY;
  if (contains(options, "noexec")) flags |= MS_NOEXEC;
  REQUIRE(mount("none", path_.c_str(), "tmpfs", flags, nullptr) == 0);
}

Moment least_time(Moment enough, const std::function<Moment()>& attempt) {
  Moment least = attempt();
  for (int others = 9; others > 0 && least >= enough; --others) least = std::min(least, attempt());
  return least;
}

// One says so itself of the parts that only Linux has.
bool is_portable_twin() {
  static const bool is = contains(run_apart({"chpst", "--no-new-privileges", "true"}).err,
                                  "not supported on this system");
  return is;
}
bool is_sanitized() {
  const std::string directory = program_directory();
  return contains(directory, "-asan") || contains(directory, "-coverage");
}
bool can_be_root() { return geteuid() == 0; }

bool nobody_can_run() {
  static const bool can = [] {
    const std::string program = program_directory() + "/chpst";
    const auto as_nobody = [&program] {
      if (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0) _exit(2);
      _exit(access(program.c_str(), X_OK) == 0 ? 0 : 1);
    };
    return !can_be_root() || run_apart({"true"}, {.in_child = as_nobody}).code == 0;
  }();
  return can;
}

bool can_unshare() {
  static const bool can = succeeds("unshare -pf --kill-child --mount-proc true");
  return can;
}

bool can_mount() {
  static const bool can = succeeds("unshare -m sh -c 'mount -t tmpfs none /mnt'");
  return can;
}

std::string genuine(const std::string& program) {
  for (const char* const place : {"/usr/bin/", "/usr/sbin/"})
    if (access((place + program).c_str(), X_OK) == 0) return place + program;
  return "";
}

}  // namespace stoker::test
