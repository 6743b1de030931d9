// SPDX-License-Identifier: ISC
// Two hundred connections a second, and messages of services, while services, loggers, supervisors
// and svscan are killed, restarted and upgraded at random: none is refused, and none is lost; and
// a small graph of services that need each other is as it must be after each command.
// $UPHEAVAL_STEPS is how long it lasts (`make storm`), $UPHEAVAL_SEED which one it is.
#include <iostream>
#include <random>
#include <set>

#include "base/signals.hh"
#include "callers.hh"
#include "service/control.hh"
#include "service/scanner.hh"
#include "upheaval_parts.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// As sd_notify(3) does, which does not try again.
bool notify(const std::string& message) {
  const char* const name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr) return true;
  const Fd to(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(name);
  return sendto(to.get(), message.data(), message.size(), MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr*>(&address), sizeof address) > 0;
}

// FILE [CONNECTIONS CODE]: serves its sockets, a line for each connection, and says that it is
// alive. After so many connections it exits with that code. Creates FILE.refused if it cannot say
// something.
int work(const std::vector<std::string>& arguments) {
  catch_signals({SIGTERM});
  const Fd lock = be_the_only_one(arguments.at(0));
  long left = arguments.size() > 2 ? std::stol(arguments[1]) : -1;
  const char* const given = std::getenv("LISTEN_FDS");
  std::vector<pollfd> fds;
  for (int at = 0; at < (given != nullptr ? std::atoi(given) : 0); ++at) {
    fds.push_back({3 + at, POLLIN, 0});
    static_cast<void>(set_nonblocking(3 + at));
  }
  bool heard = notify("READY=1");
  for (size_t round = 0; left != 0; ++round) {
    if (!heard) open_file(arguments[0] + ".refused", O_RDWR).reset();
    wait_until(fds, now() + 20ms);
    if (next_signal() == SIGTERM) return 0;
    for (const pollfd& fd : fds) {
      const Fd client(fd.revents != 0 && left != 0 ? accept4(fd.fd, nullptr, nullptr, SOCK_CLOEXEC)
                                                   : -1);
      if (client && write_all(client.get(), "answer\n")) --left;
    }
    // A supervisor that is killed between the receipt of a message and its note takes it with it.
    heard = notify("READY=1\nWATCHDOG=1\nSTATUS=" + std::to_string(round));
  }
  return std::stoi(arguments.at(2));
}
const Part worker("worker", work);

const std::vector<std::string> serving = {"web", "path", "demand", "crash"};
const std::vector<std::string> graph = {"base", "middle", "top"};

std::set<std::string> sockets_of(pid_t pid) {
  std::set<std::string> sockets;
  for (const auto& [number, target] : descriptors(pid))
    if (target.starts_with("socket:")) sockets.insert(target);
  return sockets;
}

class Storm {
 public:
  explicit Storm(unsigned seed) : random_(seed) {
    define("web", "",
           {{"listen", "a tcp " + std::to_string(port_) + "\nb unix " + path("web")},
            {"notification-socket", ""},
            {"watchdog", "1h"}});
    box.script("scan/web/log/run", "exec svlogd -r _ $BOX/logs");
    box.directory("logs");
    define("path", "", {{"listen", "a unix " + path("path")}});
    define("demand", " 4 0", {{"listen", "a unix " + path("demand")}, {"on-demand", ""}});
    define("crash", " 5 1", {{"listen", "a unix " + path("crash")}, {"notification-socket", ""}});
    for (size_t at = 0; at < graph.size(); ++at)
      define(graph[at], "", {{"notification-socket", ""}, {"health-period", "100ms"}});
    for (const std::string& name : graph) box.script("scan/" + name + "/health", "exit 0");
    box.write("scan/middle/needs", "base\n");
    box.write("scan/top/needs", "middle\n");
    start_scanner();
    for (const std::string& name : all()) await_calm(name);
    for (const std::string& name : all()) await_copies(name);
    fds_ = lasting_descriptors(scanner_->pid());
    for (const std::string& name : all()) fds_of_[name] = lasting_descriptors(supervisor_of(name));
    for (const Address& address :
         {inet_address("127.0.0.1", port_), inet_address("::1", port_), unix_address(path("web")),
          unix_address(path("path")), unix_address(path("demand")), unix_address(path("crash"))})
      callers_.add(address, 20ms);
  }

  void rage(size_t steps, Moment end) {
    for (; done_ < steps && now() < end; ++done_) {
      strike();
      if (scanner_->ended()) FAIL("svscan has ended: " << scanner_->err());
      if (done_ % 1000 == 999 && end == never) std::cerr << done_ + 1 << " steps\n";
      poll(nullptr, 0, static_cast<int>(below(12)));
    }
  }

  void check() {
    for (const std::string& name : all()) await_calm(name);
    for (const std::string& name : all()) await_copies(name);
    callers_.stop();
    size_t answered = 0, broken = 0;
    for (const Calls& calls : callers_.calls()) {
      CHECK(calls.made == calls.answered + calls.broken);
      INFO(strerror(calls.error));
      CHECK(calls.refused == 0);
      CHECK(calls.lost == 0);
      answered += calls.answered;
      broken += calls.broken;
    }
    // Each had taken one, at most.
    CHECK(broken <= killed_);
    std::cerr << done_ << " steps, " << answered << " answers, " << broken << " of " << killed_
              << " killed while they answered\n";
    for (const std::string& name : all()) {
      CAPTURE(name);
      CHECK_FALSE(box.exists(name + ".second"));
      CHECK_FALSE(box.exists(name + ".refused"));
      await_descriptors(name, fds_of_[name], [&] { return supervisor_of(name); });
    }
    await_descriptors("svscan", fds_, [&] { return scanner_->pid(); });
    scanner_->signal(SIGTERM);
    CHECK(scanner_->wait() == 0);
    CHECK(processes_in(box.path("scan")).empty());
  }

 private:
  // One that is busy may hold some more for a moment.
  void await_descriptors(const std::string& name, size_t most, const std::function<pid_t()>& find) {
    const auto are_few = [&] { return lasting_descriptors(find()) <= most; };
    box.wait_for(are_few, name + " keeps descriptors, more than " + std::to_string(most));
  }
  using Files = std::vector<std::pair<std::string, std::string>>;

  std::string path(const std::string& name) const { return box.path(name + ".sock"); }
  static std::vector<std::string> all() {
    std::vector<std::string> names = serving;
    names.insert(names.end(), graph.begin(), graph.end());
    return names;
  }
  void define(const std::string& name, const std::string& arguments, const Files& files) {
    for (const auto& [file, text] : files) box.write("scan/" + name + "/" + file, text + "\n");
    box.write("scan/" + name + "/restart-delay", "10ms 100ms\n");
    box.write("scan/" + name + "/timeout-kill", "10s\n");
    box.script("scan/" + name + "/run", "exec $SELF part worker $BOX/" + name + arguments);
  }

  // --- What is done to them ---

  void strike() {
    const bool to_graph = below(3) == 0;
    const std::string& name =
        to_graph ? graph[below(graph.size())] : serving[below(serving.size())];
    static const std::string_view commands[] = {"t", "r", "t", "h", "pc", "u"};
    switch (below(16)) {
    case 0:
    case 1: return kill_supervisor(name);
    case 2: return send(name, std::string(1, letter::upgrade));
    case 3: return below(6) == 0 ? kill_scanner() : kill_logger();
    case 4: return tell_scanner();
    case 5:
    case 6:
    case 7:
    case 8: return kill_main(name);
    case 9:
    case 10: return to_graph ? order_about() : send(name, "r");
    default: return to_graph ? order_about() : send(name, commands[below(std::size(commands))]);
    }
  }

  void kill_main(const std::string& name) {
    const auto status = look(name);
    const pid_t pid = status ? status->main.pid : 0;
    if (pid <= 1 || !contains(command_line(pid), "worker")) return;
    ++killed_;
    kill(pid, SIGKILL);
  }
  void kill_logger() {
    const auto status = look("web");
    const pid_t pid = status ? status->log.pid : 0;
    if (pid > 1 && contains(command_line(pid), "svlogd")) kill(pid, SIGKILL);
  }
  // Without svscan's copies, what it holds would end with it. One that dies too often is not
  // restarted at once.
  void kill_supervisor(const std::string& name) {
    if (now() < quiet_until_[name]) return;
    quiet_until_[name] = now() + 6s;
    await_copies(name);
    const auto status = look(name);
    if (!status || !contains(command_line(status->supervisor), "supervise")) return;
    struck_[name] = status->supervisor;
    kill(status->supervisor, SIGKILL);
  }
  // What is written to one that has been killed, but has not ended yet, ends with it.
  void await_end_of_struck(const std::string& name) {
    const auto struck = struck_.find(name);
    if (struck == struck_.end()) return;
    box.wait_for([&] { return !alive(struck->second); }, "the killed supervisor of " + name);
    struck_.erase(struck);
  }
  // Nor may both be dead at the same time.
  void kill_scanner() {
    for (const std::string& name : all()) await_copies(name);
    scanner_->signal(SIGKILL);
    scanner_->wait();
    start_scanner();
  }
  void tell_scanner() {
    const Fd control = open_write(AT_FDCWD, box.path("scan/.svscan/control").c_str());
    if (control) static_cast<void>(write_all(control.get(), {&scan_letter::upgrade, 1}));
  }
  void send(const std::string& name, std::string_view letters) {
    const Fd state = open_directory(AT_FDCWD, box.state_directory("scan/" + name).c_str());
    if (state) static_cast<void>(send_letters(state.get(), letters));
  }
  void start_scanner() { scanner_ = box.start({"svscan", "scan"}); }

  // --- The graph ---

  // A start is one of all below, too; what needs one that is stopped stops first, and waits.
  void order_about() {
    const size_t at = below(graph.size());
    const bool stops = wanted_[at] && below(2) == 0;
    for (const std::string& name : graph) await_calm(name);
    const bool was_down = !wanted_[0];
    for (size_t one = stops ? at : 0; one <= at; ++one) {
      await_end_of_struck(graph[one]);
      box.await_supervisor("scan/" + graph[one]);
      box.control(stops ? ">d" : "u", "scan/" + graph[one]);
      wanted_[one] = !stops;
    }
    for (const std::string& name : graph) await_calm(name);
    const auto lower = look(graph[0]), upper = look(graph[1]);
    if (was_down && lower && upper && is_ready(*lower) && is_ready(*upper))
      CHECK(upper->main.since >= lower->main_status.ready_since);
  }
  static bool is_ready(const StatusFile& status) {
    return status.main_status.state == State::ready;
  }
  State expected(const std::string& name) const {
    for (size_t at = 0; at < graph.size(); ++at) {
      if (graph[at] == name) return wanted_[at] ? State::ready : State::down;
      if (wanted_[at]) continue;
      const size_t own =
          static_cast<size_t>(std::find(graph.begin(), graph.end(), name) - graph.begin());
      return own < graph.size() && wanted_[own] ? State::held : State::down;
    }
    return State::ready;
  }

  // --- Waiting ---

  std::optional<StatusFile> look(const std::string& name) {
    const Fd state = open_directory(AT_FDCWD, box.state_directory("scan/" + name).c_str());
    if (!state || presence(state.get()) != Presence::running) return {};
    return read_status(state.get());
  }
  pid_t supervisor_of(const std::string& name) {
    const auto status = look(name);
    return status ? status->supervisor : 0;
  }
  void await_calm(const std::string& name) {
    const bool in_graph = std::find(graph.begin(), graph.end(), name) != graph.end();
    const auto is_calm = [&] {
      const auto status = look(name);
      if (!status) return false;
      const State state = status->main_status.state;
      // A death that is not known yet would make the next command one to a service that is down.
      if (state == State::ready && !alive(status->main.pid)) return false;
      if (in_graph) return state == expected(name);
      return name == "crash" || name == "demand" || (state == State::ready && !status->main.paused);
    };
    try {
      box.wait_for(is_calm, name + " does not become as it is wanted");
    } catch (...) {
      for (const std::string& one : all()) std::cerr << describe(one) << "\n";
      throw;
    }
  }
  std::string describe(const std::string& name) {
    const auto status = look(name);
    if (!status) return name + ": no supervisor";
    return name + ": " + std::string(word(status->main_status.state)) + ", want " +
           std::string(word(status->main_status.want)) + ", asked " +
           std::to_string(static_cast<int>(status->order.asked)) + ", pid " +
           std::to_string(status->main.pid);
  }
  // svscan has the pair of sockets in which the supervisor keeps what it holds.
  void await_copies(const std::string& name) {
    const auto has_copies = [&] {
      const auto status = look(name);
      if (!status) return false;
      const State state = status->main_status.state;
      const bool rests = state == State::down || state == State::held || state == State::failed;
      if (status->main_status.listen.held == 0) return rests;
      const auto theirs = sockets_of(status->supervisor);
      size_t common = 0;
      for (const std::string& one : sockets_of(scanner_->pid())) common += theirs.count(one);
      return common >= 2;
    };
    box.wait_for(has_copies, "copies of the sockets of " + name);
  }

  size_t below(size_t limit) { return random_() % limit; }

  Sandbox box;
  std::mt19937 random_;
  uint16_t port_ = static_cast<uint16_t>(free_port());
  size_t done_ = 0, killed_ = 0, fds_ = 0;
  std::array<bool, 3> wanted_ = {true, true, true};
  std::map<std::string, Moment> quiet_until_;
  std::map<std::string, pid_t> struck_;  // supervisors that have been killed
  std::map<std::string, size_t> fds_of_;
  std::optional<Process> scanner_;
  Callers callers_;
};

}  // namespace

TEST_CASE("in a storm no connection is refused, and nothing that was sent is lost") {
  if (is_portable_twin()) SKIP("needs copies of descriptors");
  const auto seed = static_cast<unsigned>(number_from("UPHEAVAL_SEED", 20261129));
  const size_t steps = number_from("UPHEAVAL_STEPS", 0);
  if (steps > 0) alarm(0);  // it takes as long as it takes
  INFO("UPHEAVAL_SEED=" << seed);
  Storm storm(seed);
  storm.rage(steps > 0 ? steps : 1000, steps > 0 ? never : now() + 15s);
  storm.check();
}
