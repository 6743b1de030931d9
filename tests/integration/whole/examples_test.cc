// SPDX-License-Identifier: ISC
// The service directories in examples/, with their real daemons: each is started,
// killed and stopped.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Copies the example into the sandbox and supervises it.
Process start_example(Sandbox& box, const std::string& name) {
  std::filesystem::copy(std::filesystem::path("examples") / name, box.path(name),
                        std::filesystem::copy_options::recursive);
  return box.supervise(name);
}

// The whole answer of the server at the socket to the request.
std::string ask(const std::string& socket_path, const std::string& request) {
  const Fd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  if (!write_all(client.get(), request)) return {};
  shutdown(client.get(), SHUT_WR);
  std::string answer;
  char buffer[4096];
  for (ssize_t got; (got = read(client.get(), buffer, sizeof buffer)) > 0;)
    answer.append(buffer, static_cast<size_t>(got));
  return answer;
}

void await_answer(Sandbox& box, const std::string& socket, const std::string& request,
                  const std::string& expected) {
  box.wait_for([&] { return contains(ask(box.path(socket), request), expected); },
               "an answer with " + expected);
}

// Kills the service, awaits the next one, stops it, and finds nothing left.
void kill_and_stop(Sandbox& box, const Process& supervisor, const std::string& name,
                   const std::function<void()>& await_service) {
  await_service();
  const StatusFile before = box.await(State::ready, name);
  kill(before.main.pid, SIGKILL);
  box.await(
      [&](const StatusFile& now) {
        return now.main_status.state == State::ready && now.main.pid != before.main.pid;
      },
      "a new run", name);
  await_service();
  box.control("dx", name);
  CHECK(supervisor.wait() == 0);
  CHECK(processes_in(box.path(name)).empty());
}

}  // namespace

TEST_CASE("the example hello is ready when it notifies") {
  Sandbox box;
  const Process supervisor = start_example(box, "hello");
  kill_and_stop(box, supervisor, "hello", [] {});
  CHECK(contains(box.read("hello/log/main/current"), "working"));
}

TEST_CASE("the example oneshot is done, and undone") {
  Sandbox box;
  const Process supervisor = start_example(box, "oneshot");
  box.await(State::ready, "oneshot");
  CHECK(box.exists("oneshot/state/done"));
  box.control("dx", "oneshot");
  CHECK(supervisor.wait() == 0);
  CHECK_FALSE(box.exists("oneshot/state"));
}

TEST_CASE("the example nginx serves, and no worker survives when its master is killed") {
  if (access("/usr/sbin/nginx", X_OK) != 0) SKIP("nginx is not installed");
  Sandbox box;
  const Process supervisor = start_example(box, "nginx");
  kill_and_stop(box, supervisor, "nginx", [&] {
    await_answer(box, "nginx/state/nginx.sock", "GET / HTTP/1.0\r\n\r\n", "supervised");
  });
}

TEST_CASE("the example redis is ready when it answers") {
  if (access("/usr/bin/redis-server", X_OK) != 0) SKIP("redis is not installed");
  Sandbox box;
  const Process supervisor = start_example(box, "redis");
  kill_and_stop(box, supervisor, "redis",
                [&] { await_answer(box, "redis/data/redis.sock", "PING\r\n", "+PONG"); });
}

TEST_CASE("the example of a forking daemon is waited for and stopped") {
  if (access("/usr/bin/redis-server", X_OK) != 0) SKIP("redis is not installed");
  Sandbox box;
  const Process supervisor = start_example(box, "forking");
  await_answer(box, "forking/data/redis.sock", "PING\r\n", "+PONG");
  const StatusFile before = box.await(State::ready, "forking");
  const pid_t daemon = std::stoi(box.read("forking/data/redis.pid"));
  kill(daemon, SIGKILL);
  box.await(
      [&](const StatusFile& now) {
        return now.main_status.state == State::ready && now.main.pid != before.main.pid;
      },
      "a new run", "forking");
  await_answer(box, "forking/data/redis.sock", "PING\r\n", "+PONG");
  box.control("dx", "forking");
  CHECK(supervisor.wait() == 0);
  CHECK(processes_in(box.path("forking")).empty());
}
