// SPDX-License-Identifier: ISC
#include "process.hh"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "base/signals.hh"
#include "catch.hh"

namespace stoker::test {

namespace {

namespace fs = std::filesystem;

// Never destroyed: the thread uses it to the very end.
struct Reaper {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<pid_t, int> deaths;
  bool started = false;
};
Reaper& reaper() {
  static Reaper& one = *new Reaper;
  return one;
}

void reap_for_ever() {
  Reaper& all = reaper();
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, 0);
    std::unique_lock lock(all.mutex);
    if (pid > 0) {
      all.deaths[pid] = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      all.changed.notify_all();
    } else if (errno == ECHILD) {
      // Without a child there can be no orphan either, so only start() can end this.
      all.changed.wait(lock, [&all] { return std::exchange(all.started, false); });
    }
  }
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> environment_of(const Setup& setup, const std::string& home) {
  std::map<std::string, std::string> all = {{"HOME", home}, {"PATH", getenv("PATH")}};
  for (const char* kept : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TMPDIR"})
    if (const char* value = getenv(kept)) all[kept] = value;
  for (const auto& [name, value] : setup.environment) all[name] = value;
  std::vector<std::string> entries;
  for (const auto& [name, value] : all) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> list;
  for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
  list.push_back(nullptr);
  return list;
}

Fd open_output(const std::string& path) {
  return Fd(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
}

// In the child. Nothing here may allocate: another thread may hold malloc's lock.
[[noreturn]] void become(const Setup& setup, const char* directory, char* const* argv,
                         char* const* environment) {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (chdir(directory) != 0) _exit(126);
  environ = const_cast<char**>(environment);
  if (setup.in_child) setup.in_child();
  execvp(argv[0], argv);
  static_cast<void>(write_all(STDERR_FILENO, "cannot execute the program under test\n"));
  _exit(127);
}

// By name; made before any Part registers itself.
std::map<std::string, Part::Play>& parts() {
  static std::map<std::string, Part::Play> all;
  return all;
}

struct ProcStat {
  pid_t parent = 0;
  char state = '?';
};
std::optional<ProcStat> proc_stat(pid_t pid) {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/stat");
  const size_t end = text.rfind(')');
  if (end == std::string::npos) return {};
  ProcStat stat;
  std::istringstream(text.substr(end + 1)) >> stat.state >> stat.parent;
  return stat;
}

std::vector<pid_t> processes_where(const std::function<bool(pid_t)>& accept) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), [](unsigned char c) { return isdigit(c); }))
      continue;
    const pid_t pid = std::stoi(name);
    if (accept(pid)) found.push_back(pid);
  }
  return found;
}

}  // namespace

Process::Process(const Argv& argv, const Setup& setup, const std::string& home,
                 const std::string& outputs)
    : name_(argv.at(0)) {
  static int count = 0;
  const std::string stem =
      outputs + "/" + std::to_string(++count) + "-" + fs::path(name_).filename().string();
  out_ = setup.output_file.empty() ? stem + ".out" : setup.output_file;
  err_ = setup.merged ? out_ : stem + ".err";
  const fs::path directory = fs::path(home) / setup.directory;
  const auto environment = environment_of(setup, home);
  const auto argv_pointers = pointers(argv), environment_pointers = pointers(environment);

  Pipe pipe = make_pipe();
  Fd input = setup.fed ? std::move(pipe.read) : Fd();
  if (!setup.fed) {
    std::ofstream(stem + ".in", std::ios::binary) << setup.input;
    input = Fd(open((stem + ".in").c_str(), O_RDONLY | O_CLOEXEC));
  } else {
    input_ = std::move(pipe.write);
  }
  const Fd out = open_output(out_), err = open_output(err_);
  REQUIRE((input && out && err));

  Reaper& all = reaper();
  const std::unique_lock lock(all.mutex);
  // No signal for the child may run a handler of the test's own in it.
  sigset_t every, before;
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &before);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(input.get(), 0);
    dup2(out.get(), 1);
    dup2(err.get(), 2);
    become(setup, directory.c_str(), argv_pointers.data(), environment_pointers.data());
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  all.deaths.erase(pid_);
  all.started = true;
  all.changed.notify_all();
  REQUIRE(pid_ > 0);
}

int Process::wait() const {
  Reaper& all = reaper();
  std::unique_lock lock(all.mutex);
  const bool ended = all.changed.wait_for(lock, timeout, [&] { return all.deaths.contains(pid_); });
  if (!ended) FAIL(name_ << " does not end; it has said: " << read_file(err_));
  return all.deaths[pid_];
}

std::optional<int> Process::ended() const {
  Reaper& all = reaper();
  const std::unique_lock lock(all.mutex);
  const auto death = all.deaths.find(pid_);
  if (death == all.deaths.end()) return {};
  return death->second;
}

void Process::signal(int number) const {
  if (!ended()) kill(pid_, number);
}

std::string Process::out() const { return read_file(out_); }
std::string Process::err() const { return read_file(err_); }

void Process::feed(std::string_view text) { REQUIRE(write_all(input_.get(), text)); }

void prepare_for_processes() {
  static bool done = false;
  if (std::exchange(done, true)) return;
  ::signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  test_program();
  const char* const path = getenv("PATH");
  setenv("PATH", (program_directory() + ":" + (path ? path : "/usr/bin:/bin")).c_str(), 1);
  std::thread(reap_for_ever).detach();
}

void kill_all_descendants() {
  Reaper& all = reaper();
  // Each round kills our children; what these leave behind becomes our children.
  for (std::vector<pid_t> left; !(left = children_of(getpid())).empty();) {
    for (const pid_t pid : left) kill(pid, SIGKILL);
    std::unique_lock lock(all.mutex);
    all.changed.wait_for(lock, std::chrono::milliseconds(2));
  }
}

Part::Part(const char* name, Play play) { parts()[name] = play; }

std::optional<int> play_part(int argc, char** argv) {
  if (argc < 3 || std::string(argv[1]) != "part") return {};
  return parts().at(argv[2])({argv + 3, argv + argc});
}

bool alive(pid_t pid) {
  const auto stat = proc_stat(pid);
  return stat && stat->state != 'Z' && stat->state != 'X';
}

std::vector<pid_t> children_of(pid_t pid) {
  return processes_where([pid](pid_t some) {
    const auto stat = proc_stat(some);
    return stat && stat->parent == pid;
  });
}

bool any_is_busy() {
  std::map<pid_t, ProcStat> all;
  for (const pid_t pid : processes_where([](pid_t) { return true; }))
    if (const auto stat = proc_stat(pid)) all[pid] = *stat;
  const auto is_ours = [&all](pid_t pid) {
    while (all.contains(pid) && pid != getpid()) pid = all[pid].parent;
    return pid == getpid();
  };
  return std::any_of(all.begin(), all.end(), [&](const auto& process) {
    const auto& [pid, stat] = process;
    return (stat.state == 'R' || stat.state == 'D') && pid != getpid() && is_ours(pid);
  });
}

std::vector<pid_t> processes_in(const std::string& directory) {
  return processes_where([&directory](pid_t some) {
    std::error_code error;
    return fs::read_symlink("/proc/" + std::to_string(some) + "/cwd", error) == directory &&
           alive(some);
  });
}

std::map<int, std::string> descriptors(pid_t pid) {
  std::map<int, std::string> open;
  std::error_code error;
  const std::string directory = "/proc/" + std::to_string(pid) + "/fd";
  for (const auto& entry : fs::directory_iterator(directory, error))
    open[std::stoi(entry.path().filename())] = fs::read_symlink(entry.path(), error).string();
  return open;
}

std::string proc_status(pid_t pid, const std::string& field) {
  std::istringstream lines(read_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(field + ":")) {
      const size_t value = line.find_first_not_of(" \t", field.size() + 1);
      return value == std::string::npos ? "" : line.substr(value);
    }
  return "";
}

bool sleeps_for(pid_t pid, Moment time) {
  const std::string before = proc_status(pid, "voluntary_ctxt_switches");
  wait_until({}, now() + time);
  return proc_status(pid, "State").starts_with("S") &&
         proc_status(pid, "voluntary_ctxt_switches") == before;
}

std::string contents_of_memory(pid_t pid) {
  return read_file("/proc/" + std::to_string(pid) + "/auxv");
}

// Asked for once, before any test changes its mounts: in a chroot, the kernel tells later how the
// program is called outside.
const std::string& test_program() {
  static const std::string& path = *new std::string(fs::read_symlink("/proc/self/exe").string());
  return path;
}

std::string program_directory() {
  if (const char* given = getenv("STOKER_BIN")) return fs::absolute(given).string();
  return (fs::path(test_program()).parent_path() / "../../bin").lexically_normal().string();
}

std::string init_directory() { return fs::path(program_directory()).parent_path() / "init-bin"; }

std::string shared_program(const std::string& name) {
  const fs::path shared = fs::path(program_directory()).parent_path() / "shared" / name;
  return fs::exists(shared) ? shared.string() : name;
}

}  // namespace stoker::test
