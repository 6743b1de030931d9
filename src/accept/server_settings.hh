// SPDX-License-Identifier: ISC
// What the command line says, whatever the name of the server.
#pragma once
#include <sys/types.h>

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "accept/server_name.hh"
#include "base/text.hh"

namespace stoker {

enum class Verbosity : uint8_t { quiet, normal, verbose, more };

// Whom the server becomes once it has its sockets; what is not given stays as it is.
struct ServerIdentity {
  static constexpr size_t most_groups = 60;

  const char* account = nullptr;  // as chpst -u takes it
  std::optional<uid_t> user;
  std::optional<gid_t> group;
  std::optional<size_t> group_count;  // of the supplementary ones
  std::array<gid_t, most_groups> groups{};
};

struct ServerSettings {
  static constexpr unsigned most_connections = 65536;
  static constexpr size_t longest_message = 1000;

  ServerName name = ServerName::accept;
  Verbosity verbosity = Verbosity::normal;
  unsigned limit = 40;
  unsigned limit_of_client = 0;  // 0: none
  std::optional<int> backlog;
  Text<longest_message> banner;      // for a client that has too many connections
  const char* greeting = nullptr;    // for everyone
  const char* local_host = nullptr;  // TCPLOCALHOST
  const char* rules = nullptr;       // a directory
  std::optional<mode_t> mode;        // of a UNIX socket
  bool sets_variables = true;
  bool asks_credentials = true;
  bool announces = false;  // on standard output, that it listens
  bool no_delay = false;
  bool v4_only = false, v6_only = false;  // for names with both kinds of address
  ServerIdentity identity;

  char** words = nullptr;  // those after the options
  int word_count = 0;

  bool is_verbose() const { return verbosity >= Verbosity::verbose; }
};

// Prints the usage and exits 100 if the options are invalid; 111 as tcpsvd.
ServerSettings read_server_settings(ServerName name, int argc, char** argv);
[[noreturn]] void refuse_server_usage(ServerName name);

// "N" or "N:MESSAGE", in which \\, \n and \r stand for such bytes. False if it is neither.
bool read_client_limit(std::string_view text, unsigned& limit, Text<1000>& message);

}  // namespace stoker
