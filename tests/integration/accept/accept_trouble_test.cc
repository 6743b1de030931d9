// SPDX-License-Identifier: ISC
// What can be wrong with sockets, programs and limits.
#include <sys/resource.h>

#include <algorithm>

#include "chain.hh"
#include "visitor.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

void check_failure(Sandbox& box, const Argv& argv, int code, const std::string& message) {
  const Result result = box.run(argv);
  CAPTURE(argv);
  CHECK(result.code == code);
  CHECK(result.out.empty());
  CHECK(result.err == "accept: fatal: " + message + "\n");
}

void set_open_files(const Process& process, rlim_t limit) {
  rlimit changed{};
  REQUIRE(prlimit(process.pid(), RLIMIT_NOFILE, nullptr, &changed) == 0);
  changed.rlim_cur = limit;
  REQUIRE(prlimit(process.pid(), RLIMIT_NOFILE, &changed, nullptr) == 0);
}

// An ordinary user who may start no process.
Setup as_nobody_alone() {
  Setup setup;
  setup.in_child = [] {
    become_nobody();
    const rlimit none{0, 10000};
    setrlimit(RLIMIT_NPROC, &none);
  };
  return setup;
}

size_t count_lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

Process serve(Sandbox& box, const Argv& program, const Setup& setup = {}) {
  Argv words = {"accept", "-1", "unix", box.path("s")};
  words.insert(words.end(), program.begin(), program.end());
  Process server = box.start(words, setup);
  box.wait_for([&] { return server.out() == "\n" || server.ended(); }, "accept does not listen");
  return server;
}

}  // namespace

TEST_CASE("accept needs a socket and a program") {
  Sandbox box;
  check_failure(box, {"accept", "true"}, 100,
                "there is no socket: give an address, or a file `listen` to the service");
  for (const Argv& argv : {Argv{"accept"},
                           {"accept", "-c"},
                           {"accept", "-Z", "true"},
                           {"accept", "unix", box.path("s")}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 100);
    CHECK(contains(result.err, "usage: accept [-1Ev]"));
  }
  CHECK_FALSE(Visitor(unix_address(box.path("s"))).error() == 0);
}

TEST_CASE("values and addresses that make no sense are refused") {
  Sandbox box;
  check_failure(box, {"accept", "-c", "0", "true"}, 100, "invalid value for -c: 0");
  check_failure(box, {"accept", "-c", "99999999", "true"}, 100, "invalid value for -c: 99999999");
  check_failure(box, {"accept", "-C", "x", "true"}, 100, "invalid value for -C: x");
  check_failure(box, {"accept", "-b", "-1", "true"}, 100, "invalid value for -b: -1");
  const Result port = box.run({"accept", "tcp", "localhost:80", "true"});
  CHECK(port.code == 100);
  CHECK(contains(port.err, "accept: fatal: invalid address tcp localhost:80: "));
  const std::string long_path = "/" + std::string(200, 'x');
  const Result path = box.run({"accept", "unix", long_path, "true"});
  CHECK(path.code == 100);
  CHECK(contains(path.err, "longer than 107 bytes"));
}

TEST_CASE("an address in use is reported with who has it") {
  Sandbox box;
  const Process first = serve(box, {"true"});
  const Result second = box.run({"accept", "unix", box.path("s"), "true"});
  CHECK(second.code == 111);
  CHECK(contains(second.err, "accept: fatal: unable to bind to " + box.path("s") + ": "));
  const Fd fd = listening_socket("127.0.0.1");
  const Result port =
      box.run({"accept", "tcp", "127.0.0.1:" + std::to_string(port_of(fd.get())), "true"});
  CHECK(port.code == 111);
  CHECK(contains(port.err, "unable to bind to 127.0.0.1:"));
  if (has_linux_parts()) CHECK(contains(port.err, "(" + std::to_string(getpid()) + ")\n"));
  CHECK_FALSE(Visitor(unix_address(box.path("s"))).is_refused());
}

TEST_CASE("a file that is no socket is left alone, a dead socket is replaced") {
  Sandbox box;
  box.write("s", "precious");
  const Result refused = box.run({"accept", "unix", box.path("s"), "true"});
  CHECK(refused.code == 111);
  CHECK(contains(refused.err, "it is no socket, and is left alone"));
  CHECK(box.read("s") == "precious");
  box.remove("s");

  const Process killed = serve(box, {"true"});
  killed.signal(SIGKILL);
  CHECK(killed.wait() == 128 + SIGKILL);
  REQUIRE(box.exists("s"));
  const Process second = serve(box, {"echo", "hello"});
  CHECK(Visitor(unix_address(box.path("s"))).rest() == "hello\n");
}

TEST_CASE("a port that only root may have is refused with the remedy") {
  Sandbox box;
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root");
  if (std::stoi(box.run({"cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"}).out) < 80)
    SKIP("every user may have port 79 here");
  const Result result = box.run({"accept", "tcp", "127.0.0.1:79", "true"}, as_nobody());
  CHECK(result.code == 111);
  CHECK(contains(result.err, "accept: fatal: unable to bind to 127.0.0.1:79: access denied: "));
}

TEST_CASE("descriptors that are no sockets for connections are refused") {
  Sandbox box;
  const Fd file = open_read(AT_FDCWD, "/dev/null"),
           datagrams = listening_socket("127.0.0.1", SOCK_DGRAM);
  for (const int fd : {file.get(), datagrams.get()}) {
    const Process server = start_with_sockets(box, {fd}, {"accept", "true"});
    CHECK(server.wait() == 100);
    CHECK(server.err() ==
          "accept: fatal: unable to use descriptor 3: it is no socket that listens for "
          "connections\n");
  }
}

TEST_CASE("sockets that are meant for another process are not taken") {
  Sandbox box;
  const Fd fd = listening_socket("127.0.0.1");
  for (const char* const wrong :
       {"LISTEN_PID=1", "LISTEN_PID=x", "LISTEN_FDS=0", "LISTEN_FDS=-1"}) {
    const Process server = start_with_sockets(box, {fd.get()}, {"env", wrong, "accept", "true"});
    CHECK(server.wait() == 100);
    CHECK(contains(server.err(), "there is no socket"));
  }
}

TEST_CASE("a program that does not exist is noticed at once") {
  Sandbox box;
  check_failure(box, {"accept", "unix", box.path("s"), "./nothing"}, 111,
                "unable to run ./nothing: file does not exist");
  check_failure(box, {"accept", "unix", box.path("s"), "no-such-program"}, 111,
                "unable to run no-such-program: file does not exist");
}

TEST_CASE("a program that vanishes is reported once, and is used when it is back") {
  Sandbox box;
  box.script("prog", "echo hello");
  const Process server = serve(box, {"./prog"});
  box.move("prog", "away");
  for (int times = 0; times < 3; ++times)
    CHECK(Visitor(unix_address(box.path("s"))).rest().empty());
  CHECK(server.err() == "accept: warning: unable to run ./prog: file does not exist\n");
  box.move("away", "prog");
  CHECK(Visitor(unix_address(box.path("s"))).rest() == "hello\n");
}

TEST_CASE("without descriptors, connections wait, and are served when there are some") {
  Sandbox box;
  const Process server = serve(box, {"echo", "hello"});
  set_open_files(server, 4);
  const Visitor one(unix_address(box.path("s"))), two(unix_address(box.path("s")));
  box.wait_for([&] { return !server.err().empty(); }, "accept does not tell");
  CHECK(one.is_silent());
  CHECK(two.is_silent());
  set_open_files(server, 100);
  CHECK(one.rest() == "hello\n");
  CHECK(two.rest() == "hello\n");
  CHECK(server.err() ==
        "accept: warning: unable to accept a connection: process cannot open more files\n");
}

TEST_CASE("without processes, connections wait, and are served when there are some") {
  Sandbox box;
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root");
  box.mode("", 0777);
  const Process server = serve(box, {"echo", "hello"}, as_nobody_alone());
  REQUIRE(server.out() == "\n");
  const Visitor one(unix_address(box.path("s"))), two(unix_address(box.path("s")));
  box.wait_for([&] { return !server.err().empty(); }, "accept does not tell");
  CHECK(one.is_silent());
  const Result raised =
      box.run({"prlimit", "--pid", std::to_string(server.pid()), "--nproc=10000"}, as_nobody());
  REQUIRE(raised.code == 0);
  CHECK(one.rest() == "hello\n");
  CHECK(two.rest() == "hello\n");
  CHECK(count_lines(server.err()) == 1);
  CHECK(server.err() == "accept: warning: unable to fork: temporary failure\n");
}

TEST_CASE("a client that goes away at once does no harm") {
  Sandbox box;
  const Process server = serve(box, {"sh", "-c", "echo hello; echo more; exit 0"});
  for (int times = 0; times < 50; ++times) Visitor(unix_address(box.path("s"))).hang_up();
  CHECK(Visitor(unix_address(box.path("s"))).rest() == "hello\nmore\n");
  CHECK_FALSE(server.ended());
}

TEST_CASE("accept becomes another user once it has its sockets") {
  Sandbox box;
  if (!can_be_root() || !nobody_can_run()) SKIP("needs root");
  const Process server =
      box.start({"accept", "-1", "-u", ":65534:65534", "unix", box.path("s"), "id", "-u"});
  box.wait_for([&] { return server.out() == "\n" || server.ended(); }, "accept does not listen");
  CHECK(proc_status(server.pid(), "Uid") == "65534\t65534\t65534\t65534");
  CHECK(Visitor(unix_address(box.path("s"))).rest() == "65534\n");
}
