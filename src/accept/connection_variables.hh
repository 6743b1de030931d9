// SPDX-License-Identifier: ISC
// The variables that tell a program about its connection: those of UCSPI, with what the servers of
// other suites add to them. Pure.
#pragma once
#include <string_view>

#include "accept/child_environment.hh"
#include "accept/served_client.hh"
#include "accept/server_name.hh"

namespace stoker {

struct VariableSettings {
  ServerName name = ServerName::accept;
  bool wanted = true;                // any at all
  const char* local_host = nullptr;  // TCPLOCALHOST
  bool counts_clients = false;       // there is a limit for each client
};

// May a program inherit it from the server? Not if it would be taken for a statement about the
// connection, or about sockets that the program does not have.
bool is_inherited(std::string_view name, const VariableSettings& settings);

void add_connection_variables(ChildEnvironment& environment, const ServedClient& client,
                              const VariableSettings& settings);

}  // namespace stoker
