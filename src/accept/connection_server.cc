// SPDX-License-Identifier: ISC
#include "accept/connection_server.hh"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "accept/peer_credentials.hh"
#include "base/parse.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

// Connections that are taken before signals and other sockets have their turn.
constexpr int most_in_a_row = 32;
// After a lack of descriptors, memory or processes.
constexpr Moment pause_after_trouble = 200ms;
constexpr size_t full_log = 3000;

bool has_signals_of_s6(ServerName name) {
  return name == ServerName::accept || name == ServerName::s6_ipcserver;
}

void catch_server_signals(ServerName name) {
  if (has_signals_of_s6(name))
    catch_signals({SIGTERM, SIGCHLD, SIGHUP, SIGQUIT, SIGABRT, SIGPIPE});
  else
    catch_signals({SIGTERM, SIGCHLD, SIGPIPE});
}

}  // namespace

ConnectionServer::ConnectionServer(const ServerSettings& settings,
                                   std::span<AcceptingSocket> sockets,
                                   std::span<ServedConnection> room, ChildEnvironment& environment,
                                   const char* program)
    : settings_(settings),
      sockets_(sockets),
      table_(room),
      environment_(environment),
      program_(program),
      variables_{settings.name, settings.sets_variables, settings.local_host,
                 settings.limit_of_client != 0},
      log_settings_{settings.name, settings.local_host, settings.limit, settings.limit_of_client},
      log_(log_settings_),
      rules_(settings.rules) {}

void ConnectionServer::run() {
  catch_server_signals(settings_.name);
  for (const AcceptingSocket& socket : sockets_)
    if (settings_.is_verbose()) log_.listening(socket.local);
  log_flush(0);
  while (!finished()) {
    wait();
    obey_signals();
    // After trouble it is the first to be served.
    if (connection_ && retry_at_ == never && !table_.full()) serve();
    for (size_t at = 0; at < sockets_.size(); ++at)
      if (polled_[at].revents != 0) take_from(sockets_[at]);
  }
  if (settings_.is_verbose()) log_.exit();
  log_flush(0);
}

bool ConnectionServer::finished() const {
  return leaving_ == Leaving::now ||
         (leaving_ == Leaving::when_idle && table_.empty() && !connection_);
}

bool ConnectionServer::accepts() const {
  return leaving_ == Leaving::no && !connection_ && !table_.full() && retry_at_ == never;
}

void ConnectionServer::wait() {
  const size_t count = accepts() ? sockets_.size() : 0;
  for (size_t at = 0; at < sockets_.size(); ++at)
    polled_[at] = {at < count ? sockets_[at].fd.get() : -1, POLLIN, 0};
  wait_until({polled_.data(), count}, retry_at_);
  if (retry_at_ != never && now() >= retry_at_) retry_at_ = never;
}

void ConnectionServer::obey_signals() {
  while (const int number = next_signal()) obey(number);
}

void ConnectionServer::obey(int number) {
  if (number == SIGCHLD) return reap_children();
  log_signal(number);
  if (number == SIGHUP || number == SIGQUIT) signal_all({SIGTERM, SIGCONT});
  if (number == SIGABRT) signal_all({SIGKILL});
  if (number != SIGHUP) leave();
}

// `accept` waits for the programs that it has started, since its supervisor would end them, too.
void ConnectionServer::leave() {
  const bool waits = settings_.name == ServerName::accept && leaving_ == Leaving::no;
  leaving_ = waits ? Leaving::when_idle : Leaving::now;
  for (AcceptingSocket& socket : sockets_) socket.fd.reset();
}

void ConnectionServer::log_signal(int number) {
  if (!settings_.is_verbose() || leaving_ != Leaving::no) return;
  const bool asks = number == SIGHUP || number == SIGQUIT;
  log_.signaled(number,
                asks                ? "SIGTERM+SIGCONT"
                : number == SIGABRT ? "SIGKILL"
                                    : "",
                number != SIGHUP);
  log_flush(0);
}

void ConnectionServer::signal_all(std::initializer_list<int> numbers) const {
  for (const int number : numbers)
    for (const ServedConnection& served : table_.all()) signal_process(served.pid, number);
}

void ConnectionServer::reap_children() {
  while (const auto death = reap()) {
    handle_end(*death);
    if (table_.empty()) break;
  }
  log_flush(0);
}

void ConnectionServer::handle_end(const Death& death) {
  const auto ended = table_.remove(death.pid);
  if (!ended) return;
  retry_at_ = never;  // what was lacking may be there again
  if (settings_.is_verbose()) log_.end(*ended, death.status, table_.count());
  log_flush(full_log);
}

void ConnectionServer::take_from(const AcceptingSocket& socket) {
  for (int times = 0; times < most_in_a_row && accepts(); ++times)
    if (!take_one(socket)) return;
}

bool ConnectionServer::take_one(const AcceptingSocket& socket) {
  sockaddr_storage address;
  socklen_t size = sizeof address;
  connection_ =
      Fd(accept4(socket.fd.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_CLOEXEC));
  if (!connection_) return is_worth_another_try();
  examine(socket, address, size);
  if (settings_.greeting != nullptr) tell(settings_.greeting);
  serve();
  return true;
}

// Errors of the connection that would have been next are no trouble of ours.
bool ConnectionServer::is_worth_another_try() {
  switch (errno) {
  case EAGAIN: return false;
  case EMFILE:
  case ENFILE:
  case ENOBUFS:
  case ENOMEM:
  case EBADF:
  case EINVAL:
  case ENOTSOCK:
  case EOPNOTSUPP: break;
  default: return true;
  }
  if (settings_.verbosity > Verbosity::quiet)
    trouble_.warn_errno({"unable to accept a connection"});
  retry_at_ = now() + pause_after_trouble;
  return false;
}

void ConnectionServer::examine(const AcceptingSocket& socket, const sockaddr_storage& address,
                               socklen_t size) {
  client_.remote = describe_end(address, size);
  client_.local = socket.local;
  client_.credentials.reset();
  client_.key = key_of(client_.remote);
  if (client_.is_local() && settings_.asks_credentials) {
    client_.credentials = peer_credentials(connection_.get());
    if (client_.credentials) client_.key = key_of_user(client_.credentials->user);
  }
  client_.number = table_.count_of(client_.key) + 1;
  if (!socket.local.any) return;
  sockaddr_storage own;
  socklen_t own_size = sizeof own;
  if (getsockname(connection_.get(), reinterpret_cast<sockaddr*>(&own), &own_size) == 0)
    client_.local = describe_end(own, own_size);
}

void ConnectionServer::serve() {
  environment_.begin();
  add_connection_variables(environment_, client_, variables_);
  ClientVerdict verdict;
  if (admit(verdict)) return start(verdict);
  if (settings_.is_verbose() || settings_.name == ServerName::s6_ipcserver)
    log_start(verdict, getpid());
  connection_.reset();
}

bool ConnectionServer::admit(ClientVerdict& verdict) {
  if (rules_) rules_.decide(client_, environment_, verdict);
  if (!environment_.complete()) {
    failure_.warn({"refusing connections: their variables are too long"});
    verdict.admission = Admission::denied;
  }
  const unsigned limit = verdict.limit_of_client.value_or(settings_.limit_of_client);
  if (verdict.admission == Admission::denied || limit == 0 || client_.number <= limit)
    return verdict.admission != Admission::denied;
  turn_away(verdict.limit_of_client ? verdict.message.view() : settings_.banner.view());
  verdict.admission = Admission::denied;
  return false;
}

// Never waits for a client.
void ConnectionServer::tell(std::string_view message) const {
  static_cast<void>(
      send(connection_.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

// What the client has sent is read, since a connection that is closed with unread data takes the
// message with it.
void ConnectionServer::turn_away(std::string_view message) const {
  if (message.empty()) return;
  tell(message);
  shutdown(connection_.get(), SHUT_WR);
  char unread[2048];
  static_cast<void>(recv(connection_.get(), unread, sizeof unread, MSG_DONTWAIT));
}

void ConnectionServer::start(const ClientVerdict& verdict) {
  const bool other = verdict.admission == Admission::executed;
  const Recipe recipe{.argv = other ? verdict.command.data() : settings_.words,
                      .environment = environment_.entries(),
                      .program = other ? nullptr : program_,
                      .standard_input = connection_.get(),
                      .standard_output = connection_.get()};
  const Spawned child = spawn(recipe);
  if (child.pid < 0) {
    // The connection is kept, and no other is taken, until there is a process for it.
    if (settings_.verbosity > Verbosity::quiet) trouble_.warn_errno({"unable to fork"});
    retry_at_ = now() + pause_after_trouble;
    return;
  }
  trouble_.clear();
  errno = child.error;
  if (child.error != 0) failure_.warn_errno({"unable to run ", recipe.argv[0]});
  std::optional<uid_t> user;
  if (client_.credentials) user = client_.credentials->user;
  table_.add({child.pid, user, client_.key});
  if (settings_.is_verbose()) log_start(verdict, child.pid);
  connection_.reset();
}

void ConnectionServer::log_start(const ClientVerdict& verdict, pid_t pid) {
  LoggedStart start{pid, verdict.admission, verdict.rule,
                    settings_.verbosity == Verbosity::more ? verdict.instructions : "",
                    verdict.limit_of_client.value_or(settings_.limit_of_client)};
  log_.start(client_, start, table_.count());
  log_flush(0);
}

// tcpsvd logs to standard output.
void ConnectionServer::log_flush(size_t threshold) {
  if (log_.text().size() <= threshold) return;
  const bool to_output = settings_.name == ServerName::tcpsvd;
  // A failure cannot be reported.
  static_cast<void>(write_all(to_output ? STDOUT_FILENO : STDERR_FILENO, log_.text()));
  log_.clear();
}

}  // namespace stoker
