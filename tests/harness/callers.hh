// SPDX-License-Identifier: ISC
// Clients that connect again and again, each in a thread of its own, and count what they get.
#pragma once
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <list>
#include <string>
#include <thread>

#include "base/fd.hh"
#include "visitor.hh"

namespace stoker::test {

// What became of all connections to one address. A server answers with a line.
struct Calls {
  std::atomic<size_t> made = 0, answered = 0;
  std::atomic<size_t> refused = 0;  // by the kernel: nothing listened
  std::atomic<size_t> broken = 0;   // closed without an answer: who took it was killed
  std::atomic<size_t> lost = 0;     // never answered
  std::atomic<int> error = 0;       // of the last one that was refused
};

class Callers {
 public:
  ~Callers() { stop(); }
  // Calls there, with a pause between two calls.
  Calls& add(const Address& address, Moment pause) {
    Calls& calls = calls_.emplace_back();
    threads_.emplace_back([this, address, pause, &calls] {
      while (!enough_) {
        ++calls.made;
        call(address, calls);
        ::poll(nullptr, 0, static_cast<int>(pause / 1ms));
      }
    });
    return calls;
  }
  void stop() {
    enough_ = true;
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  const std::list<Calls>& calls() const { return calls_; }

 private:
  static void call(const Address& address, Calls& calls) {
    const Fd fd(socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* const where = reinterpret_cast<const sockaddr*>(&address.storage);
    if (connect(fd.get(), where, address.size) != 0) {
      calls.error = errno;
      ++calls.refused;
      return;
    }
    constexpr int patience = 120'000;
    pollfd wait{fd.get(), POLLIN, 0};
    char byte;
    if (::poll(&wait, 1, patience) != 1)
      ++calls.lost;
    else if (recv(fd.get(), &byte, 1, 0) == 1)
      ++calls.answered;
    else
      ++calls.broken;
  }

  std::atomic<bool> enough_ = false;
  std::list<Calls> calls_;
  std::list<std::thread> threads_;
};

}  // namespace stoker::test
