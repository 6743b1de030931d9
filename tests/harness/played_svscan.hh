// SPDX-License-Identifier: ISC
// svscan, played by the test: hears what supervisors report, and says what they shall do.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.hh"
#include "sandbox.hh"
#include "service/control.hh"
#include "service/report.hh"
#include "service/scanner.hh"

namespace stoker::test {

class PlayedSvscan {
 public:
  explicit PlayedSvscan(Sandbox& box) : box_(box) {
    const std::string path = box.path("svscan-control");
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    fifo_ = Fd(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    REQUIRE(fifo_);
  }

  // Starts a supervisor; `successor`: in place of one that was killed.
  Process supervise(const std::string& service, bool successor = false) {
    constexpr int handed_down = 20;
    Setup setup;
    setup.environment["STOKER_SCAN"] = std::to_string(handed_down) + " " + std::to_string(getpid());
    if (successor) setup.environment["STOKER_SUCCESSOR"] = "1";
    setup.in_child = [fd = fifo_.get()] { dup2(fd, handed_down); };
    return box_.supervise(service, setup);
  }

  void say(OrderWord word, const std::string& service) {
    const auto message = order_message(word);
    box_.control({message.data(), message.size()}, service);
  }
  void await_report(State state) {
    box_.wait_for(
        [&] {
          for (const Told& told : heard())
            if (told.letter == scan_letter::report && unpack_report(told.number).state == state)
              return true;
          return false;
        },
        "no report");
  }
  // Waits until a supervisor asks how the process ended, which it has taken over.
  void await_question(pid_t pid) {
    box_.wait_for(
        [&] {
          for (const Told& told : heard())
            if (told.letter == scan_letter::tell && told.number == pid) return true;
          return false;
        },
        "nobody asks for a process");
  }
  // How a process ended that the supervisor of `service` has taken over.
  void tell_end(pid_t pid, int wait_status, const std::string& service) {
    const auto message = end_message(pid, wait_status);
    box_.control({message.data(), message.size()}, service);
  }

  // What the supervisor has told last, of itself. Letters and numbers, in their order, of all that
  // has been told since the last call.
  struct Told {
    char letter;
    pid_t supervisor, number;
  };
  std::vector<Told> heard() {
    char bytes[4096];
    const ssize_t got = read(fifo_.get(), bytes, sizeof bytes);
    std::vector<Told> all;
    std::string_view rest(bytes, static_cast<size_t>(got > 0 ? got : 0));
    while (const auto told = next_scan_command(rest))
      all.push_back({told->letter, told->supervisor, told->other});
    return all;
  }

 private:
  Sandbox& box_;
  Fd fifo_;
};

// The service `web`, which needs others.
struct Held : Sandbox {
  PlayedSvscan svscan{*this};

  Held() {
    script("web/run", obedient);
    write("web/needs", "db\n");
    write("web/restart-delay", "1ms");
  }
  OrderState part() { return status("web").order; }
  void await_asked(Asked asked) {
    await([asked](const StatusFile& now) { return now.order.asked == asked; }, "what is asked",
          "web");
  }
  void await_released(bool released) {
    await([released](const StatusFile& now) { return now.order.released == released; },
          "whether it is released", "web");
  }
  // Held, then released; the run's pid.
  Process begin() {
    Process supervisor = svscan.supervise("web");
    await(State::held, "web");
    svscan.say(OrderWord::release, "web");
    CHECK(contains(event(), "up "));
    await(State::ready, "web");
    return supervisor;
  }
  void finish(const Process& supervisor) {
    control("dx", "web");
    CHECK(supervisor.wait() == 0);
  }
};

}  // namespace stoker::test
