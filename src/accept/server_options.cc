// SPDX-License-Identifier: ISC
// The options of the server, by the name that it was called by: one function reads the options of
// one name.
#include <algorithm>
#include <cstdlib>

#include "accept/server_settings.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "chain/octal.hh"

namespace stoker {

namespace {

constexpr About accept_about{
    "accept [-1Ev] [-b n] [-C n[:text]] [-c n] [-l name] [-u user] [-x dir] "
    "[kind address [option ...]] prog",
    "Run a program for each connection to a socket.\n"
    "  -b n         let this many connections wait in the queue of a new socket\n"
    "  -C n[:text]  serve at most n connections of a client, send others the text\n"
    "  -c n         serve at most n connections at a time\n"
    "  -E           set no variables that describe the connection\n"
    "  -l name      set TCPLOCALHOST to this name\n"
    "  -u user      become this user when the sockets are open\n"
    "  -v           log connections; twice: with the instructions for them\n"
    "  -x dir       follow the rules in this directory\n"
    "  -1           print a line when connections are accepted\n"};
constexpr About tcpsvd_about{
    "tcpsvd [-Ehpv] [-b n] [-C n[:msg]] [-c n] [-i dir] [-l name] [-u user] host port prog",
    "Run a program for each connection, as tcpsvd of ipsvd.\n"};
constexpr About tcpserver_about{
    "tcpserver [-146DdHhOPpQqRrUvX] [-B banner] [-b backlog] [-c limit] [-g gid] [-l localname] "
    "[-t timeout] [-u uid] host port prog",
    "Run a program for each connection, as tcpserver of ucspi-tcp.\n"};
constexpr About ipcserver_about{
    "s6-ipcserver [-1DdPpQqUv] [-a perms] [-b backlog] [-C localmaxconn] [-c maxconn] "
    "[-G gidlist] [-g gid] [-u uid] path prog",
    "Run a program for each connection to a UNIX socket, as s6-ipcserver.\n"};

const About& about_of(ServerName name) {
  switch (name) {
  case ServerName::accept: break;
  case ServerName::tcpsvd: return tcpsvd_about;
  case ServerName::tcpserver: return tcpserver_about;
  case ServerName::s6_ipcserver: return ipcserver_about;
  }
  return accept_about;
}

[[noreturn]] void die_of_value(char letter, const char* value) {
  die({"invalid value for -", {&letter, 1}, ": ", value}, exit_misuse);
}

[[noreturn]] void die_unsupported(char letter, std::string_view remedy) {
  die({"-", {&letter, 1}, " is not supported: ", remedy}, exit_misuse);
}

constexpr std::string_view use_directory =
    "a file of rules cannot be read; use a directory of rules with accept -x";

template <typename Number>
Number number_of(char letter, const char* value, Number least, Number most) {
  const auto number = parse_number<Number>(value);
  if (!number || *number < least || *number > most) die_of_value(letter, value);
  return *number;
}

unsigned connections_of(char letter, const char* value) {
  return number_of<unsigned>(letter, value, 1, ServerSettings::most_connections);
}

// The highest number is invalid: system calls take it for "unchanged".
uint32_t id_of(char letter, const char* value) {
  return number_of<uint32_t>(letter, value, 0, UINT32_MAX - 1);
}

void raise(Verbosity& verbosity) {
  verbosity = verbosity < Verbosity::verbose ? Verbosity::verbose : Verbosity::more;
}

// Those that several names have. False if it is none of them.
bool read_shared_option(ServerSettings& settings, Options& options, char letter) {
  switch (letter) {
  case '1': settings.announces = true; return true;
  case 'b':
    settings.backlog = number_of<int>(letter, options.required_value(letter), 0, 1 << 30);
    return true;
  case 'c': settings.limit = connections_of(letter, options.required_value(letter)); return true;
  case 'l': settings.local_host = options.required_value(letter); return true;
  case 'v': raise(settings.verbosity); return true;
  default: return false;
  }
}

void read_client_option(ServerSettings& settings, char letter, const char* value) {
  if (!read_client_limit(value, settings.limit_of_client, settings.banner))
    die_of_value(letter, value);
}

// Those of ipsvd.
bool read_ipsvd_option(ServerSettings& settings, Options& options, char letter) {
  switch (letter) {
  case 'C': read_client_option(settings, letter, options.required_value(letter)); return true;
  case 'E': settings.sets_variables = false; return true;
  case 'u': settings.identity.account = options.required_value(letter); return true;
  default: return letter != '1' && read_shared_option(settings, options, letter);
  }
}

bool read_accept_option(ServerSettings& settings, Options& options, char letter) {
  if (letter == 'x') settings.rules = options.required_value(letter);
  if (letter == '1') settings.announces = true;
  return letter == 'x' || letter == '1' || read_ipsvd_option(settings, options, letter);
}

void warn_of_look_up(char letter) {
  warn({"-", {&letter, 1}, " has no effect: names of clients are not looked up"});
}

bool read_tcpsvd_option(ServerSettings& settings, Options& options, char letter) {
  switch (letter) {
  case 'h':
  case 'p': warn_of_look_up(letter); return true;
  case 'i': settings.rules = options.required_value(letter); return true;
  case 't': die_unsupported(letter, "files of rules are not removed by age");
  case 'x': die_unsupported(letter, "a file of rules cannot be read; use -i with its directory");
  default: return read_ipsvd_option(settings, options, letter);
  }
}

// Numbers of a user and a group, as $UID and $GID of envuidgid.
void read_ids_of_environment(ServerIdentity& identity, char letter) {
  const char* const user = getenv("UID");
  const char* const group = getenv("GID");
  if (user == nullptr || group == nullptr)
    die({"-", {&letter, 1}, " requires the variables UID and GID; see envuidgid(8)"}, exit_misuse);
  identity.user = id_of(letter, user);
  identity.group = id_of(letter, group);
}

bool read_id_option(ServerIdentity& identity, Options& options, char letter) {
  switch (letter) {
  case 'g': identity.group = id_of(letter, options.required_value(letter)); return true;
  case 'u': identity.user = id_of(letter, options.required_value(letter)); return true;
  case 'U': read_ids_of_environment(identity, letter); return true;
  default: return false;
  }
}

bool read_tcpserver_option(ServerSettings& settings, Options& options, char letter) {
  switch (letter) {
  case '4': settings.v4_only = true; return true;
  case '6': settings.v6_only = true; return true;
  case 'B': settings.greeting = options.required_value(letter); return true;
  case 'D': settings.no_delay = true; return true;
  case 'd': settings.no_delay = false; return true;
  case 'q': settings.verbosity = Verbosity::quiet; return true;
  case 'Q': settings.verbosity = Verbosity::normal; return true;
  case 'h':
  case 'p':
  case 'r': warn_of_look_up(letter); return true;
  case 't': static_cast<void>(options.required_value(letter)); return true;
  case 'H':
  case 'P':
  case 'R':
  case 'O':
  case 'X': return true;
  case 'o': die_unsupported(letter, "the system discards source routes");
  case 'x': die_unsupported(letter, use_directory);
  default:
    return read_id_option(settings.identity, options, letter) ||
           read_shared_option(settings, options, letter);
  }
}

void read_groups(ServerIdentity& identity, char letter, const char* value) {
  size_t count = 0;
  for (std::string_view rest = value; !rest.empty();) {
    const std::string_view one(rest.data(), std::min(rest.find(','), rest.size()));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (count == identity.groups.size()) die_of_value(letter, value);
    identity.groups[count++] = id_of(letter, Text<24>(one).c_str());
  }
  identity.group_count = count;
}

bool read_ipcserver_option(ServerSettings& settings, Options& options, char letter) {
  switch (letter) {
  case 'a': {
    const char* const value = options.required_value(letter);
    settings.mode = parse_octal(value, 0777);
    if (!settings.mode) die_of_value(letter, value);
    return true;
  }
  case 'C':
    settings.limit_of_client = connections_of(letter, options.required_value(letter));
    return true;
  case 'D':
  case 'd': return true;
  case 'G': read_groups(settings.identity, letter, options.required_value(letter)); return true;
  case 'P': settings.asks_credentials = false; return true;
  case 'p': settings.asks_credentials = true; return true;
  case 'q': settings.verbosity = Verbosity::quiet; return true;
  case 'Q': settings.verbosity = Verbosity::normal; return true;
  case 'l': return false;
  default:
    return read_id_option(settings.identity, options, letter) ||
           read_shared_option(settings, options, letter);
  }
}

bool read_option(ServerSettings& settings, Options& options, char letter) {
  if (letter == Options::long_option || letter == Options::mistake) return false;
  switch (settings.name) {
  case ServerName::accept: return read_accept_option(settings, options, letter);
  case ServerName::tcpsvd: return read_tcpsvd_option(settings, options, letter);
  case ServerName::tcpserver: return read_tcpserver_option(settings, options, letter);
  case ServerName::s6_ipcserver: return read_ipcserver_option(settings, options, letter);
  }
  return false;
}

// What is given beside the program: `host port` or `path`; `accept` finds out itself.
int least_words(ServerName name) {
  switch (name) {
  case ServerName::accept: return 1;
  case ServerName::tcpsvd:
  case ServerName::tcpserver: return 3;
  case ServerName::s6_ipcserver: return 2;
  }
  return 1;
}

void set_usual_limits(ServerSettings& settings) {
  constexpr unsigned of_tcpsvd = 30;
  constexpr int of_tcp_servers = 20;
  if (settings.name == ServerName::tcpsvd) settings.limit = of_tcpsvd;
  if (settings.name == ServerName::tcpsvd || settings.name == ServerName::tcpserver)
    settings.backlog = of_tcp_servers;
}

}  // namespace

bool read_client_limit(std::string_view text, unsigned& limit,
                       Text<ServerSettings::longest_message>& message) {
  const std::string_view number(text.data(), std::min(text.find(':'), text.size()));
  text.remove_prefix(std::min(number.size() + 1, text.size()));
  const auto parsed = parse_number<unsigned>(number);
  if (!parsed) return false;
  limit = *parsed;
  message.clear();
  for (size_t at = 0; at < text.size(); ++at) {
    const char escaped = text[at] == '\\' && at + 1 < text.size() ? text[at + 1] : '\0';
    const bool known = escaped == '\\' || escaped == 'n' || escaped == 'r';
    if (known) ++at;
    message.append(!known ? text[at] : escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : '\\');
  }
  return !message.truncated();
}

void refuse_server_usage(ServerName name) {
  if (name == ServerName::tcpsvd) usage_runit(about_of(name).synopsis, exit_trouble);
  usage(about_of(name).synopsis);
}

ServerSettings read_server_settings(ServerName name, int argc, char** argv) {
  ServerSettings settings;
  settings.name = name;
  set_usual_limits(settings);
  Options options(argc, argv, &about_of(name));
  while (const char letter = options.next())
    if (!read_option(settings, options, letter)) {
      report_bad_option(word(name), options, letter);
      refuse_server_usage(name);
    }
  settings.words = options.arguments();
  settings.word_count = options.count();
  if (settings.word_count < least_words(name)) refuse_server_usage(name);
  return settings;
}

}  // namespace stoker
