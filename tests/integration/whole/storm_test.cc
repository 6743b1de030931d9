// SPDX-License-Identifier: ISC
// A storm: random commands and kill -9 on services, loggers and supervisors, then peace.
// After it there is one copy of each service that is wanted and none of the others, the
// status is correct, and every line that was written is in its log, once and in order.
//
// $STORM_SECONDS is how long it lasts, $STORM_SEED which one it is.
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/signals.hh"
#include "sandbox.hh"
#include "service/control.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// --- The parts that are played ------------------------------------------------

Fd open_file(const std::string& path, int flags) {
  return Fd(open(path.c_str(), flags | O_CREAT | O_CLOEXEC, 0644));
}

// The service: lines "RUN NUMBER", each as one write. How far each run got is noted in
// FILE.runs, eight bytes a run, after the line was written: so a run that was killed has
// written what is noted, or one line more.
int write_lines(const std::vector<std::string>& arguments) {
  const std::string& file = arguments.at(0);
  const long last = std::stol(arguments.at(1));
  if (last < 0) signal(SIGTERM, SIG_IGN);
  const Fd lock = open_file(file + ".lock", O_RDWR);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) open_file(file + ".second", O_RDWR).reset();
  const Fd runs = open_file(file + ".runs", O_RDWR);
  struct stat facts {};
  if (fstat(runs.get(), &facts) != 0) return 1;
  const off_t place = facts.st_size / 8 * 8;
  const auto note = [&](uint64_t number) {
    return pwrite(runs.get(), &number, sizeof number, place) == sizeof number;
  };
  if (!note(0)) return 1;
  for (uint64_t number = 1; last <= 0 || number <= static_cast<uint64_t>(last); ++number) {
    const std::string line = std::to_string(place / 8) + " " + std::to_string(number) + "\n";
    if (!write_all(STDOUT_FILENO, line) || !note(number)) return 1;
    poll(nullptr, 0, 1);
  }
  return 0;
}
const Part writer("writer", write_lines);

// The logger: reads all input and appends it to FILE. On an order that is a capital letter,
// it prints "idle PID CAPITAL", and holds nothing until the order "g", so that it may be
// killed; TERM also stops it between two batches.
int read_lines(const std::vector<std::string>& arguments) {
  const Fd file = open_file(arguments.at(0), O_WRONLY | O_APPEND);
  const Fd orders(open(arguments.at(1).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const Fd events(open(arguments.at(2).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  catch_signals({SIGTERM});
  for (bool idle = false; next_signal() == 0;) {
    pollfd fds[] = {{orders.get(), POLLIN, 0}, {idle ? -1 : STDIN_FILENO, POLLIN, 0}};
    wait_until(fds, never);
    char order = 0;
    while (fds[0].revents != 0 && read(orders.get(), &order, 1) == 1) {
      if (order >= 'A' && order <= 'Z') {
        idle = true;
        const std::string answer = "idle " + std::to_string(getpid()) + " " + order + "\n";
        static_cast<void>(write_all(events.get(), answer));
      }
      if (order == 'g') idle = false;
    }
    if (idle || fds[1].revents == 0) continue;
    char batch[4096];
    const ssize_t got = read(STDIN_FILENO, batch, sizeof batch);
    if (got == 0) return 0;
    if (got > 0 && !write_all(file.get(), {batch, static_cast<size_t>(got)})) return 1;
  }
  return 0;
}
const Part reader("reader", read_lines);

// --- The tree -----------------------------------------------------------------

class Storm {
 public:
  explicit Storm(unsigned seed) : random_(seed) {
    define("plain", 0);
    define("finishing", 0);
    box.script("all/finishing/finish", "exit 0");
    define("stubborn", -1);
    box.write("all/stubborn/timeout-kill", "30");
    define("flapping", 20);
    define("noting", 0);
    box.script("all/noting/start", "exit 0");
    box.script("all/noting/stop", "exit 0");
    box.script("all/noting/control/t", "exit 1");
    define("checked", 0);
    box.script("all/checked/check", "exit 0");
    scanner_ = box.start({"svscan", "scan"});
  }

  void blow(Moment length) {
    for (const Moment end = now() + length; now() < end;) {
      const std::string& name = names_[below(names_.size())];
      strike(name);
      // Not to wait for anything, but for other timings.
      poll(nullptr, 0, static_cast<int>(below(4)));
    }
  }

  void make_peace() {
    for (const std::string& name : names_) {
      wanted_[name] = below(3) != 0;
      const auto settled = [&] {
        calm(name);
        return is_settled(name);
      };
      box.wait_for(settled, name + " does not become as it is wanted");
    }
  }

  void check_processes() {
    for (const std::string& name : names_) {
      CAPTURE(name, wanted_[name]);
      const auto is_true = [&] {
        const auto status = look(name);
        std::vector<pid_t> copies;
        for (const pid_t pid : processes_in(box.path("all/" + name)))
          if (contains(command_line(pid), "writer")) copies.push_back(pid);
        // A service that dies by itself may do so between these checks, so there are several.
        return status && (wanted_[name] ? copies == std::vector<pid_t>{status->main.pid}
                                        : copies.empty() && status->main.pid == 0);
      };
      box.wait_for(is_true, "the processes of " + name + " are not what its status says");
      CHECK_FALSE(box.exists(name + ".second"));
    }
  }

  void end() {
    scanner_->signal(SIGTERM);
    CHECK(scanner_->wait() == 0);
    // All have a logger, so all output goes through one.
    CHECK(scanner_->out().empty());
  }

  void check_logs() {
    size_t lines = 0, runs = 0;
    for (const std::string& name : names_) {
      CAPTURE(name);
      lines += check_log(name, runs);
    }
    CHECK(lines > 100);
    INFO(runs << " runs wrote " << lines << " lines");
    CHECK(runs > names_.size());
  }

  Sandbox box;

 private:
  void define(const std::string& name, int last) {
    const std::string file = "$BOX/" + name;
    box.script("all/" + name + "/run",
               "exec $SELF part writer " + file + " " + std::to_string(last));
    box.script("all/" + name + "/log/run",
               "exec $SELF part reader " + file + ".log " + file + ".orders " + file + ".events");
    box.write("all/" + name + "/restart-delay", "0 5");
    box.write("all/" + name + "/log/restart-delay", "0 5");
    orders_.push_back(box.channel(name + ".orders"));
    events_.push_back(box.channel(name + ".events"));
    box.link("../all/" + name, "scan/" + name);
    names_.push_back(name);
  }

  size_t below(size_t limit) { return random_() % limit; }

  void send(std::string_view letters, const std::string& service) {
    const Fd state = open_directory(AT_FDCWD, box.state_directory(service).c_str());
    if (state) static_cast<void>(send_letters(state.get(), letters));
  }
  std::optional<StatusFile> look(const std::string& name) {
    const Fd state = open_directory(AT_FDCWD, box.state_directory("scan/" + name).c_str());
    return state && presence(state.get()) == Presence::running ? read_status(state.get())
                                                               : std::nullopt;
  }

  void strike(const std::string& name) {
    static const std::string_view commands[] = {"u",   "d", "du", "ud", "o",  "t",  "k",
                                                "tcu", "p", "c",  "h",  "r",  "K",  "+t",
                                                "D",   "U", "O",  "x",  "dx", "xu", "R"};
    static const std::string_view logger_commands[] = {"t", "tcu", "u", "r"};
    switch (below(12)) {
    default: send(commands[below(std::size(commands))], "scan/" + name); return;
    case 0:
    case 1: kill_one([](const StatusFile& status) { return status.main.pid; }, name); return;
    case 2: kill_idle_logger(name); return;
    case 3:
      send(logger_commands[below(std::size(logger_commands))], "scan/" + name + "/log");
      return;
    case 4:
      if (below(4) == 0) kill_one([](const StatusFile& status) { return status.supervisor; }, name);
      return;
    case 5:
      if (below(4) == 0) switch_link(name);
      return;
    }
  }

  template <typename Choice>
  void kill_one(Choice choice, const std::string& name) {
    const auto status = look(name);
    if (!status) return;
    const pid_t pid = choice(*status);
    // Only a process that is still the one in the status.
    if (pid > 1 && contains(command_line(pid), name)) kill(pid, SIGKILL);
  }

  void kill_idle_logger(const std::string& name) {
    const size_t index = index_of(name);
    // An answer to an older order does not count: that one may have been taken back.
    token_ = token_ == 'Z' ? 'A' : static_cast<char>(token_ + 1);
    orders_[index].say({&token_, 1});
    for (const Moment end = now() + 30ms; now() < end;) {
      const auto answer = events_[index].line_within(end - now());
      if (!answer || answer->back() != token_) continue;
      const pid_t pid = std::stoi(answer->substr(5));
      if (contains(command_line(pid), "reader")) kill(pid, SIGKILL);
      break;
    }
    orders_[index].say("g");
  }

  void switch_link(const std::string& name) {
    const std::string link = "scan/" + name;
    if (box.exists(link))
      box.remove(link);
    else
      box.link("../all/" + name, link);
  }

  void calm(const std::string& name) {
    const std::string link = "scan/" + name;
    box.remove("all/" + name + "/down");
    if (!box.exists(link)) box.link("../all/" + name, link);
    orders_[index_of(name)].say("g");
    send("u", link + "/log");
    send(wanted_[name] ? "cu" : "d", link);
    // A supervisor that was asked to exit does so once its service is down.
    const auto status = look(name);
    if (status && status->main_status.want == Want::exit) send("d", link);
  }

  bool is_settled(const std::string& name) {
    const auto status = look(name);
    if (!status || status->log_status.state != State::ready) return false;
    const ServiceStatus& record = status->main_status;
    if (!wanted_[name]) return record.state == State::down && record.want == Want::down;
    return record.state == State::ready && record.want == Want::up && !status->main.paused &&
           contains(command_line(status->main.pid), "writer");
  }

  // Gives the number of lines.
  size_t check_log(const std::string& name, size_t& runs) {
    const std::string noted = box.read(name + ".runs");
    std::vector<uint64_t> written(noted.size() / 8), logged(noted.size() / 8);
    std::copy_n(noted.data(), written.size() * 8, reinterpret_cast<char*>(written.data()));
    std::istringstream log(box.read(name + ".log"));
    size_t lines = 0, current = 0;
    for (std::string line; std::getline(log, line); ++lines) {
      std::istringstream words(line);
      size_t run = 0;
      uint64_t number = 0;
      const bool whole = static_cast<bool>(words >> run >> number) && run < logged.size();
      CAPTURE(line, current);
      REQUIRE(whole);
      REQUIRE((run >= current && number == logged[run] + 1));
      current = run;
      logged[run] = number;
    }
    for (size_t run = 0; run < written.size(); ++run) {
      CAPTURE(run, logged[run], written[run]);
      CHECK((logged[run] == written[run] || logged[run] == written[run] + 1));
    }
    runs += written.size();
    return lines;
  }

  static std::string command_line(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  size_t index_of(const std::string& name) const {
    return static_cast<size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
  }

  std::mt19937 random_;
  char token_ = 'Z';
  std::vector<std::string> names_;
  std::vector<Channel> orders_, events_;
  std::map<std::string, bool> wanted_;
  std::optional<Process> scanner_;
};

unsigned long number_from(const char* variable, unsigned long otherwise) {
  const char* const text = getenv(variable);
  return text != nullptr ? std::stoul(text) : otherwise;
}

}  // namespace

TEST_CASE("after a storm every service is in its desired state, and no line is lost") {
  const auto seed = static_cast<unsigned>(number_from("STORM_SEED", 20261122));
  const auto seconds = number_from("STORM_SECONDS", 8);
  alarm(static_cast<unsigned>(whole_timeout / 1s + seconds));
  INFO("STORM_SEED=" << seed << " STORM_SECONDS=" << seconds);
  Storm storm(seed);
  storm.blow(std::chrono::seconds(seconds));
  storm.make_peace();
  storm.check_processes();
  storm.end();
  storm.check_logs();
}
