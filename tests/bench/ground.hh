// SPDX-License-Identifier: ISC
// What every measurement needs: a directory of services, and a running tree. Only
// benchmarks include it, each once.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <csignal>
#include <ctime>

#include "table.hh"

namespace stoker::bench {

using Nanoseconds = long long;

inline Nanoseconds now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}
inline double milliseconds(Nanoseconds spent) { return static_cast<double>(spent) / 1e6; }
inline double since(Nanoseconds began) { return milliseconds(now() - began); }
inline void rest(int milliseconds) { usleep(static_cast<useconds_t>(milliseconds) * 1000U); }

inline pid_t start(const Command& command, const fs::path& directory) {
  const pid_t pid = fork();
  if (pid < 0) fail("unable to make a process");
  if (pid != 0) return pid;
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const int null = open("/dev/null", O_RDWR);
  for (const int fd : {0, 1, 2}) dup2(null, fd);
  close(null);
  setsid();
  // A peer's scanner finds its supervisor by PATH, where ours come first.
  if (command[0].starts_with("/")) {
    const std::string own = fs::path(command[0]).parent_path();
    setenv("PATH", (own + ":/usr/bin:/bin").c_str(), 1);
  }
  if (chdir(directory.c_str()) == 0) execvp(argv[0], argv.data());
  _exit(127);
}

// What a command takes, which must not fail, nor take more than two minutes.
inline Nanoseconds time_of(const Command& command, const fs::path& directory) {
  const Nanoseconds begin = now();
  const pid_t pid = start(command, directory);
  pollfd end{static_cast<int>(syscall(SYS_pidfd_open, pid, 0)), POLLIN, 0};
  const bool ended = end.fd < 0 || poll(&end, 1, 120'000) == 1;
  if (!ended) kill(pid, SIGKILL);
  int status = 0;
  waitpid(pid, &status, 0);
  const Nanoseconds spent = now() - begin;
  close(end.fd);
  if (!ended || status != 0) fail(fs::path(command[0]).filename().string() + " failed");
  return spent;
}

// The processes below one, parents before their children.
inline std::vector<pid_t> all_below(pid_t root) {
  std::vector<pid_t> all{root};
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string pid = std::to_string(all[i]);
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    for (pid_t child = 0; children >> child;) all.push_back(child);
  }
  all.erase(all.begin());
  return all;
}

// We become the parent of orphans.
inline void kill_all_below_us() {
  pid_t reaped = 0;
  do {
    for (const pid_t pid : all_below(getpid())) kill(pid, SIGKILL);
    rest(1);
    do reaped = waitpid(-1, nullptr, WNOHANG);
    while (reaped > 0);
  } while (reaped == 0);
}

inline void await_the_last_process(int seconds = 120) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, nullptr);
  const Nanoseconds deadline = now() + seconds * 1'000'000'000LL;
  pid_t reaped = 0;
  while ((reaped = waitpid(-1, nullptr, WNOHANG)) >= 0 && now() < deadline) {
    const timespec second{1, 0};
    if (reaped == 0) sigtimedwait(&child, nullptr, &second);
  }
  sigprocmask(SIG_UNBLOCK, &child, nullptr);
  if (reaped >= 0) fail("a process does not end");
}

// Everything a round needs: a directory of services, the FIFO they report to, and a
// way to get rid of what was started.
class Ground {
 public:
  explicit Ground(const std::string& beacon) : beacon_(beacon) {
    // State is kept in memory, as in /run on a real system.
    const char* const chosen = std::getenv("BENCH_GROUND");
    const bool in_memory = access("/dev/shm", W_OK) == 0;
    std::string path = chosen != nullptr ? chosen : in_memory ? "/dev/shm" : "/tmp";
    path += "/stoker-bench-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) die("unable to make " + path);
    root_ = path;
    fs::create_directories(scan());
    fs::create_directories(root_ / "sv");
    mkfifo((root_ / "beacon").c_str(), 0600);
    fifo_ = open((root_ / "beacon").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    // Room for the events of all that start in the meantime.
    fcntl(fifo_, F_SETPIPE_SZ, 1 << 20);
    setenv("BEACON", (root_ / "beacon").c_str(), 1);
  }
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;
  ~Ground() {
    close(fifo_);
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  fs::path root() const { return root_; }
  fs::path scan() const { return root_ / "scan"; }

  fs::path make(const std::string& name, bool linked = true, bool logged = false) {
    const fs::path service = root_ / "sv" / name;
    fs::create_directories(logged ? service / "log" : service);
    fs::create_symlink(beacon_, service / "run");
    if (logged) fs::create_symlink(beacon_, service / "log" / "run");
    if (linked) link(name);
    return service;
  }
  void make(int services, bool logged = false) {
    for (int i = 0; i < services; ++i) make("s" + std::to_string(i), true, logged);
  }
  void link(const std::string& name) { fs::create_symlink(root_ / "sv" / name, scan() / name); }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(scan()))
      if (entry.path().filename().string()[0] != '.') all.push_back(entry.path().filename());
    return all;
  }

  struct Sign {
    Nanoseconds moment;
    pid_t pid;
  };
  std::optional<Sign> next(int milliseconds = 15000) {
    struct {
      Nanoseconds moment;
      long long pid;
    } sign{};
    if (!has_sign(milliseconds) || read(fifo_, &sign, sizeof sign) != sizeof sign) return {};
    return Sign{sign.moment, static_cast<pid_t>(sign.pid)};
  }
  Sign must_come(int milliseconds = 15000) {
    const auto sign = next(milliseconds);
    if (!sign) fail("a service did not start");
    return *sign;
  }
  std::vector<Sign> must_come_all(int services) {
    std::vector<Sign> signs;
    for (int i = 0; i < services; ++i) signs.push_back(must_come(30'000));
    return signs;
  }
  bool has_sign(int milliseconds) const {
    pollfd fd{fifo_, POLLIN, 0};
    return poll(&fd, 1, milliseconds) == 1;
  }

 private:
  fs::path beacon_, root_;
  int fifo_ = -1;
};

// Each program is started at once, and as often as it ends, as the other suites do it.
inline void write_supervisord_conf(const Ground& ground) {
  const std::string root = ground.root();
  std::ofstream conf(root + "/supervisord.conf");
  conf << "[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=" << root << "/pid\n"
       << "[unix_http_server]\nfile=" << root << "/socket\n"
       << "[supervisorctl]\nserverurl=unix://" << root << "/socket\n"
       << "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory="
       << "supervisor.rpcinterface:make_main_rpcinterface\n";
  for (const std::string& name : ground.names())
    conf << "[program:" << name << "]\ndirectory=" << root << "/sv/" << name << "\ncommand=" << root
         << "/sv/" << name << "/run\nautorestart=true\nstartsecs=0\n"
         << "stdout_logfile=NONE\nstderr_logfile=NONE\n";
}

// A running tree; everything that was started is killed on destruction.
class Tree {
 public:
  Tree(const Suite& suite, Ground& ground, int services) : suite_(suite), ground_(ground) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (suite.is("supervisor")) write_supervisord_conf(ground);
    root_ = start(suite.command(Verb::scan), ground.scan());
    try {
      if (services > 0) must_live_until_a_sign();
      ground.must_come_all(services);
    } catch (...) {
      kill_all_below_us();
      throw;
    }
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() { kill_all_below_us(); }
  pid_t root() const { return root_; }

  // The scanner and all below it, services included.
  std::vector<pid_t> members() const {
    std::vector<pid_t> all = all_below(root_);
    all.push_back(root_);
    return all;
  }

  // Words for some of the services, or for all.
  Command about(Verb verb, const std::vector<std::string>& names) const {
    Command words = suite_.command(verb);
    for (const std::string& name : names)
      words.push_back((suite_.is("supervisor") ? "" : "./") + name);
    return words;
  }
  double time(Verb verb, const std::vector<std::string>& names) const {
    return milliseconds(time_of(about(verb, names), ground_.scan()));
  }
  // Until the command has ended, and all that it starts have really started.
  double time_until_started(Verb verb, const std::vector<std::string>& names,
                            std::vector<Ground::Sign>* started = nullptr) const {
    const Nanoseconds began = now();
    Nanoseconds last = began + time_of(about(verb, names), ground_.scan());
    const auto signs = ground_.must_come_all(static_cast<int>(names.size()));
    for (const auto& sign : signs) last = std::max(last, sign.moment);
    if (started != nullptr) *started = signs;
    return milliseconds(last - began);
  }
  // Not all commands wait for it.
  void bring_down(const std::vector<std::string>& names, const std::vector<Ground::Sign>& running) {
    time(Verb::down, names);
    const Nanoseconds deadline = now() + 60'000'000'000LL;
    for (const auto& sign : running)
      while (kill(sign.pid, 0) == 0) {
        if (now() > deadline) fail("a service does not end");
        rest(1);
      }
  }

  // Until the last process is gone.
  double time_to_stop() const {
    const std::vector<std::string> names = ground_.names();
    const Nanoseconds began = now();
    kill(root_, suite_.is("runit") ? SIGHUP : SIGTERM);
    if (suite_.is("daemontools")) {
      Command exit = about(Verb::down, names);
      exit[1] = "-dx";
      for (const std::string& name : names)
        if (fs::exists(ground_.scan() / name / "log")) exit.push_back("./" + name + "/log");
      time_of(exit, ground_.scan());
    }
    await_the_last_process();
    return since(began);
  }

 private:
  void must_live_until_a_sign() const {
    siginfo_t end{};
    for (int tries = 60; tries > 0 && end.si_pid == 0; --tries) {
      if (ground_.has_sign(500)) return;
      waitid(P_PID, static_cast<id_t>(root_), &end, WEXITED | WNOHANG | WNOWAIT);
    }
    fail(end.si_pid == 0 ? "nothing starts" : "the scanner has ended");
  }

  const Suite suite_;
  Ground& ground_;
  pid_t root_ = -1;
};

}  // namespace stoker::bench
