// SPDX-License-Identifier: ISC
#include "accept/connection_log.hh"

#include <sys/wait.h>

#include <algorithm>

#include "base/parse.hh"
#include "base/word.hh"

namespace stoker {

namespace {

using ClientText = Text<160>;

// In front of a port, an IPv6 address needs brackets.
ClientText inet_text(const SocketEnd& end) {
  const bool v6 = end.family == EndFamily::v6;
  return ClientText(v6 ? "[" : "", end.text, v6 ? "]" : "");
}

// "192.0.2.1", "uid 1000 gid 100"
ClientText who(const ServedClient& client) {
  if (!client.is_local()) return inet_text(client.remote);
  if (!client.credentials) return ClientText("unknown user");
  return ClientText("uid ", client.credentials->user, " gid ", client.credentials->group);
}

std::string_view begin_of_line(ServerName name) {
  switch (name) {
  case ServerName::accept: return "accept: info: ";
  case ServerName::tcpsvd: return "tcpsvd: info: ";
  case ServerName::tcpserver: return "tcpserver: ";
  case ServerName::s6_ipcserver: return "s6-ipcserverd: info: ";
  }
  return {};
}

std::string_view word(Admission admission) {
  switch (admission) {
  case Admission::denied: return "deny ";
  case Admission::started: return "start ";
  case Admission::executed: return "exec ";
  }
  return {};
}

// What a client can choose must not make a line look like two.
template <size_t size>
void hide_control_bytes(Text<size>& text, size_t from) {
  for (char* byte = text.data() + from; byte != text.data() + text.size(); ++byte)
    if ((*byte >= 0 && *byte < ' ') || *byte == 127) *byte = '?';
}

}  // namespace

template <typename... Parts>
void ConnectionLog::line(const Parts&... parts) {
  const size_t start = text_.size();
  text_.append(begin_of_line(settings_.name), parts...);
  hide_control_bytes(text_, start);
  text_.append('\n');
}

void ConnectionLog::listening(const SocketEnd& local) {
  switch (settings_.name) {
  case ServerName::accept:
  case ServerName::tcpsvd:
    if (local.family == EndFamily::local)
      line("listening on ", local.text, ", starting.");
    else
      line("listening on ", inet_text(local), ":", local.port, ", starting.");
    return;
  case ServerName::tcpserver: return status(0);
  case ServerName::s6_ipcserver: line("starting"); return status(0);
  }
}

void ConnectionLog::status(size_t count) {
  const bool ipsvd = settings_.name == ServerName::accept || settings_.name == ServerName::tcpsvd;
  line("status", ipsvd ? " " : ": ", count, "/", settings_.limit);
}

void ConnectionLog::start(const ServedClient& client, const LoggedStart& start, size_t count) {
  const bool s6 = settings_.name == ServerName::s6_ipcserver;
  if (s6) start_of_s6(client, start);
  // There, one that is denied has never counted.
  if (!s6 || start.admission != Admission::denied) status(count);
  if (settings_.name == ServerName::tcpserver) return start_of_ucspi(client, start);
  if (!s6) start_of_ipsvd(client, start);
}

void ConnectionLog::start_of_ipsvd(const ServedClient& client, const LoggedStart& start) {
  const ClientText from = who(client);
  line("pid ", start.pid, " from ", from);
  if (start.limit_of_client != 0)
    line("concurrency ", start.pid, " ", from, " ", client.number, "/", start.limit_of_client);
  const std::string_view host = settings_.local_host != nullptr ? settings_.local_host : "";
  Text<400> ends(host, ":");
  if (client.is_local())
    ends.append(client.local.text, " ", from);
  else
    ends.append(inet_text(client.local), " ::", from, ":", client.remote.port);
  line(word(start.admission), start.pid, " ", ends, start.rule.empty() ? "" : " ", start.rule,
       start.instructions.empty() ? "" : ": ", start.instructions);
}

void ConnectionLog::start_of_ucspi(const ServedClient& client, const LoggedStart& start) {
  line("pid ", start.pid, " from ", client.remote.text);
  line(start.admission == Admission::denied ? "deny " : "ok ", start.pid, " ",
       settings_.local_host != nullptr ? settings_.local_host : "", ":", client.local.text, ":",
       client.local.port, " :", client.remote.text, "::", client.remote.port);
}

void ConnectionLog::start_of_s6(const ServedClient& client, const LoggedStart& start) {
  Text<64> user("?:?"), number("?");
  if (client.credentials) {
    user = Text<64>(client.credentials->user, ":", client.credentials->group);
    number = Text<64>(client.number);
  }
  const unsigned limit = start.limit_of_client != 0 ? start.limit_of_client : settings_.limit;
  if (start.admission == Admission::denied)
    line("deny ", user, " count ", number, "/", limit);
  else
    line("allow ", user, " pid ", start.pid, " count ", number, "/", limit);
}

void ConnectionLog::end_line(const ServedConnection& connection, int status) {
  const bool killed = WIFSIGNALED(status);
  const int code = killed ? WTERMSIG(status) : WEXITSTATUS(status);
  switch (settings_.name) {
  case ServerName::accept:
  case ServerName::tcpsvd:
    return line("end ", connection.pid, killed ? " signal " : " exit ", code);
  case ServerName::tcpserver: return line("end ", connection.pid, " status ", status);
  case ServerName::s6_ipcserver:
    return line("end pid ", connection.pid, " uid ",
                connection.user ? Digits(*connection.user).view() : "?",
                killed ? " signal " : " exitcode ", code);
  }
}

void ConnectionLog::end(const ServedConnection& connection, int status, size_t count) {
  end_line(connection, status);
  this->status(count);
}

void ConnectionLog::signaled(int number, std::string_view sent, bool leaves) {
  const std::string_view name = signal_name(number);
  if (settings_.name == ServerName::s6_ipcserver)
    return line("received SIG", name, ",", sent.empty() ? "" : " sending ", sent,
                sent.empty() ? "" : " to all connections", sent.empty() || !leaves ? "" : " and",
                leaves ? " quitting" : "");
  if (settings_.name == ServerName::tcpserver || !leaves) return;
  Text<16> word;
  for (const char letter : name) word.append(lower(letter));
  line("sig", word, " received, exit.");
}

void ConnectionLog::exit() {
  if (settings_.name == ServerName::s6_ipcserver) line("exiting");
}

}  // namespace stoker
