// SPDX-License-Identifier: ISC
// The programs of an upheaval: services that notice a second copy of
// themselves, one that writes numbered lines, one that answers, and its client.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "sandbox.hh"

namespace stoker::test {

inline Fd open_file(const std::string& path, int flags) {
  return Fd(open(path.c_str(), flags | O_CREAT | O_CLOEXEC, 0644));
}

inline unsigned long number_from(const char* variable, unsigned long otherwise) {
  const char* const text = getenv(variable);
  return text != nullptr ? std::stoul(text) : otherwise;
}

// Held as long as the process lives; a second process creates FILE.second.
inline Fd be_the_only_one(const std::string& file) {
  Fd lock = open_file(file + ".lock", O_RDWR);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) open_file(file + ".second", O_RDWR).reset();
  return lock;
}

// FILE [MILLISECONDS]: dies after that time; negative: is deaf to TERM.
inline int hold(const std::vector<std::string>& arguments) {
  const int time = std::stoi(arguments.at(1));
  if (time < 0) signal(SIGTERM, SIG_IGN);
  const Fd lock = be_the_only_one(arguments.at(0));
  poll(nullptr, 0, time > 0 ? time : -1);
  return 0;
}

// FILE: lines "RUN NUMBER", each as one write. How far each run got is noted in FILE.runs,
// eight bytes a run, after the line was written.
inline int write_numbers(const std::vector<std::string>& arguments) {
  const Fd lock = be_the_only_one(arguments.at(0));
  const Fd runs = open_file(arguments.at(0) + ".runs", O_RDWR);
  struct stat facts {};
  if (fstat(runs.get(), &facts) != 0) return 1;
  const off_t place = facts.st_size / 8 * 8;
  for (uint64_t number = 0;; ++number) {
    const std::string line = std::to_string(place / 8) + " " + std::to_string(number) + "\n";
    if (number > 0 && !write_all(STDOUT_FILENO, line)) return 1;
    if (pwrite(runs.get(), &number, sizeof number, place) != sizeof number) return 1;
    poll(nullptr, 0, 10);
  }
}

inline std::string command_line(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline size_t lasting_descriptors(pid_t pid) {
  // A supervisor that adopted a process has a pidfd for it.
  size_t count = 0;
  for (const auto& [number, target] : descriptors(pid))
    count += target.find("pidfd") == std::string::npos;
  return count;
}

struct Member {
  std::string name;
  bool logged = false, wanted = true;
  bool flaps = false;
  size_t loggers_killed = 0, directories = 0;
  std::vector<std::pair<size_t, std::string>> diary{};  // what was done to it, by its run
  std::set<size_t> excused{};  // runs whose last lines no process held when svscan was killed
  Moment quiet_until = 0s;     // its supervisor must not be killed too often
};

inline void note(const Sandbox& box, Member& one, const std::string& what) {
  struct stat facts {};
  if (!one.logged || stat(box.path(one.name + ".runs").c_str(), &facts) != 0) return;
  one.diary.emplace_back(facts.st_size / 8, what);
}

// Only svscan holds the lines in a pipe without supervisor and logger.
inline void note_killed_scanner(const Sandbox& box, Member& one, bool supervised) {
  note(box, one, "svscan killed");
  if (!supervised && !one.diary.empty()) one.excused.insert(one.diary.back().first - 1);
}

// What was done to it about the time of that run.
inline std::string diary_of(const Member& one, size_t run) {
  std::string text;
  for (const auto& [at, what] : one.diary)
    if (at + 2 >= run && at <= run + 3) text += std::to_string(at) + ": " + what + "\n";
  return text;
}

// Those that are at home somewhere in the sandbox, and how they were called.
inline std::map<pid_t, std::string> inhabitants(const Sandbox& box) {
  std::map<pid_t, std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::error_code error;
    const std::string home = std::filesystem::read_symlink(entry.path() / "cwd", error).string();
    if (!home.starts_with(box.path("all/"))) continue;
    const pid_t pid = std::stoi(entry.path().filename());
    if (alive(pid)) found[pid] = command_line(pid) + " in " + home;
  }
  return found;
}

// Its directory under all/.
inline void define(Sandbox& box, const Member& one) {
  const size_t i = std::stoul(one.name.substr(1)) - 100;
  const std::string home = "all/" + one.name + "/", file = " $BOX/" + one.name;
  const std::string lasts = one.flaps ? " 100" : i % 7 == 6 ? " -1" : " 0";
  const std::string part = i == 0 ? "server" : one.logged ? "writer" : "holder";
  box.script(home + "run", "exec $SELF part " + part + file + (one.logged ? "" : lasts));
  if (i % 5 == 4) box.script(home + "finish", "exit 0");
  if (i % 9 == 8) box.script(home + "check", "exit 0");
  box.write(home + "timeout-kill", "100");
  box.write(home + "restart-delay", one.flaps ? "100" : "0 5");
  if (!one.logged) return;
  box.script(home + "log/run", "exec svlogd $BOX/logs/" + one.name);
  box.write(home + "log/restart-delay", "0 5");
  box.write("logs/" + one.name + "/config", "s1000000000\nn0\n");
}

inline sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

// FILE: echoes what it receives, one connection each.
inline int serve(const std::vector<std::string>& arguments) {
  const Fd lock = be_the_only_one(arguments.at(0));
  const std::string path = arguments.at(0) + ".socket";
  const sockaddr_un address = address_of(path);
  unlink(path.c_str());
  const Fd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener.get(), 128) != 0)
    return 1;
  for (;;) {
    const Fd connection(accept(listener.get(), nullptr, nullptr));
    char bytes[64];
    const ssize_t got = connection ? read(connection.get(), bytes, sizeof bytes) : -1;
    if (got > 0) static_cast<void>(write(connection.get(), bytes, static_cast<size_t>(got)));
  }
}

// Asks the one that answers, again and again, in a thread of its own.
class Asker {
 public:
  explicit Asker(std::string path) : path_(std::move(path)) {}
  ~Asker() { stop(); }
  void start() {
    thread_ = std::thread([this] {
      while (!enough_) {
        ++asked;
        answered += ask(std::to_string(asked));
        poll(nullptr, 0, 5);
      }
    });
  }
  void stop() {
    enough_ = true;
    if (thread_.joinable()) thread_.join();
  }

  std::atomic<size_t> asked = 0, answered = 0;

 private:
  bool ask(const std::string& question) const {
    const Fd connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_of(path_);
    const auto* const known = reinterpret_cast<const sockaddr*>(&address);
    if (connect(connection.get(), known, sizeof address) != 0) return false;
    if (!write_all(connection.get(), question)) return false;
    pollfd fd{connection.get(), POLLIN, 0};
    if (poll(&fd, 1, 30'000) != 1) return false;
    char bytes[64];
    const ssize_t got = read(connection.get(), bytes, sizeof bytes);
    return got > 0 && question == std::string(bytes, static_cast<size_t>(got));
  }

  std::string path_;
  std::atomic<bool> enough_ = false;
  std::thread thread_;
};

}  // namespace stoker::test
