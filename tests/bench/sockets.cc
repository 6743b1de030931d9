// SPDX-License-Identifier: ISC
// usage: sockets SPEAK BEACON
// What sockets and notification cost, with our programs of PATH: the first connection of a service
// on demand until it is answered, beside a process that is started for it by fork and exec;
// READY=1 until `sv start` returns; and the memory of a supervisor with two sockets and a
// notification socket, beside one without.
#include <sys/socket.h>
#include <sys/un.h>

#include "limits.hh"

namespace {

using namespace stoker::bench;

class Place {
 public:
  Place() : root_(fs::path(std::getenv("BENCH_GROUND")) / "sockets") {
    fs::create_directory(root_);
  }
  ~Place() {
    if (tree_ > 0) {
      kill(tree_, SIGTERM);
      waitpid(tree_, nullptr, 0);
    }
    fs::remove_all(root_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  // With lines of the form "FILE TEXT".
  void add(const std::string& name, const std::string& program,
           const std::vector<std::pair<std::string, std::string>>& files) {
    fs::create_directory(root_ / name);
    for (const auto& [file, text] : files) std::ofstream(root_ / name / file) << text;
    fs::copy_file(program, root_ / name / "run");
  }
  void begin() { tree_ = start({"svscan", "."}, root_); }
  pid_t tree() const { return tree_; }
  const fs::path& root() const { return root_; }

 private:
  fs::path root_;
  pid_t tree_ = -1;
};

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

int connect_to(const std::string& path) {
  const sockaddr_un address = address_of(path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  for (int tries = 0; tries < 1000; ++tries, rest(10))
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  fail("there is nothing to connect to");
}

void await_answer(int fd) {
  char byte;
  if (read(fd, &byte, 1) != 1) fail("there is no answer");
  close(fd);
}

int rounds() { return 100 * number_from("BENCH_ROUNDS", 3); }

double on_demand(const std::string& speak) {
  Place place;
  const std::string path = place.root() / "s";
  place.add("web", speak,
            {{"listen", "a unix " + path + "\n"}, {"on-demand", ""}, {"restart-delay", "0"}});
  place.begin();
  await_answer(connect_to(path));
  std::vector<double> times;
  for (int round = rounds(); round > 0; --round) {
    rest(20);  // it listens again
    const Nanoseconds begin = now();
    await_answer(connect_to(path));
    times.push_back(since(begin));
  }
  return median(times);
}

double by_hand(const std::string& speak) {
  Place place;
  const std::string path = place.root() / "s";
  const sockaddr_un address = address_of(path);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 10) != 0)
    fail("unable to listen");
  std::vector<double> times;
  for (int round = rounds(); round > 0; --round) {
    const Nanoseconds begin = now();
    const int fd = connect_to(path);
    const pid_t pid = fork();
    if (pid == 0) {
      dup2(listener, 3);
      setenv("LISTEN_FDS", "1", 1);
      execl(speak.c_str(), speak.c_str(), static_cast<char*>(nullptr));
      _exit(111);
    }
    await_answer(fd);
    times.push_back(since(begin));
    waitpid(pid, nullptr, 0);
  }
  close(listener);
  return median(times);
}

double ready_to_started(const std::string& speak) {
  Place place;
  place.add("web", speak, {{"notification-socket", ""}, {"down", ""}, {"restart-delay", "0"}});
  place.begin();
  setenv("SVDIR", place.root().c_str(), 1);
  for (int tries = 0; tries < 500 && !fs::exists(place.root() / "web/supervise/ok"); ++tries)
    rest(10);
  rest(100);
  std::vector<double> times;
  for (int round = rounds() / 10; round > 0; --round) {
    time_of({"sv", "start", "web"}, place.root());
    const Nanoseconds ended = now();
    timespec said{};
    std::ifstream(place.root() / "web/said").read(reinterpret_cast<char*>(&said), sizeof said);
    times.push_back(milliseconds(ended - said.tv_sec * 1'000'000'000LL - said.tv_nsec));
    time_of({"sv", "stop", "web"}, place.root());
  }
  return median(times);
}

// Of the supervisors, each.
double memory(const std::string& beacon, bool has_sockets) {
  constexpr int services = 50;
  Place place;
  for (int at = 0; at < services; ++at) {
    const std::string name = "s" + std::to_string(at), path = place.root() / name;
    std::vector<std::pair<std::string, std::string>> files;
    if (has_sockets)
      files = {{"listen", "a unix " + path + ".a\nb unix " + path + ".b\n"}, {"watchdog", "1h"}};
    place.add(name, beacon, files);
  }
  place.begin();
  rest(2000);
  std::vector<double> all;
  for (const pid_t pid : all_below(place.tree())) {
    const std::string process = "/proc/" + std::to_string(pid);
    std::string name;
    std::getline(std::ifstream(process + "/comm"), name);
    if (name == "supervise") all.push_back(number_in(process + "/smaps_rollup", "Private_Dirty:"));
  }
  double sum = 0;
  for (const double one : all) sum += one;
  if (all.size() != services) fail("not all supervisors are there");
  return sum / services;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) die("usage: sockets SPEAK BEACON");
  const std::string speak = fs::absolute(argv[1]), beacon = fs::absolute(argv[2]);
  print_single("first connection of a service on demand, answered", "ms", "stoker",
               on_demand(speak));
  print_single("the same by fork and exec", "ms", "floor", by_hand(speak));
  print_single("READY=1 until sv start returns", "ms", "stoker", ready_to_started(speak));
  print_single("supervisor, private dirty", "kB", "stoker", memory(beacon, false));
  print_single("with two sockets and notification", "kB", "stoker", memory(beacon, true));
}
