// SPDX-License-Identifier: ISC
// usage: accept REPLY
// Connections a second through servers that run a program for each: `accept` beside those of other
// suites that are installed, or are in the directories that BENCH_SERVERS names. Each client
// connects, reads until the end, and connects again. All servers take turns; medians of the
// rounds. The last column is the ratio of ours to the fastest of the others.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "table.hh"

using namespace stoker::bench;

namespace {

struct Server {
  std::string name, program;
  Command options;
  bool local = false;
  pid_t pid = -1;
  sockaddr_storage address{};
  socklen_t size = 0;
};

// In the directories that are given, or where packages have it; ours are not asked for here.
std::string find_peer(const std::string& name) {
  const char* const given = std::getenv("BENCH_SERVERS");
  std::istringstream words(std::string(given != nullptr ? given : "") + " /usr/bin");
  for (std::string directory; words >> directory;)
    if (access((directory + "/" + name).c_str(), X_OK) == 0) return directory + "/" + name;
  return "";
}

std::string find_own(const std::string& name) {
  std::istringstream path(std::getenv("PATH"));
  for (std::string directory; std::getline(path, directory, ':');)
    if (access((directory + "/" + name).c_str(), X_OK) == 0) return directory + "/" + name;
  die("there is no " + name);
}

// Debian's has no tcpsvd.
std::string find_busybox() {
  const bool has = std::system("busybox --list 2>/dev/null | grep -qx tcpsvd") == 0;
  return has ? find_peer("busybox") : "";
}

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    die("there is no free port");
  close(fd);
  return ntohs(address.sin_port);
}

// Sets where it listens, and returns the words that say so.
Command place(Server& server) {
  if (server.local) {
    const std::string path = std::string(std::getenv("TMPDIR")) + "/" + server.name + ".socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    std::memcpy(&server.address, &address, server.size = sizeof address);
    return server.name == "accept" ? Command{"unix", path} : Command{path};
  }
  const int port = free_port();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::memcpy(&server.address, &address, server.size = sizeof address);
  if (server.name == "accept") return {"tcp", "127.0.0.1:" + std::to_string(port)};
  return {"127.0.0.1", std::to_string(port)};
}

// One connection from beginning to end. False if there was no answer.
bool visit(const Server& server) {
  const int fd = socket(server.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool answered = false;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&server.address), server.size) == 0) {
    char bytes[64];
    ssize_t got = 0;
    while ((got = read(fd, bytes, sizeof bytes)) > 0) answered = true;
  }
  close(fd);
  return answered;
}

void start(Server& server, const std::string& reply) {
  Command words = {server.program};
  words.insert(words.end(), server.options.begin(), server.options.end());
  const Command where = place(server);
  words.insert(words.end(), where.begin(), where.end());
  words.push_back(reply);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  server.pid = fork();
  if (server.pid == 0) {
    execv(argv[0], argv.data());
    _exit(111);
  }
  for (int times = 0; times < 500 && !visit(server); ++times) usleep(10000);
  if (!visit(server)) fail("it does not answer");
}

double rate(const Server& server, int clients) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::milliseconds(number_from("BENCH_ACCEPT_MS", 1000));
  std::atomic<int> served = 0, failed = 0;
  std::vector<std::thread> threads;
  for (int at = 0; at < clients; ++at)
    threads.emplace_back([&] {
      while (Clock::now() < end) ++(visit(server) ? served : failed);
    });
  for (std::thread& thread : threads) thread.join();
  if (failed > 0) fail(std::to_string(failed) + " connections got no answer");
  return served / std::chrono::duration<double>(Clock::now() - begin).count();
}

void compare(std::vector<Server>& servers, const std::string& what, int clients) {
  std::vector<std::vector<double>> rates(servers.size());
  for (int round = number_from("BENCH_ROUNDS", 3); round > 0; --round)
    for (size_t at = 0; at < servers.size(); ++at)
      if (const auto one =
              attempt(servers[at].name, what, [&] { return rate(servers[at], clients); }))
        rates[at].push_back(*one);
  print_what(what + ", connections/s");
  double fastest = -1, ours = -1;
  for (size_t at = 0; at < servers.size(); ++at) {
    const double value = median(rates[at]);
    print_value(value);
    note(what, "1/s", servers[at].name, value);
    if (at == 0)
      ours = value;
    else
      fastest = std::max(fastest, value);
  }
  print_value(fastest > 0 ? ours / fastest : -1);
  note(what, "ratio", "stoker", fastest > 0 ? ours / fastest : -1);
  end_row();
}

// Ours comes first.
void measure(std::vector<Server> servers, const std::string& kind, const std::string& reply) {
  std::erase_if(servers, [](const Server& one) { return one.program.empty(); });
  std::erase_if(servers, [&](Server& one) {
    return !attempt(one.name, kind, [&] { return start(one, reply), true; });
  });
  print_what("");
  for (const Server& one : servers) std::printf("%12s", one.name.c_str());
  std::printf("%12s\n", "ratio");
  for (const int clients : {1, 10})
    compare(servers,
            kind + ", " + std::to_string(clients) + (clients == 1 ? " client" : " clients"),
            clients);
  for (const Server& one : servers) {
    kill(one.pid, SIGTERM);
    waitpid(one.pid, nullptr, 0);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) die("usage: accept REPLY");
  signal(SIGPIPE, SIG_IGN);
  const std::string own = find_own("accept");
  measure({{"accept", own, {"-c", "100"}},
           {"ipsvd", find_peer("tcpsvd"), {"-c", "100", "-l", "0"}},
           {"ucspi-tcp", find_peer("tcpserver"), {"-q", "-H", "-R", "-l", "0", "-c", "100"}},
           {"busybox", find_busybox(), {"tcpsvd", "-c", "100"}}},
          "TCP", argv[1]);
  measure({{"accept", own, {"-c", "100"}, true},
           {"s6", find_peer("s6-ipcserver"), {"-c", "100"}, true},
           {"ucspi-unix", find_peer("unixserver"), {"-q", "-c", "100"}, true}},
          "UNIX", argv[1]);
}
