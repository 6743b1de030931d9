// SPDX-License-Identifier: ISC
// The loop: takes connections, starts a program for each, and reaps it.
#pragma once
#include <poll.h>

#include "accept/accepting_socket.hh"
#include "accept/access_rules.hh"
#include "accept/child_environment.hh"
#include "accept/connection_log.hh"
#include "accept/connection_table.hh"
#include "accept/connection_variables.hh"
#include "accept/server_settings.hh"
#include "base/child.hh"
#include "base/clock.hh"
#include "base/report.hh"

namespace stoker {

class ConnectionServer {
 public:
  // `program`: the file to execute.
  ConnectionServer(const ServerSettings& settings, std::span<AcceptingSocket> sockets,
                   std::span<ServedConnection> room, ChildEnvironment& environment,
                   const char* program);

  // Returns when it was told to leave.
  void run();

 private:
  enum class Leaving : uint8_t { no, when_idle, now };

  bool finished() const;
  bool accepts() const;
  void wait();
  void obey_signals();
  void obey(int number);
  void leave();
  void signal_all(std::initializer_list<int> numbers) const;
  void log_signal(int number);
  void reap_children();
  void handle_end(const Death& death);
  void take_from(const AcceptingSocket& socket);
  bool take_one(const AcceptingSocket& socket);
  bool is_worth_another_try();
  void examine(const AcceptingSocket& socket, const sockaddr_storage& address, socklen_t size);
  void serve();
  bool admit(ClientVerdict& verdict);
  void tell(std::string_view message) const;
  void turn_away(std::string_view message) const;
  void start(const ClientVerdict& verdict);
  void log_start(const ClientVerdict& verdict, pid_t pid);
  void log_flush(size_t threshold);

  const ServerSettings& settings_;
  std::span<AcceptingSocket> sockets_;
  ConnectionTable table_;
  ChildEnvironment& environment_;
  const char* program_;
  VariableSettings variables_;
  ConnectionLogSettings log_settings_;
  ConnectionLog log_;
  AccessRules rules_;
  std::array<pollfd, AcceptingSockets::most> polled_{};
  Fd connection_;            // that is about to be served
  ServedClient client_;      // at its other end
  Moment retry_at_ = never;  // after trouble: nothing is accepted before
  Leaving leaving_ = Leaving::no;
  Complaint trouble_, failure_;
};

}  // namespace stoker
