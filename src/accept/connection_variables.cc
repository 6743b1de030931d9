// SPDX-License-Identifier: ISC
#include "accept/connection_variables.hh"

#include <algorithm>
#include <iterator>

#include "base/parse.hh"
#include "net/activation.hh"

namespace stoker {

namespace {

// Of the variables, or what they begin with.
constexpr std::string_view of_sockets[] = {activation::pid, activation::count, activation::names};
constexpr std::string_view of_connections[] = {
    "PROTO",      "REMOTE_ADDR",    "REMOTE_PORT", "TCPLOCAL",   "TCPREMOTE",
    "TCPCONNNUM", "TCPCONCURRENCY", "TCP6LOCAL",   "TCP6REMOTE", "TCP6INTERFACE",
    "IPCLOCAL",   "IPCREMOTE",      "IPCCONNNUM",  "UNIXLOCAL",  "UNIXREMOTE",
};

template <typename List>
bool begins_with_any(std::string_view name, const List& list) {
  return std::any_of(std::begin(list), std::end(list),
                     [name](std::string_view part) { return has_prefix(name, part); });
}

void add_tcp(ChildEnvironment& environment, const ServedClient& client) {
  environment.add("TCPLOCALIP", client.local.text);
  environment.add("TCPLOCALPORT", Digits(client.local.port));
  environment.add("TCPREMOTEIP", client.remote.text);
  environment.add("TCPREMOTEPORT", Digits(client.remote.port));
}

// As ucspi-tcp has them with IPv6.
void add_tcp6(ChildEnvironment& environment, const ServedClient& client) {
  environment.add("TCP6LOCALIP", client.local.text);
  environment.add("TCP6LOCALPORT", Digits(client.local.port));
  environment.add("TCP6REMOTEIP", client.remote.text);
  environment.add("TCP6REMOTEPORT", Digits(client.remote.port));
}

void add_inet(ChildEnvironment& environment, const ServedClient& client,
              const VariableSettings& settings) {
  const bool v6 = client.remote.family == EndFamily::v6;
  environment.add("PROTO", v6 ? "TCP6" : "TCP");
  add_tcp(environment, client);
  if (v6) add_tcp6(environment, client);
  if (settings.local_host != nullptr) environment.add("TCPLOCALHOST", settings.local_host);
  if (settings.local_host != nullptr && v6) environment.add("TCP6LOCALHOST", settings.local_host);
  if (settings.name == ServerName::accept) {
    environment.add("TCPCONNNUM", Digits(client.number));
    environment.add("REMOTE_ADDR", client.remote.text);
    environment.add("REMOTE_PORT", Digits(client.remote.port));
  }
  if (settings.counts_clients && settings.name != ServerName::tcpserver)
    environment.add("TCPCONCURRENCY", Digits(client.number));
}

// As s6 has them.
void add_ipc(ChildEnvironment& environment, const ServedClient& client) {
  environment.add("PROTO", "IPC");
  environment.add("IPCREMOTEPATH", client.remote.text);
  environment.add("IPCCONNNUM", client.credentials ? Digits(client.number).view() : "");
  if (!client.credentials) return;
  environment.add("IPCREMOTEEUID", Digits(client.credentials->user));
  environment.add("IPCREMOTEEGID", Digits(client.credentials->group));
}

// As ucspi-unix has them.
void add_unix(ChildEnvironment& environment, const ServedClient& client) {
  environment.add("IPCLOCALPATH", client.local.text);
  environment.add("UNIXLOCALPATH", client.local.text);
  environment.add("UNIXREMOTEPATH", client.remote.text);
  if (!client.credentials) return;
  environment.add("IPCREMOTEPID", Digits(client.credentials->pid));
  environment.add("UNIXREMOTEPID", Digits(client.credentials->pid));
  environment.add("UNIXREMOTEEUID", Digits(client.credentials->user));
  environment.add("UNIXREMOTEEGID", Digits(client.credentials->group));
}

}  // namespace

bool is_inherited(std::string_view name, const VariableSettings& settings) {
  if (std::find(std::begin(of_sockets), std::end(of_sockets), name) != std::end(of_sockets))
    return false;
  return !settings.wanted || !begins_with_any(name, of_connections);
}

void add_connection_variables(ChildEnvironment& environment, const ServedClient& client,
                              const VariableSettings& settings) {
  if (!settings.wanted) return;
  if (!client.is_local()) return add_inet(environment, client, settings);
  add_ipc(environment, client);
  if (settings.name == ServerName::accept) add_unix(environment, client);
}

}  // namespace stoker
