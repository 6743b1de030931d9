// SPDX-License-Identifier: ISC
// Daemons of Debian packages, run from their own unit files, and used by clients.
#include "machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char import_units[] = R"(
rm -rf /etc/service
mkdir -p /etc/service /run/sshd
stoker-import -o /etc/service "$@" >/run/imported 2>&1 || { cat /run/imported >&2; exit 1; }
)";

std::string why_not() {
  return is_portable_twin() ? "needs facts about processes, and walls" : Machine::why_not();
}

// A machine whose process 1 runs these units.
struct Imported {
  Sandbox box;
  Machine machine;

  explicit Imported(const std::string& units)
      : machine(box, {.suite = "ours",
                      .init = "svscan /etc/service",
                      .prepare = "set -- " + units + "\n" + import_units}) {}

  void await_ready(const std::string& name) {
    INFO(name);
    const std::string pipe = "/etc/service/" + name + "/supervise/ok";
    machine.wait_for([&] { return machine.exists(pipe); }, "a supervisor of " + name);
    const Result result = machine.sh("sv -w 60 check " + name);
    INFO(result.out << result.err << machine.sh("cat /var/log/sv/" + name + "/current").out);
    REQUIRE(result.code == 0);
  }
  // Those of a simple type are ready before they serve.
  void await_answer(const std::string& targets) {
    machine.wait_for([&] { return machine.sh("probe -t 30s " + targets).code == 0; },
                     "an answer of " + targets);
  }
  std::string field(const std::string& name, const std::string& key) {
    return machine.ask("sed -n 's/^" + key + ":[[:space:]]*//p' /proc/$(cat /etc/service/" + name +
                       "/supervise/pid)/status");
  }
};

bool has_walls() {
  Sandbox box;
  return contains(box.run({"jail", "--help"}).out, "--restrict-suid-sgid");
}

}  // namespace

TEST_CASE("a resolver that forks, and a daemon that stays, run from their units") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  Imported imported("dnsmasq prometheus-node-exporter");
  imported.await_ready("dnsmasq");
  imported.await_ready("prometheus-node-exporter");
  imported.await_answer("tcp:127.0.0.1:53 http://127.0.0.1:9100/metrics");
  CHECK(imported.machine.ask("sv stop dnsmasq prometheus-node-exporter && sv start dnsmasq") != "");
  imported.await_answer("tcp:127.0.0.1:53");
}

TEST_CASE("nginx answers, reloads and stops by its unit") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  if (access("/usr/sbin/nginx", X_OK) != 0) SKIP("nginx is not installed");
  Imported imported("nginx");
  imported.await_ready("nginx");
  imported.await_answer("http://127.0.0.1/");
  imported.machine.ask("sv reload nginx");
  imported.machine.sh("echo 'nonsense;' >>/etc/nginx/nginx.conf");
  CHECK(imported.machine.sh("sv reload nginx").code != 0);
  imported.machine.ask("sv -w 60 stop nginx");
  for (const std::string& process : imported.machine.processes())
    CHECK(!contains(process, "nginx:"));
}

TEST_CASE("memcached and redis run behind the walls of their units") {
  if (const std::string why = why_not(); !why.empty()) SKIP(why);
  if (!has_walls()) SKIP("jail does not know all walls");
  const bool redis = access("/usr/bin/redis-server", X_OK) == 0;
  Imported imported(redis ? "memcached redis-server" : "memcached");
  imported.await_ready("memcached");
  imported.await_answer("tcp:127.0.0.1:11211");
  CHECK(imported.field("memcached", "CapBnd") == "00000000000000c0");
  CHECK(imported.field("memcached", "NoNewPrivs") == "1");
  CHECK(imported.field("memcached", "Seccomp") == "2");
  if (!redis) return;
  imported.await_ready("redis-server");
  CHECK(imported.machine.ask("redis-cli -h 127.0.0.1 ping") == "PONG");
  CHECK(imported.field("redis-server", "CapBnd") == "0000000000000000");
  const auto says_so = [&] {
    return contains(imported.machine.ask("sv list redis-server"), "Ready to accept connections");
  };
  imported.machine.wait_for(says_so, "what redis says");
}
