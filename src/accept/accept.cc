// SPDX-License-Identifier: ISC
// accept: run a program for each connection to a socket. See accept(8).
#include <grp.h>
#include <unistd.h>

#include "accept/connection_server.hh"
#include "accept/program_file.hh"
#include "accept/server_settings.hh"
#include "base/mapped_array.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "chain/identity.hh"

namespace stoker {

namespace {

// Too large for the stack.
constinit ChildEnvironment environment;

void become(const ServerIdentity& wanted) {
  if (wanted.account != nullptr)
    become_user(look_up_identity(wanted.account), false, runit_wording);
  if (wanted.group_count && setgroups(*wanted.group_count, wanted.groups.data()) != 0)
    die_errno({"unable to set the groups"});
  // Without -G, as the programs of djb: the group is the only one.
  if (wanted.group && !wanted.group_count && setgroups(1, &*wanted.group) != 0)
    die_errno({"unable to set the groups"});
  if (wanted.group && setgid(*wanted.group) != 0) die_errno({"unable to set the group"});
  if (wanted.user && setuid(*wanted.user) != 0) die_errno({"unable to set the user"});
}

// A line for whoever waits for it: the port, or nothing as s6-ipcserver has it.
void announce(const ServerSettings& settings, const SocketEnd& local) {
  Text<200> line;
  if (local.family != EndFamily::local) line.append(local.port);
  line.append('\n');
  if (settings.announces && !write_all(STDOUT_FILENO, line))
    die_errno({"unable to write to standard output"});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  const ServerName name = server_name_from(base_name(argv[0]));
  set_program({word(name)});
  ServerSettings settings = read_server_settings(name, argc, argv);
  if (!occupy_standard_descriptors()) die_errno({"unable to open /dev/null"});
  AcceptingSockets sockets;
  sockets.open(settings);
  const PathText program = find_program(settings.words[0]);
  become(settings.identity);
  const VariableSettings variables{name, settings.sets_variables, settings.local_host};
  const MappedArray<ServedConnection> room(settings.limit);
  if (!room || !environment.prepare(environ, [&](std::string_view variable) {
        return is_inherited(variable, variables);
      }))
    die_errno({"unable to get memory"});
  ConnectionServer server(settings, sockets.all(), room.all(), environment, program.c_str());
  announce(settings, sockets.all().front().local);
  server.run();
  return 0;
}
