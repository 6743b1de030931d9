// SPDX-License-Identifier: ISC
#include "visitor.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Says what variables it has that are about connections.
constexpr char show_variables[] =
    "env | grep -E '^(PROTO|TCP|IPC|UNIX|REMOTE_|LISTEN_)' | LC_ALL=C sort";
// Is told what to do by its client, and tells the test.
constexpr char talker[] = "echo here; echo up >$EVENTS; read word; echo \"end $word\" >$EVENTS";

Visitor visit(Sandbox& box, const std::string& name = "s", int type = SOCK_STREAM) {
  return Visitor(unix_address(box.path(name)), type);
}

// A server on the UNIX socket `s`.
Process serve(Sandbox& box, const Argv& options, const Argv& program, const Setup& setup = {}) {
  Argv words = {"accept", "-1"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"unix", box.path("s")});
  words.insert(words.end(), program.begin(), program.end());
  Process server = box.start(words, setup);
  box.wait_for([&] { return server.out() == "\n" || server.ended(); }, "accept does not listen");
  return server;
}

void await_connections(Sandbox& box, const Process& server, size_t count) {
  box.wait_for([&] { return children_of(server.pid()).size() == count; },
               "there are not " + std::to_string(count) + " programs");
}

}  // namespace

TEST_CASE("accept runs a program with each connection as its input and output") {
  Sandbox box;
  const Process server = serve(box, {}, {"sh", "-c", "read word; echo \"$word!\""});
  for (const std::string word : {"one", "two"}) {
    const Visitor visitor = visit(box);
    visitor.say(word + "\n");
    CHECK(visitor.rest() == word + "!\n");
  }
  CHECK(server.err() == "");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
}

TEST_CASE("many connections are served at once") {
  Sandbox box;
  const Process server = serve(box, {}, {"cat"});
  std::vector<Visitor> visitors;
  for (int count = 0; count < 20; ++count) visitors.push_back(visit(box));
  for (const Visitor& visitor : visitors) visitor.say("x\n");
  for (const Visitor& visitor : visitors) CHECK(visitor.line() == "x");
  for (const Visitor& visitor : visitors) visitor.end_input();
  for (const Visitor& visitor : visitors) CHECK(visitor.rest().empty());
  await_connections(box, server, 0);
}

TEST_CASE("accept takes its sockets from its supervisor, of both families") {
  Sandbox box;
  const Fd v4 = listening_socket("127.0.0.1"), both = listening_socket("::");
  const Process server =
      start_with_sockets(box, {v4.get(), both.get()}, {"accept", "sh", "-c", show_variables},
                         {.environment = {{"TCPREMOTEHOST", "wrong"}, {"LISTEN_FDNAMES", "a:b"}}});
  for (const int fd : {v4.get(), both.get()}) {
    const std::string port = std::to_string(port_of(fd));
    await_connections(box, server, 0);
    const Visitor visitor(inet_address("127.0.0.1", port_of(fd)));
    const std::string own = std::to_string(port_of(visitor.fd()));
    CHECK(visitor.rest() == "PROTO=TCP\nREMOTE_ADDR=127.0.0.1\nREMOTE_PORT=" + own +
                                "\nTCPCONNNUM=1\nTCPLOCALIP=127.0.0.1\nTCPLOCALPORT=" + port +
                                "\nTCPREMOTEIP=127.0.0.1\nTCPREMOTEPORT=" + own + "\n");
  }
  await_connections(box, server, 0);
  const Visitor visitor(inet_address("::1", port_of(both.get())));
  const std::string own = std::to_string(port_of(visitor.fd())),
                    port = std::to_string(port_of(both.get()));
  CHECK(visitor.rest() == "PROTO=TCP6\nREMOTE_ADDR=::1\nREMOTE_PORT=" + own +
                              "\nTCP6LOCALIP=::1\nTCP6LOCALPORT=" + port +
                              "\nTCP6REMOTEIP=::1\nTCP6REMOTEPORT=" + own +
                              "\nTCPCONNNUM=1\nTCPLOCALIP=::1\nTCPLOCALPORT=" + port +
                              "\nTCPREMOTEIP=::1\nTCPREMOTEPORT=" + own + "\n");
}

TEST_CASE("accept opens sockets of all kinds itself") {
  Sandbox box;
  const std::string port = std::to_string(free_port());
  const Process server = box.start({"accept", "-1", "tcp", "127.0.0.1:" + port, "backlog=7", "unix",
                                    box.path("s"), "mode=0600", "unix-seqpacket", box.path("q"),
                                    "unix", "@" + box.path("abstract"), "sh", "-c", "echo hello"});
  box.wait_for([&] { return !server.out().empty() || server.ended(); }, "accept does not listen");
  CHECK(server.out() == port + "\n");
  CHECK(Visitor(inet_address("127.0.0.1", std::stoi(port))).rest() == "hello\n");
  CHECK(visit(box).rest() == "hello\n");
  CHECK(visit(box, "q", SOCK_SEQPACKET).rest() == "hello\n");
  CHECK(Visitor(unix_address(std::string(1, '\0') + box.path("abstract"))).rest() == "hello\n");
  CHECK(box.run({"stat", "-c", "%a", box.path("s")}).out == "600\n");
}

TEST_CASE("a program knows who connected to a UNIX socket") {
  if (is_portable_twin()) SKIP("needs to be told who connects");
  Sandbox box;
  const Process server = serve(box, {}, {"sh", "-c", show_variables});
  const std::string pid = std::to_string(getpid()), user = std::to_string(geteuid()),
                    group = std::to_string(getegid());
  CHECK(visit(box).rest() ==
        "IPCCONNNUM=1\nIPCLOCALPATH=" + box.path("s") + "\nIPCREMOTEEGID=" + group +
            "\nIPCREMOTEEUID=" + user + "\nIPCREMOTEPATH=\nIPCREMOTEPID=" + pid +
            "\nPROTO=IPC\nUNIXLOCALPATH=" + box.path("s") + "\nUNIXREMOTEEGID=" + group +
            "\nUNIXREMOTEEUID=" + user + "\nUNIXREMOTEPATH=\nUNIXREMOTEPID=" + pid + "\n");
}

TEST_CASE("with -E there are no variables, and -l sets one") {
  Sandbox box;
  const Fd fd = listening_socket("127.0.0.1"), other = listening_socket("127.0.0.1");
  const Process without =
      start_with_sockets(box, {fd.get()}, {"accept", "-E", "sh", "-c", show_variables},
                         {.environment = {{"PROTO", "mine"}}});
  CHECK(Visitor(inet_address("127.0.0.1", port_of(fd.get()))).rest() == "PROTO=mine\n");
  const Process named =
      start_with_sockets(box, {other.get()}, {"accept", "-l", "me", "sh", "-c", show_variables});
  CHECK(contains(Visitor(inet_address("127.0.0.1", port_of(other.get()))).rest(),
                 "\nTCPLOCALHOST=me\n"));
}

TEST_CASE("beyond -c, connections wait until another has ended") {
  Sandbox box;
  box.script("talk", talker);
  const Process server = serve(box, {"-c", "2"}, {"./talk"});
  const Visitor one = visit(box), two = visit(box), three = visit(box);
  CHECK(one.line() == "here");
  CHECK(two.line() == "here");
  CHECK(box.events(2) == std::vector<std::string>{"up", "up"});
  CHECK(three.is_silent());
  two.say("two\n");
  CHECK(box.event() == "end two");
  CHECK(box.event() == "up");
  CHECK(three.line() == "here");
  CHECK(children_of(server.pid()).size() <= 2);
  one.say("one\n");
  three.say("three\n");
  CHECK(box.events(2) == std::vector<std::string>{"end one", "end three"});
}

TEST_CASE("beyond -C, further connections of a client are closed with a message") {
  Sandbox box;
  box.script("talk", talker);
  const Process server = serve(box, {"-C", "1:too many\\r\\n"}, {"./talk"});
  const Visitor one = visit(box);
  CHECK(box.event() == "up");
  const Visitor two = visit(box);
  // What it says is lost, but not what it is told.
  static_cast<void>(send(two.fd(), "hello\n", 6, MSG_NOSIGNAL));
  CHECK(two.rest() == "too many\r\n");
  one.say("one\n");
  CHECK(box.event() == "end one");
  await_connections(box, server, 0);
  CHECK(visit(box).line() == "here");
}

TEST_CASE("TERM lets the connections go on, and accept exits with the last") {
  Sandbox box;
  box.script("talk", talker);
  const Process server = serve(box, {"-v"}, {"./talk"});
  const Visitor one = visit(box);
  CHECK(box.event() == "up");
  server.signal(SIGTERM);
  box.wait_for([&] { return contains(server.err(), "sigterm received, exit."); }, "no TERM");
  CHECK(visit(box).error() == ECONNREFUSED);
  CHECK_FALSE(server.ended());
  one.say("one\n");
  CHECK(box.event() == "end one");
  CHECK(server.wait() == 0);
}

TEST_CASE("a second TERM ends accept and not its programs") {
  Sandbox box;
  box.script("talk", talker);
  const Process server = serve(box, {"-v"}, {"./talk"});
  const Visitor one = visit(box);
  CHECK(box.event() == "up");
  server.signal(SIGTERM);
  box.wait_for([&] { return contains(server.err(), "sigterm received, exit."); }, "no TERM");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  one.say("one\n");
  CHECK(box.event() == "end one");
}

TEST_CASE("HUP, QUIT and ABRT reach the programs") {
  Sandbox box;
  box.script("run", "exec $SERVE up TERM=term!0");
  const Process server = serve(box, {}, {"./run"});
  const Visitor one = visit(box);
  CHECK(box.event() == "up");
  server.signal(SIGHUP);
  CHECK(box.event() == "term");
  CHECK_FALSE(server.ended());
  const Visitor two = visit(box);
  CHECK(box.event() == "up");
  server.signal(SIGQUIT);
  CHECK(box.event() == "term");
  CHECK(server.wait() == 0);

  const Process other = serve(box, {}, {"sleep", "1000"});
  const Visitor three = visit(box);
  await_connections(box, other, 1);
  other.signal(SIGABRT);
  CHECK(other.wait() == 0);
  CHECK(three.rest().empty());
}

TEST_CASE("programs start clean, in the process group of accept") {
  Sandbox box;
  const Process server = serve(box, {}, {"sleep", "1000"});
  const Visitor visitor = visit(box);
  await_connections(box, server, 1);
  const pid_t pid = children_of(server.pid()).front();
  box.wait_for([&] { return contains(proc_status(pid, "Name"), "sleep"); }, "sleep does not run");
  CHECK(getpgid(pid) == getpgid(server.pid()));
  CHECK(proc_status(pid, "SigBlk") == "0000000000000000");
  // Those above 31 are the C library's business, or whoever started the tests has left them so.
  CHECK((std::stoull(proc_status(pid, "SigIgn"), nullptr, 16) & 0x7fffffff) == 0);
  std::vector<int> open;
  for (const auto& [fd, where] : descriptors(pid)) open.push_back(fd);
  CHECK(open == std::vector<int>{0, 1, 2});
}

TEST_CASE("an idle accept does not wake up") {
  Sandbox box;
  const Process server = serve(box, {}, {"true"});
  visit(box).rest();
  await_connections(box, server, 0);
  box.wait_for([&] { return sleeps_for(server.pid(), 300ms); }, "it wakes up");
}

TEST_CASE("with -v each connection is logged in the words of ipsvd") {
  if (is_portable_twin()) SKIP("needs to be told who connects");
  Sandbox box;
  const Process server = serve(box, {"-v"}, {"sh", "-c", "exit 3"});
  visit(box).rest();
  box.wait_for([&] { return contains(server.err(), "status 0/40\n"); }, "no end is logged");
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  const std::string user = std::to_string(geteuid()), group = std::to_string(getegid()),
                    who = "uid " + user + " gid " + group;
  std::string log = server.err();
  const size_t at = log.find("accept: info: pid ") + strlen("accept: info: pid ");
  const std::string pid = log.substr(at, log.find(' ', at) - at);
  CHECK(log == "accept: info: listening on " + box.path("s") +
                   ", starting.\n"
                   "accept: info: status 1/40\n"
                   "accept: info: pid " +
                   pid + " from " + who +
                   "\n"
                   "accept: info: start " +
                   pid + " :" + box.path("s") + " " + who +
                   "\n"
                   "accept: info: end " +
                   pid +
                   " exit 3\n"
                   "accept: info: status 0/40\n"
                   "accept: info: sigterm received, exit.\n");
}

TEST_CASE("a client in Python talks with a server in Python") {
  Sandbox box;
  if (box.run({"python3", "--version"}).code != 0) SKIP("needs python3");
  box.write("server.py",
            "import os, sys\n"
            "for line in sys.stdin:\n"
            "  print(os.environ['PROTO'], line.strip()[::-1], flush=True)\n");
  box.write("client.py",
            "import socket, sys\n"
            "with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as s:\n"
            "  f = s.makefile('rw')\n"
            "  for word in 'abc', 'def':\n"
            "    print(word, file=f, flush=True)\n"
            "    print(f.readline(), end='')\n");
  const Fd fd = listening_socket("127.0.0.1");
  const Process server = start_with_sockets(box, {fd.get()}, {"accept", "python3", "server.py"});
  const Result client = box.run({"python3", "client.py", std::to_string(port_of(fd.get()))});
  CHECK(client.err.empty());
  CHECK(client.out == "TCP cba\nTCP fed\n");
}

TEST_CASE("a service that accepts is stopped when its connections have ended") {
  Sandbox box;
  box.script("talk", talker);
  box.script("web/run", "exec accept unix $BOX/s $BOX/talk");
  const Process supervisor = box.supervise("web");
  const Visitor one = first_visitor(box, "s");
  CHECK(box.event() == "up");
  box.control("d", "web");
  box.await(State::stopping, "web");
  one.say("one\n");
  CHECK(box.event() == "end one");
  box.await(State::down, "web");
}

TEST_CASE("accept serves the sockets that its service listens at, across restarts") {
  Sandbox box;
  box.script("scan/web/run", "exec accept -c 1 sh -c 'read word; echo $PROTO $word'");
  box.write("scan/web/listen", "a unix " + box.path("a") + "\nb unix " + box.path("b") + "\n");
  SECTION("always") {}
  SECTION("on demand") { box.write("scan/web/on-demand", ""); }
  const bool on_demand = box.exists("scan/web/on-demand");
  const Process tree = box.start({"svscan", "scan"});
  const auto await = [&](const std::string& name) {
    box.await(name == "a" && on_demand ? State::listening : State::ready, "scan/web");
  };
  for (const std::string name : {"a", "b"}) {
    await(name);
    const Visitor visitor = visit(box, name);
    box.await(State::ready, "scan/web");
    visitor.say("one\n");
    CHECK(visitor.rest() == "IPC one\n");
    // Those that come while it is restarted wait.
    box.control("p", "scan/web");
    box.await([](const StatusFile& now) { return now.main.paused; }, "it is not paused",
              "scan/web");
    const Visitor waiting = visit(box, name);
    waiting.say("two\n");
    box.control("k", "scan/web");
    CHECK(waiting.rest() == "IPC two\n");
  }
}
