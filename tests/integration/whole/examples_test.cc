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
  std::filesystem::create_directories(std::filesystem::path(box.path(name)).parent_path());
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

TEST_CASE("the example health is restarted when nginx does not answer as it should") {
  if (access("/usr/sbin/nginx", X_OK) != 0) SKIP("nginx is not installed");
  Sandbox box;
  std::filesystem::copy("examples/health", box.path("web"),
                        std::filesystem::copy_options::recursive);
  box.write("web/health-period", "100ms");
  const Process supervisor = box.supervise("web");
  const StatusFile healthy =
      box.await([](const StatusFile& now) { return now.health.state == HealthState::healthy; },
                "healthy", "web");
  box.write("web/state/ill", "");
  box.await([](const StatusFile& now) { return now.main_status.state == State::stopping; },
            "a stop", "web");
  box.remove("web/state/ill");
  box.await(
      [&](const StatusFile& now) {
        return now.health.state == HealthState::healthy && now.main.pid != healthy.main.pid;
      },
      "a new run that is healthy", "web");
  CHECK(contains(supervisor.err(), ": unhealthy: health exited 1 3 times, restarting"));
  CHECK(contains(box.read("web/log/main/current"),
                 "probe: fail: http+unix:state/nginx.sock:/healthz: answered 503; expected"));
  box.control("dx", "web");
  CHECK(supervisor.wait() == 0);
  CHECK(processes_in(box.path("web")).empty());
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

TEST_CASE("the example redis reports when it is ready, and what it does") {
  if (access("/usr/bin/redis-server", X_OK) != 0) SKIP("redis is not installed");
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  const Process supervisor = start_example(box, "notify/redis");
  box.await([](const StatusFile& now) { return !now.said.text.empty(); }, "a text", "notify/redis");
  kill_and_stop(box, supervisor, "notify/redis",
                [&] { await_answer(box, "notify/redis/data/redis.sock", "PING\r\n", "+PONG"); });
}

TEST_CASE("the example worker is killed when it hangs") {
  if (genuine("python3").empty()) SKIP("python3 is not installed");
  if (is_portable_twin()) SKIP("needs the credentials of a sender");
  Sandbox box;
  const Process supervisor = start_example(box, "notify/worker");
  box.write("notify/worker/watchdog", "1s");
  kill_and_stop(box, supervisor, "notify/worker",
                [&] { await_answer(box, "notify/worker/worker.sock", "hello\n", "HELLO"); });
}

TEST_CASE("the example of a daemon in the background is followed by its pid file") {
  if (access("/usr/sbin/nginx", X_OK) != 0) SKIP("nginx is not installed");
  if (is_portable_twin()) SKIP("needs facts about processes");
  Sandbox box;
  const Process supervisor = start_example(box, "notify/daemon");
  kill_and_stop(box, supervisor, "notify/daemon", [&] {
    await_answer(box, "notify/daemon/state/nginx.sock", "GET / HTTP/1.0\r\n\r\n", "background");
  });
}

TEST_CASE("the example nginx takes over the socket that is held for it") {
  if (access("/usr/sbin/nginx", X_OK) != 0) SKIP("nginx is not installed");
  Sandbox box;
  std::filesystem::copy("examples/socket/nginx", box.path("web"),
                        std::filesystem::copy_options::recursive);
  // Anywhere else than its port.
  const std::string socket = box.path("http.sock");
  box.write("web/listen", "http unix " + socket + "\n");
  std::string settings = box.read("web/nginx.conf");
  const std::string address = "127.0.0.1:8087";
  settings.replace(settings.find(address), address.size(), "unix:" + socket);
  box.write("web/nginx.conf", settings);
  const Process supervisor = box.supervise("web");
  kill_and_stop(box, supervisor, "web",
                [&] { await_answer(box, "http.sock", "GET / HTTP/1.0\r\n\r\n", "inherited"); });
  CHECK_FALSE(contains(box.read("web/log/main/current"), "Address already in use"));
}

TEST_CASE("the example metrics answers Prometheus, and nothing else") {
  Sandbox box;
  std::filesystem::copy("examples/metrics", box.path("metrics"),
                        std::filesystem::copy_options::recursive);
  // Anywhere else than its port.
  box.write("metrics/listen", "http unix " + box.path("http.sock") + "\n");
  const Process supervisor = box.supervise("metrics");
  kill_and_stop(box, supervisor, "metrics", [&] {
    await_answer(box, "http.sock", "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n",
                 "\nstoker_service_ready{service=\"metrics\"} 1\n");
    const std::string socket = box.path("http.sock");
    const std::string answer = ask(socket, "GET /metrics?x=1 HTTP/1.0\r\n\r\n");
    CHECK(answer.rfind("HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4", 0) == 0);
    CHECK(contains(ask(socket, "GET / HTTP/1.0\r\n\r\n"), "HTTP/1.0 404 Not Found\r\n"));
    CHECK(contains(ask(socket, "POST /metrics HTTP/1.0\r\n\r\n"), "HTTP/1.0 405 "));
  });
}

TEST_CASE("the example of a server on demand is started by who connects") {
  if (genuine("python3").empty()) SKIP("python3 is not installed");
  Sandbox box;
  std::filesystem::copy("examples/socket/demand", box.path("web"),
                        std::filesystem::copy_options::recursive);
  box.write("web/listen", "demand unix " + box.path("demand.sock") + "\n");
  const Process supervisor = box.supervise("web");
  box.await(State::listening, "web");
  kill_and_stop(box, supervisor, "web",
                [&] { CHECK(ask(box.path("demand.sock"), "hello\n") == "HELLO\n"); });
}

TEST_CASE("the example echo runs a program for each connection") {
  Sandbox box;
  std::filesystem::copy("examples/socket/echo", box.path("web"),
                        std::filesystem::copy_options::recursive);
  box.write("web/listen", "echo unix " + box.path("echo.sock") + "\n");
  const Process supervisor = box.supervise("web");
  kill_and_stop(box, supervisor, "web",
                [&] { CHECK(ask(box.path("echo.sock"), "hello\n") == "hello\n"); });
}
