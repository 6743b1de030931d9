// SPDX-License-Identifier: ISC
// tcpsvd, tcpserver and s6-ipcserver.
#include "visitor.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char show_variables[] = "env | grep -E '^(PROTO|TCP|IPC|UNIX|REMOTE_)' | LC_ALL=C sort";

// The port of "listening on 127.0.0.1:PORT, starting."
int port_in(const std::string& log) {
  const size_t at = log.find(", starting");
  return at == std::string::npos ? 0 : std::stoi(log.substr(log.rfind(':', at) + 1));
}

int await_port(Sandbox& box, const Process& tcpsvd) {
  box.wait_for([&] { return port_in(tcpsvd.out()) != 0 || tcpsvd.ended(); }, "tcpsvd is silent");
  return port_in(tcpsvd.out());
}

}  // namespace

TEST_CASE("tcpsvd serves with its options, variables and log") {
  Sandbox box;
  const Process server = box.start({"tcpsvd", "-v", "-c", "3", "-C", "1:full", "-l", "me",
                                    "localhost", "0", "sh", "-c", show_variables});
  const int port = await_port(box, server);
  const Visitor visitor(inet_address("127.0.0.1", port));
  const std::string own = std::to_string(port_of(visitor.fd()));
  CHECK(visitor.rest() ==
        "PROTO=TCP\nTCPCONCURRENCY=1\nTCPLOCALHOST=me\nTCPLOCALIP=127.0.0.1\n"
        "TCPLOCALPORT=" +
            std::to_string(port) + "\nTCPREMOTEIP=127.0.0.1\nTCPREMOTEPORT=" + own + "\n");
  box.wait_for([&] { return contains(server.out(), "status 0/3"); }, "no end");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  CHECK(contains(server.out(), "tcpsvd: info: status 1/3\ntcpsvd: info: pid "));
  CHECK(contains(server.out(), " 127.0.0.1 1/1\ntcpsvd: info: start "));
  CHECK(contains(server.out(), " me:127.0.0.1 ::127.0.0.1:" + own + "\n"));
  CHECK(contains(server.out(), "tcpsvd: info: sigterm received, exit.\n"));
  CHECK(server.err() == "");
}

TEST_CASE("tcpsvd follows a directory of rules, and leaves on TERM with its programs running") {
  Sandbox box;
  box.write("rules/0", "+WHO=rule\n");
  box.script("talk", "echo $WHO; echo up >$EVENTS; read word; echo \"end $word\" >$EVENTS");
  const Process server = box.start({"tcpsvd", "-v", "-i", "rules", "127.0.0.1", "0", "./talk"});
  const Visitor visitor(inet_address("127.0.0.1", await_port(box, server)));
  CHECK(box.event() == "up");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  CHECK(visitor.line() == "rule");
  visitor.say("one\n");
  CHECK(box.event() == "end one");
}

TEST_CASE("tcpsvd refuses what it cannot do") {
  Sandbox box;
  const Result usage = box.run({"tcpsvd", "0", "80"});
  CHECK(usage.code == 111);
  CHECK(contains(usage.err, "usage: tcpsvd [-Ehpv]"));
  const Result cdb = box.run({"tcpsvd", "-x", "rules.cdb", "0", "80", "true"});
  CHECK(cdb.code == 100);
  CHECK(cdb.err ==
        "tcpsvd: fatal: -x is not supported: a file of rules cannot be read; use -i "
        "with its directory\n");
  CHECK(box.run({"tcpsvd", "-t", "10", "0", "80", "true"}).code == 100);
  const Result host = box.run({"tcpsvd", "no host", "80", "true"});
  CHECK(host.code == 111);
  CHECK(contains(host.err, "tcpsvd: fatal: unable to find the address of no host port 80: "));
  const Process warned = box.start({"tcpsvd", "-hv", "127.0.0.1", "0", "true"});
  CHECK(await_port(box, warned) != 0);
  CHECK(warned.err() == "tcpsvd: warning: -h has no effect: names of clients are not looked up\n");
}

TEST_CASE("tcpserver serves with its options, variables and log") {
  Sandbox box;
  const Process server = box.start({"tcpserver", "-v1HRDX", "-l0", "-c", "5", "-b", "10", "-B",
                                    "hi\n", "127.0.0.1", "0", "sh", "-c", show_variables});
  box.wait_for([&] { return !server.out().empty() || server.ended(); }, "tcpserver is silent");
  const std::string port = server.out().substr(0, server.out().find('\n'));
  const Visitor visitor(inet_address("127.0.0.1", std::stoi(port)));
  const std::string own = std::to_string(port_of(visitor.fd()));
  CHECK(visitor.rest() == "hi\nPROTO=TCP\nTCPLOCALHOST=0\nTCPLOCALIP=127.0.0.1\nTCPLOCALPORT=" +
                              port + "\nTCPREMOTEIP=127.0.0.1\nTCPREMOTEPORT=" + own + "\n");
  box.wait_for([&] { return contains(server.err(), " status 0\ntcpserver: status: 0/5\n"); },
               "no end");
  CHECK(contains(server.err(), "tcpserver: status: 1/5\ntcpserver: pid "));
  CHECK(contains(server.err(), " 0:127.0.0.1:" + port + " :127.0.0.1::" + own + "\n"));
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
}

TEST_CASE("tcpserver serves IPv6 with the variables of ucspi-tcp-ipv6") {
  Sandbox box;
  const Process server = box.start({"tcpserver", "-1HR", "::1", "0", "sh", "-c", show_variables});
  box.wait_for([&] { return !server.out().empty() || server.ended(); }, "tcpserver is silent");
  const std::string answer = Visitor(inet_address("::1", std::stoi(server.out()))).rest();
  CHECK(contains(answer, "PROTO=TCP6\n"));
  CHECK(contains(answer, "TCP6REMOTEIP=::1\n"));
  CHECK(contains(answer, "TCPREMOTEIP=::1\n"));
}

TEST_CASE("tcpserver refuses what it cannot do") {
  Sandbox box;
  const Result cdb = box.run({"tcpserver", "-x", "rules.cdb", "0", "80", "true"});
  CHECK(cdb.code == 100);
  CHECK(cdb.err ==
        "tcpserver: fatal: -x is not supported: a file of rules cannot be read; use a "
        "directory of rules with accept -x\n");
  CHECK(box.run({"tcpserver", "-o", "0", "80", "true"}).code == 100);
  CHECK(box.run({"tcpserver", "0", "80"}).code == 100);
  CHECK(box.run({"tcpserver", "-u", "x", "0", "80", "true"}).err ==
        "tcpserver: fatal: invalid value for -u: x\n");
  CHECK(contains(box.run({"tcpserver", "-U", "0", "80", "true"}).err, "UID and GID"));
}

TEST_CASE("tcpserver becomes a user by number") {
  Sandbox box;
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root");
  const Process server = box.start({"tcpserver", "-1HRU", "127.0.0.1", "0", "id"},
                                   {.environment = {{"UID", "65534"}, {"GID", "65533"}}});
  box.wait_for([&] { return !server.out().empty() || server.ended(); }, "tcpserver is silent");
  const std::string answer = Visitor(inet_address("127.0.0.1", std::stoi(server.out()))).rest();
  CHECK(contains(answer, "uid=65534"));
  CHECK(contains(answer, "gid=65533"));
}

TEST_CASE("s6-ipcserver serves with its options, variables and log") {
  if (is_portable_twin()) SKIP("needs to be told who connects");
  Sandbox box;
  const Process server = box.start({"s6-ipcserver", "-v1", "-c", "3", "-C", "2", "-a", "0700", "s",
                                    "sh", "-c", std::string(show_variables) + "; exit 3"});
  box.wait_for([&] { return server.out() == "\n" || server.ended(); }, "s6-ipcserver is silent");
  const std::string user = std::to_string(geteuid()), group = std::to_string(getegid());
  CHECK(Visitor(unix_address(box.path("s"))).rest() == "IPCCONNNUM=1\nIPCREMOTEEGID=" + group +
                                                           "\nIPCREMOTEEUID=" + user +
                                                           "\nIPCREMOTEPATH=\nPROTO=IPC\n");
  box.wait_for([&] { return contains(server.err(), " exitcode 3\n"); }, "no end");
  CHECK(contains(server.err(),
                 "s6-ipcserverd: info: starting\ns6-ipcserverd: info: status: 0/3\n"
                 "s6-ipcserverd: info: allow " +
                     user + ":" + group + " pid "));
  CHECK(contains(server.err(), " count 1/2\ns6-ipcserverd: info: status: 1/3\n"));
  CHECK(box.run({"stat", "-c", "%a", "s"}).out == "700\n");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  CHECK(server.err().ends_with("s6-ipcserverd: info: exiting\n"));
}

TEST_CASE("s6-ipcserver refuses a user's further connections, and asks nobody with -P") {
  Sandbox box;
  box.script("talk", "echo up >$EVENTS; read word");
  const Process server = box.start({"s6-ipcserver", "-C", "1", "s", "./talk"});
  const Visitor one = first_visitor(box, "s");
  CHECK(box.event() == "up");
  CHECK(Visitor(unix_address(box.path("s"))).rest().empty());
  CHECK(contains(server.err(), "s6-ipcserverd: info: deny "));

  const Process unasked = box.start({"s6-ipcserver", "-P1", "t", "sh", "-c", show_variables});
  box.wait_for([&] { return unasked.out() == "\n" || unasked.ended(); }, "it is silent");
  CHECK(Visitor(unix_address(box.path("t"))).rest() == "IPCCONNNUM=\nIPCREMOTEPATH=\nPROTO=IPC\n");
}

TEST_CASE("s6-ipcserver refuses a path that is too long, and one in use") {
  Sandbox box;
  const Result result = box.run({"s6-ipcserver", std::string(200, 'x'), "true"});
  CHECK(result.code == 100);
  CHECK(contains(result.err, "a path has 1 to 107 bytes"));
  const Process first = box.start({"s6-ipcserver", "s", "true"});
  first_visitor(box, "s").rest();
  CHECK(box.run({"s6-ipcserver", "s", "true"}).code == 111);
  CHECK(box.run({"s6-ipcserver", "s"}).code == 100);
}
