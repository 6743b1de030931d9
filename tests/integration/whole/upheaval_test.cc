// SPDX-License-Identifier: ISC
// Everything at once on fifty services: kill -9 and SIGSTOP of services, loggers,
// supervisors and svscan itself, commands, upgrades, directories that are replaced, links
// that vanish and return, a full disk, clocks that jump. Then peace, and everything is as
// it is wanted.
// $UPHEAVAL_STEPS is how long it lasts (`make storm`), $UPHEAVAL_SEED which one it is.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <random>

#include "base/process.hh"
#include "numbered_log.hh"
#include "sandbox.hh"
#include "service/control.hh"
#include "service/scanner.hh"
#include "upheaval_parts.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

const Part holder("holder", hold);
const Part writer("writer", write_numbers);
const Part server("server", serve);

namespace fs = std::filesystem;

class Upheaval {
 public:
  Upheaval(unsigned seed, size_t steps) : random_(seed), steps_(steps) {
    if (can_mount()) disk_.emplace(box, "all", "size=" + std::to_string(16 + steps / 2000) + "m");
    // A directory that is replaced may be removed at once, so its state is elsewhere.
    box.state_root(box.path("all/.state"));
    Argv attempt = apart("5");
    attempt.push_back("true");
    clocks_ = box.run(attempt).code == 0;
    for (size_t i = 0; i < 50; ++i) {
      Member& one = members_.emplace_back();
      one.name = "s" + std::to_string(100 + i);
      one.logged = i <= 16;
      one.flaps = i % 11 == 10 && !one.logged;
      define(box, one);
      box.link("../all/" + one.name, "scan/" + one.name);
    }
    start_scanner();
    await_all([this](Member& one) { return is_settled(one); }, "do not start");
    fds_ = lasting_descriptors(look(members_.back())->supervisor);
    fds_logged_ = lasting_descriptors(look(members_[1])->supervisor);
    fds_scanner_ = lasting_descriptors(scanner_->pid());
    asked_pid_ = look(members_[0])->main.pid;
    asker_.emplace(box.path(members_[0].name + ".socket"));
    asker_->start();
  }

  void rage(Moment end) {
    for (size_t step = 0; step < steps_ && now() < end; ++step) {
      strike();
      if (!stopped_.empty() && below(8) == 0) release();
      keep_scanner();
      if (step % 10000 == 9999 && end == never) std::cerr << step + 1 << " steps\n";
      if (below(4) == 0) poll(nullptr, 0, static_cast<int>(below(4)));
      ++done_;
    }
  }

  void make_peace() {
    while (!stopped_.empty()) release();
    box.remove("all/.filler");
    for (Member& one : members_) {
      if (&one != &members_[0]) one.wanted = below(3) != 0;
      if (!box.exists("scan/" + one.name)) switch_link(one);
    }
    await_all(
        [this](Member& one) {
          keep_scanner();
          if (!is_settled(one)) calm(one);
          return is_settled(one) && has_true_processes(one);
        },
        "are not as they are wanted");
    asker_->stop();
  }

  void check() {
    CHECK(asker_->asked == asker_->answered);
    CHECK(look(members_[0])->main.pid == asked_pid_);
    std::cerr << done_ << " steps, " << asker_->answered << " requests answered";
    for (const Member& one : members_) {
      CAPTURE(one.name, one.logged);
      CHECK_FALSE(box.exists(one.name + ".second"));
      const size_t fds = lasting_descriptors(look(one)->supervisor);
      CHECK(fds == (one.logged ? fds_logged_ : fds_));
    }
    CHECK(lasting_descriptors(scanner_->pid()) <= fds_scanner_);
    check_zombies();
  }

  void end() {
    scanner_->signal(SIGTERM);
    CHECK(scanner_->wait() == 0);
    for (const auto& [pid, who] : inhabitants(box)) FAIL_CHECK("runs on: " << pid << ": " << who);
    size_t lines = 0, repeats = 0;
    for (const Member& one : members_)
      if (one.logged && &one != &members_[0]) check_log(one, lines, repeats);
    std::cerr << ", " << lines << " lines, " << repeats << " repeats, " << scanners_
              << " scanners\n";
    CHECK(lines > 1000);
  }

  Sandbox box;

 private:
  static Argv apart(const std::string& jump) {
    return {"unshare", "-T", "--monotonic", jump, "--boottime", jump};
  }

  // --- What is done to them -----------------------------------------------------

  void strike() {
    Member& one = members_[below(members_.size())];
    const bool serves = &one == &members_[0];
    switch (below(24)) {
    default: command(one, serves); return;
    case 0:
    case 1:
    case 2:
      if (!serves) kill_part(one, "main");
      return;
    case 3: kill_part(one, "log"); return;
    case 4:
      if (now() < one.quiet_until && below(10) != 0) return;
      one.quiet_until = now() + 6s;
      kill_part(one, "supervisor");
      return;
    case 5:
    case 6: hold_still(one); return;
    case 7:
      if (below(40) == 0) kill_scanner();
      return;
    case 8:
      if (below(10) == 0) tell_scanner(below(2) == 0 ? scan_letter::upgrade : scan_letter::rescan);
      return;
    case 9:
      if (!serves && below(4) == 0) switch_link(one);
      return;
    case 10:
      if (!serves && below(8) == 0) replace(one);
      return;
    case 11:
      if (disk_ && below(20) == 0) switch_disk();
      return;
    case 12:
    case 13: send(one, "R"); return;
    }
  }

  void command(Member& one, bool serves) {
    static const std::string_view all[] = {"u", "d", "du", "ud", "o", "t", "k", "tcu", "p",  "c",
                                           "h", "r", "K",  "+t", "D", "U", "O", "dx",  "xu", "x"};
    static const std::string_view harmless[] = {"u", "c", "R", "U"};
    static const std::string_view to_logger[] = {"t", "tcu", "u", "r"};
    if (serves) return send(one, harmless[below(std::size(harmless))]);
    if (one.logged && below(6) == 0)
      return send(one, to_logger[below(std::size(to_logger))], "/log");
    const size_t last = below(40) == 0 ? 20 : 17;  // x is rare: a leaving supervisor is early
    send(one, all[below(last)]);
  }

  void kill_part(Member& one, const std::string& which, int signal = SIGKILL) {
    const auto status = look(one);
    if (!status) return;
    const pid_t pid = which == "main"  ? status->main.pid
                      : which == "log" ? status->log.pid
                                       : status->supervisor;
    const char* const word = which == "main" ? "part" : which == "log" ? "svlogd" : "supervise";
    const std::string words = pid > 1 ? command_line(pid) : "";
    if (!contains(words, one.name) || !contains(words, word)) return;
    if (which == "log" && signal == SIGKILL) ++one.loggers_killed;
    note(box, one, which + (signal == SIGKILL ? " killed" : " stopped"));
    kill(pid, signal);
    if (signal == SIGSTOP) stopped_.push_back(pid);
  }

  void hold_still(Member& one) {
    static const std::string parts[] = {"main", "log", "supervisor"};
    if (stopped_.size() > 5) return;
    if (below(12) != 0) return kill_part(one, parts[below(3)], SIGSTOP);
    stopped_.push_back(scanner_->pid());
    scanner_->signal(SIGSTOP);
  }
  void release() {
    kill(stopped_.front(), SIGCONT);
    stopped_.erase(stopped_.begin());
  }

  void switch_link(Member& one) {
    const std::string link = "scan/" + one.name;
    note(box, one, "link");
    if (box.exists(link))
      box.remove(link);
    else
      box.link("../all/" + one.name, link);
  }

  // File by file, so that it is incomplete for a moment.
  void replace(Member& one) {
    if (box.exists("all/.filler")) return;
    const std::string home = "all/" + one.name, old = "all/.old";
    box.move(home, old);
    Member fresh = one;
    define(box, fresh);
    box.remove(old);
    note(box, one, "replaced");
    ++one.directories;
  }

  void switch_disk() {
    if (box.exists("all/.filler")) return box.remove("all/.filler");
    const Fd filler = open_file(box.path("all/.filler"), O_WRONLY);
    for (off_t size = 0, step = 1 << 26; step >= 4096;)
      if (posix_fallocate(filler.get(), size, step) == 0)
        size += step;
      else
        step /= 2;
  }

  void send(Member& one, std::string_view letters, const std::string& below_it = "") {
    note(box, one, std::string(letters) + below_it);
    const std::string path = box.state_directory("all/" + one.name + below_it);
    const Fd state = open_directory(AT_FDCWD, path.c_str());
    if (state) static_cast<void>(send_letters(state.get(), letters));
  }
  void tell_scanner(char letter) {
    for (Member& one : members_) note(box, one, std::string("svscan told ") + letter);
    const Fd control = open_write(AT_FDCWD, box.path("scan/.svscan/control").c_str());
    if (control) static_cast<void>(write_all(control.get(), {&letter, 1}));
  }

  // --- svscan, which the test looks after -----------------------------------------

  void start_scanner() {
    static const char* const jumps[] = {"0", "1000000", "-500", "86400"};
    Argv words = clocks_ && below(2) == 0 ? apart(jumps[below(std::size(jumps))]) : Argv{};
    words.insert(words.end(), {"svscan", "-S", box.path("all/.state"), "scan"});
    scanner_ = box.start(words);
    ++scanners_;
  }
  void kill_scanner() {
    for (Member& one : members_) note_killed_scanner(box, one, look(one).has_value());
    scanner_->signal(SIGKILL);
    scanner_->wait();
    start_scanner();
  }
  void keep_scanner() {
    if (!scanner_->ended()) return;
    FAIL_CHECK("svscan has ended: " << *scanner_->ended() << ": " << scanner_->err());
    start_scanner();
  }

  // --- Peace ------------------------------------------------------------------------

  void await_all(const std::function<bool(Member&)>& accept, const std::string& what) {
    for (const Moment end = now() + timeout;;) {
      std::string missing;
      for (Member& one : members_)
        if (!accept(one)) missing += " " + one.name + " (" + tell(one) + ")";
      if (missing.empty()) return;
      if (now() > end) box.give_up(what + ":" + missing);
      poll(nullptr, 0, 50);
    }
  }

  void calm(Member& one) {
    const std::string link = "scan/" + one.name;
    box.remove("all/" + one.name + "/down");
    if (!box.exists(link)) box.link("../all/" + one.name, link);
    if (one.logged) send(one, "u", "/log");
    send(one, one.wanted ? "cu" : "d");
    const auto status = look(one);
    if (status && status->main_status.want == Want::exit) send(one, "d");
  }

  std::optional<StatusFile> look(const Member& one) {
    const Fd state = open_directory(AT_FDCWD, box.state_directory("all/" + one.name).c_str());
    if (!state || presence(state.get()) != Presence::running) return {};
    return read_status(state.get());
  }

  bool is_settled(const Member& one) {
    const auto status = look(one);
    if (!status || (one.logged && status->log_status.state != State::ready)) return false;
    const ServiceStatus& record = status->main_status;
    if (!one.wanted) return record.state == State::down && record.want == Want::down;
    // One that dies by itself is not always there.
    if (one.flaps) return record.want == Want::up && !status->main.paused;
    return record.state == State::ready && record.want == Want::up && !status->main.paused &&
           contains(command_line(status->main.pid), one.name);
  }

  // What runs in its directories is what its status says, and nothing else.
  bool has_true_processes(const Member& one) {
    const auto status = look(one);
    if (!status) return false;
    if (one.flaps && one.wanted) return supervisors_of(one) == 1;
    std::vector<pid_t> expected = {status->supervisor}, there;
    for (const pid_t pid : {status->main.pid, status->log.pid})
      if (pid != 0) expected.push_back(pid);
    for (const auto& [pid, who] : inhabitants(box))
      if (contains(who, one.name)) there.push_back(pid);
    std::sort(expected.begin(), expected.end());
    std::sort(there.begin(), there.end());
    return there == expected;
  }

  ptrdiff_t supervisors_of(const Member& one) const {
    const auto all = inhabitants(box);
    return std::count_if(all.begin(), all.end(), [&](const auto& process) {
      return process.second.starts_with("supervise") && contains(process.second, one.name);
    });
  }

  std::string tell(const Member& one) {
    const auto status = look(one);
    if (!status) return "no supervisor";
    std::string who;
    for (const auto& [pid, words] : inhabitants(box))
      if (contains(words, one.name)) who += "\n" + std::to_string(pid) + ": " + words;
    return std::string(one.wanted ? "wanted, " : "unwanted, ") +
           std::string(word(status->main_status.state)) + ", " +
           std::string(word(status->main_status.want)) + ", log " +
           std::string(word(status->log_status.state)) + ", " + std::to_string(status->supervisor) +
           ", " + std::to_string(status->main.pid) + ", " + std::to_string(status->log.pid) + who;
  }
  void check_zombies() {
    std::vector<pid_t> parents = {scanner_->pid()};
    for (const Member& one : members_) parents.push_back(look(one)->supervisor);
    for (const pid_t parent : parents)
      for (const pid_t child : children_of(parent)) {
        const auto is_no_zombie = [child] {
          return alive(child) || !fs::exists("/proc/" + std::to_string(child));
        };
        box.wait_for(is_no_zombie, std::to_string(child) + " stays a zombie");
      }
  }

  void check_log(const Member& one, size_t& lines, size_t& repeats) {
    CAPTURE(one.name, one.loggers_killed);
    const std::string noted = box.read(one.name + ".runs");
    std::vector<uint64_t> written(noted.size() / 8);
    std::copy_n(noted.data(), written.size() * 8, reinterpret_cast<char*>(written.data()));
    NumberedLog log(written.size());
    // What was not brought to its end is put aside; the names sort by time.
    const std::string home = "logs/" + one.name + "/";
    std::string all;
    for (const std::string& file : box.list(home))
      if (file[0] == '@' || file == "current") all += box.read(home + file);
    std::istringstream text(all);
    for (std::string line; std::getline(text, line);) log.take(line);
    CHECK(log.strange == std::vector<std::string>{});
    const std::string lost = log.check(written, one.excused);
    CAPTURE(lost.empty() ? "" : diary_of(one, std::stoul(lost.substr(4))));
    CHECK(lost == "");
    CHECK(log.repeats <= one.loggers_killed);
    lines += log.lines;
    repeats += log.repeats;
  }

  size_t below(size_t limit) { return random_() % limit; }

  std::mt19937 random_;
  size_t steps_, done_ = 0, scanners_ = 0;
  size_t fds_ = 0, fds_logged_ = 0, fds_scanner_ = 0;
  bool clocks_ = false;
  pid_t asked_pid_ = 0;
  std::optional<Mount> disk_;
  std::vector<Member> members_;
  std::vector<pid_t> stopped_;
  std::optional<Process> scanner_;
  std::optional<Asker> asker_;
};

}  // namespace

TEST_CASE("after an upheaval of fifty services nothing is missing, double, lost or leaked") {
  const auto seed = static_cast<unsigned>(number_from("UPHEAVAL_SEED", 20261122));
  const size_t steps = number_from("UPHEAVAL_STEPS", 0);
  if (process_start_time(getpid()) == 0)
    SKIP("the system does not tell one process from a later one");
  if (steps > 0) alarm(0);  // it takes as long as it takes
  INFO("UPHEAVAL_SEED=" << seed);
  Upheaval upheaval(seed, steps > 0 ? steps : 20'000);
  upheaval.rage(steps > 0 ? never : now() + 20s);
  upheaval.make_peace();
  upheaval.check();
  upheaval.end();
}
