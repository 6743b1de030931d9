// SPDX-License-Identifier: ISC
// Programs of others that read what a supervisor writes, and know nothing of Stoker: the
// exporter of Prometheus, and monit.
#include <map>
#include <sstream>

#include "control.hh"
#include "machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char prepare[] = R"(
rm -f /etc/runit/runsvdir/default/*
mkdir -p /etc/sv/web /etc/sv/rest /etc/sv/flap /etc/sv/exporter /etc/sv/monit
printf '#!/bin/sh\nexec sleep 1000000\n' >/etc/sv/web/run
printf '#!/bin/sh\nexec sleep 1000000\n' >/etc/sv/rest/run
touch /etc/sv/rest/down
printf '#!/bin/sh\nexit 1\n' >/etc/sv/flap/run
printf '#!/bin/sh\nexec sleep 1000000\n' >/etc/sv/flap/finish
cat >/etc/sv/exporter/run <<'RUN'
#!/bin/sh
exec prometheus-node-exporter --web.listen-address=127.0.0.1:9100 \
  --collector.disable-defaults --collector.runit --collector.runit.servicedir=/etc/service
RUN
cat >/etc/monitrc <<'RC'
set daemon 1
set httpd unixsocket /run/monit.socket allow user:word
set pidfile /run/monit.pid
set idfile /run/monit.id
set statefile /run/monit.state
check process web with pidfile /etc/service/web/supervise/pid
  start program = "/usr/bin/sv up /etc/service/web"
  stop program = "/usr/bin/sv down /etc/service/web"
RC
chmod 600 /etc/monitrc
printf '#!/bin/sh\nexec monit -I -c /etc/monitrc\n' >/etc/sv/monit/run
chmod 755 /etc/sv/*/run /etc/sv/flap/finish
for name in web rest flap exporter; do
  ln -s /etc/sv/$name /etc/runit/runsvdir/default/$name
done
)";

constexpr char scrape[] = R"(perl -MIO::Socket::INET -e '
  my $server = IO::Socket::INET->new(PeerAddr => "127.0.0.1:9100", Timeout => 5) or exit 1;
  print $server "GET /metrics HTTP/1.0\r\n\r\n"; print <$server>')";

struct Metrics {
  double state = -1, desired = -1, normal = -1, since = 0;
};

// What the exporter reports about each service.
std::map<std::string, Metrics> metrics(Machine& machine) {
  std::map<std::string, Metrics> all;
  std::istringstream lines(machine.sh(scrape).out);
  for (std::string line; std::getline(lines, line);) {
    const std::string mark = "{service=\"";
    const size_t at = line.find(mark);
    if (at == std::string::npos || line.front() == '#') continue;
    const size_t name = at + mark.size();
    Metrics& one = all[line.substr(name, line.find('"', name) - name)];
    const double value = std::stod(line.substr(line.rfind(' ')));
    const std::string what = line.substr(0, at);
    if (what == "node_service_state") one.state = value;
    if (what == "node_service_desired_state") one.desired = value;
    if (what == "node_service_normal_state") one.normal = value;
    if (what == "node_service_state_last_change_timestamp_seconds") one.since = value;
  }
  return all;
}

void await_metrics(Machine& machine, const std::string& name, double state, double desired) {
  std::map<std::string, Metrics> all;
  const auto there = [&] {
    all = metrics(machine);
    return all.count(name) == 1 && all[name].state == state && all[name].desired == desired;
  };
  machine.wait_for(there, "the metrics of " + name);
  // `supervise/down`, which the exporter takes for the marker, does not exist.
  CHECK(all[name].normal == 1);
  const auto now = static_cast<double>(time(nullptr));
  CHECK((all[name].since > now - 100 && all[name].since < now + 2));
}

}  // namespace

TEST_CASE("Prometheus's exporter reads every state from our status files") {
  if (const std::string why = Machine::why_not(); !why.empty()) SKIP(why);
  const std::string init = GENERATE("runsvdir -P /etc/service", "svscan /etc/service/");
  Sandbox box;
  Machine debian(box, {.init = init, .prepare = prepare});
  debian.ask("sv -w 300 start exporter");
  await_metrics(debian, "web", 1, 1);
  await_metrics(debian, "rest", 0, 0);
  await_metrics(debian, "flap", 2, 1);
  CHECK(contains(debian.sh(scrape).out, "node_scrape_collector_success{collector=\"runit\"} 1"));
  debian.ask("sv down web; sv once rest");
  await_metrics(debian, "web", 0, 0);
  await_metrics(debian, "rest", 1, 0);
  debian.ask("sv up rest; sv pause rest; sv kill flap");
  await_metrics(debian, "rest", 1, 1);
}

TEST_CASE("monit follows supervise/pid, and starts and stops by sv") {
  if (const std::string why = Machine::why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Machine debian(box, {.prepare = prepare});
  debian.ask("sv -w 300 start web");
  const std::string before = debian.read("/etc/sv/web/supervise/pid");
  CHECK(pid_in("pid " + before) > 1);
  debian.ask("ln -s /etc/sv/monit /etc/service/monit; sv -w 300 start monit");
  const auto monit_sees = [&](const std::string& words) {
    debian.wait_for(
        [&] { return contains(debian.sh("monit -c /etc/monitrc status web").out, words); },
        "monit that sees " + words);
  };
  const auto pid = [&] { return debian.read("/etc/sv/web/supervise/pid"); };
  monit_sees(" " + pid());
  // Restarted by its supervisor: monit has another pid, and nothing to do.
  debian.ask("kill -KILL $(cat /etc/sv/web/supervise/pid)");
  debian.wait_for([&] { return !pid().empty() && pid() != before; }, "another run");
  monit_sees(" " + pid());
  debian.ask("monit -c /etc/monitrc stop web");
  debian.wait_for([&] { return debian.read("/etc/sv/web/supervise/stat") == "down\n"; }, "down");
  CHECK(debian.read("/etc/sv/web/supervise/pid") == "");
  debian.ask("monit -c /etc/monitrc start web");
  debian.wait_for([&] { return debian.read("/etc/sv/web/supervise/stat") == "run\n"; }, "up");
  monit_sees(" " + pid());
  // An empty file is a process that does not run, which monit starts.
  debian.ask("sv down web");
  debian.wait_for([&] { return debian.read("/etc/sv/web/supervise/stat") == "run\n"; }, "up again");
}
