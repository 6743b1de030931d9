// SPDX-License-Identifier: ISC
// The service directories that Debian's packages bring, unmodified, on a machine where only
// runit's programs have been replaced, beside the same machine with runit's own.
#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "control.hh"
#include "machine.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Stands for the daemons that are not installed. Each prints its command line and stays, except
// for the checks that service directories make beforehand.
constexpr char stub[] = R"(#!/bin/sh
case "${0##*/} $*" in
*configtest* | *-t | *-T | 'ntpd -n' | 'postfix check') exit 0 ;;
postconf* | lircd-setup* | loginctl*) exit 0 ;;
ifconfig*) echo inet; exit 0 ;;
'apache2ctl stop' | 'postfix stop') kill $(cat /run/${0##*/}.stub); exit 0 ;;
anacron*) echo done; exit 0 ;;
dbus-daemon*)
  exec perl -MIO::Socket::UNIX -e 'my $path = "/run/dbus/system_bus_socket";
    my $s = IO::Socket::UNIX->new(Local => $path, Listen => 1);
    $SIG{TERM} = sub { unlink $path; exit }; sleep 1 while 1' ;;
apache2*) echo $$ >/run/apache2ctl.stub ;;
'postfix start-fg') echo $$ >/run/postfix.stub ;;
esac
echo "${0##*/} $*"
exec sleep 1000000
)";

// The steps of the packages' scripts at installation, and of the administrator.
constexpr char install[] = R"(
rm -f /usr/sbin/policy-rc.d
ln -sfn /run /var/run
cat >/tmp/stub <<'STUB'
STUB_HERE
STUB
chmod 755 /tmp/stub
for path in $(for bin in /usr/share/runit/sv/*/.meta/bin; do cat $bin; echo; done) /usr/sbin/atd \
  /usr/sbin/lircd-setup /usr/sbin/ntpd /usr/sbin/postconf /usr/sbin/apachectl \
  /usr/sbin/apache2ctl /usr/bin/mail /usr/bin/loginctl /usr/sbin/ifconfig; do
  mkdir -p ${path%/*}
  rm -f $path
  cp /tmp/stub $path
done
export GIT_AUTHOR_DATE='1000000000 +0000' GIT_COMMITTER_DATE='1000000000 +0000'
git init -q --bare /var/lib/git/some.git
touch /var/lib/git/some.git/git-daemon-export-ok
git -C /var/lib/git/some.git update-ref refs/heads/main $(git -C /var/lib/git/some.git \
  -c user.name=x -c user.email=x commit-tree -m x $(git -C /var/lib/git/some.git mktree </dev/null))
chown -R gitdaemon /var/lib/git
mkdir -p /etc/lirc /usr/share/dnsmasq
touch /etc/lirc/lirc_options.conf /usr/share/dnsmasq/installed-marker
cp /usr/share/openssh/sshd_config /etc/ssh
mkdir -p /etc/apache2 /etc/postfix /etc/X11 /etc/mysql /var/www/html /var/lib/tor
touch /etc/apache2/envvars /etc/postfix/main.cf /etc/mysql/my.cnf
echo /usr/sbin/lightdm >/etc/X11/default-display-manager
# The real ones.
chown debian-tor /var/lib/tor
printf 'DisableNetwork 1\nSocksPort 0\n' >/etc/tor/torrc
printf 'no-resolv\naddress=/stoker.test/192.0.2.7\n' >/etc/dnsmasq.conf
echo 'a page' >/var/www/html/index.html
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
chown -R cron /var/spool/cron 2>/dev/null || mkdir -p /var/spool/cron/crontabs
mkdir -p /etc/runit/runsvdir/default /var/log/git-daemon
for name in bcron-sched bcron-spool bcron-update default-syslog dnsmasq getty-tty1 getty-ttyS0 \
  mini-httpd socklog-unix ssh tor; do
  NAME=$name ENABLE=yes ONUPGRADE=restart /lib/runit-helper/runit-helper postinst configure
done
for name in git-daemon socklog-inet socklog-notify socklog-ucspi-tcp; do
  mkdir -p /var/log/runit/$name /var/log/socklog
  ln -s /etc/sv/$name /etc/runit/runsvdir/default/$name
done
/lib/runit/trigger_sv setup
)";

std::string installation() {
  std::string script = install;
  const std::string mark = "STUB_HERE\n";
  return script.replace(script.find(mark), mark.size(), stub);
}

using Words = std::map<std::string, std::string>;

// The first word of each service's status.
Words states(Machine& machine) {
  Words found;
  std::istringstream lines(machine.sh("sv status /etc/service/*").out);
  const std::string before = "/etc/service/";
  for (std::string line; std::getline(lines, line);) {
    const size_t name = line.find(before), colon = line.find(':', line.find('/'));
    if (name == std::string::npos) continue;
    found[line.substr(name + before.size(), colon - name - before.size())] =
        line.substr(0, line.find(':'));
  }
  return found;
}

// The state that each reaches by its own decision: most run; a few find a reason to be
// down, or are done.
Words intended() {
  Words all;
  for (const char* const name : {"acpi-fakekey",
                                 "apache2",
                                 "atd",
                                 "bcron-sched",
                                 "bcron-spool",
                                 "bcron-update",
                                 "chrony",
                                 "cron",
                                 "cups",
                                 "dbus",
                                 "default-syslog",
                                 "dnsmasq",
                                 "elogind",
                                 "exim4",
                                 "git-daemon",
                                 "haveged",
                                 "isc-dhcp-server",
                                 "lightdm",
                                 "lircd",
                                 "mariadb",
                                 "mini-httpd",
                                 "openntpd",
                                 "postfix",
                                 "preload",
                                 "proftpd",
                                 "rsyslog",
                                 "socklog-inet",
                                 "socklog-notify",
                                 "socklog-ucspi-tcp",
                                 "socklog-unix",
                                 "ssh",
                                 "tor",
                                 "wicd"})
    all[name] = "run";
  for (const char* const name :
       {"anacron", "dbus.dep-fixer", "getty-ttyS0", "mdadm", "sddm", "slim", "xdm"})
    all[name] = "down";
  return all;
}

// Sends each real daemon a request that only it can answer.
constexpr char questions[] = R"(
ask() { perl -MIO::Socket::INET -e 'my ($to, $what) = @ARGV; my $s = IO::Socket::INET->new(
  PeerAddr => $to, Timeout => 5) or die $to; print $s $what; local $/; print <$s>' "$@"; }
ask 127.0.0.1:80 "$(printf 'GET / HTTP/1.0\r\n\r\n')

" | grep -q '^a page' || echo no mini_httpd
ask 127.0.0.1:22 "no

" | grep -q SSH-2.0 || echo no sshd
perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Proto => "udp", PeerAddr =>
  "127.0.0.1:53"); $s->send("\0\1\1\0\0\1\0\0\0\0\0\0\6stoker\4test\0\0\1\0\1"); $s->recv(
  my $answer, 512); exit($answer !~ /\xc0\x00\x02\x07$/)' || echo no dnsmasq
git ls-remote git://127.0.0.1/git/some.git | grep -q 'refs/heads/' || echo no git-daemon
perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => "/dev/log")->send(
  "<13>someone: a line")' || echo no socklog
for kind in udp:514 tcp:10116; do
  perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Proto => $ARGV[0], PeerAddr =>
    "127.0.0.1:$ARGV[1]") or exit 1; print $s "<13>far: by $ARGV[0]\n"' ${kind%:*} ${kind#*:} ||
    echo no $kind
done
)";

// The remains of a machine's services after they have been stopped and removed.
std::vector<std::string> remains(Machine& machine) {
  std::vector<std::string> all = machine.written();
  std::istringstream rest(machine.ask("find /run -path /run/written -prune -o ! -type d -print"));
  for (std::string line; std::getline(rest, line);) all.push_back(line);
  const std::regex unlike("/\\.svscan/");  // the directory of services is still watched
  std::set<std::string> kept;
  for (const std::string& name : all)
    if (!std::regex_search(name, unlike)) kept.insert(name);
  return {kept.begin(), kept.end()};
}

// The lines that only the first one has.
std::string beyond(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  std::string only;
  for (const std::string& one : some)
    if (std::find(others.begin(), others.end(), one) == others.end()) only += one + "\n";
  return only;
}

// Runit's runsvdir would need several seconds to notice that the links are gone.
constexpr char stop_runit[] =
    "until sleep 0.1; ls /var/lib/tor/state /run/dnsmasq.pid /run/bcron-spool /run/sshd.pid "
    "/run/*.stub /etc/runit/runsvdir/default/.getty-tty1; do :; done 2>/dev/null >&2; "
    "rm /etc/service/*; cd /etc/sv; sv exit ./*";

void stop_and_remove(Machine& machine) {
  const Result stopped = machine.sh("sv -w 300 force-stop /etc/service/*");
  INFO(stopped.out << stopped.err);
  CHECK(stopped.code == 0);
  CHECK_FALSE(contains(stopped.out, "kill: "));
  machine.ask("rm /etc/service/*");
  machine.wait_for([&] { return machine.processes().empty(); }, "the end of all supervisors");
}

}  // namespace

TEST_CASE("socklog's twenty directories log every line in the right files, once") {
  if (const std::string why = Machine::why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Machine debian(box, {.prepare = "rm -f /etc/runit/runsvdir/default/*\n"
                                  "ln -s /etc/sv/socklog-unix /etc/runit/runsvdir/default"});
  debian.ask("sv -w 300 start socklog-unix");
  // Each line to the facility with that number; 12 to 15 have no name here.
  const std::map<std::string, int> facilities = {
      {"kern", 0},    {"user", 1},    {"mail", 2},    {"daemon", 3},   {"auth", 4},
      {"syslog", 5},  {"lpr", 6},     {"news", 7},    {"uucp", 8},     {"cron", 9},
      {"local0", 16}, {"local1", 17}, {"local2", 18}, {"local3", 19},  {"local4", 20},
      {"local5", 21}, {"local6", 22}, {"local7", 23}, {"authpriv", 10}};
  constexpr int lines = 200;
  debian.ask(R"(perl -MIO::Socket::UNIX -e '
    my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => "/dev/log") or die;
    for my $n (1..200) { $s->send("<" . (8 * $_ + 6) . ">t: line $_-$n.") for 0..10, 16..23 }
    $s->send("<14>t: the last")')");
  debian.await_words("/var/log/runit/socklog/main/current", "the last");
  debian.await_words("/var/log/runit/socklog/user/current", "the last");
  debian.ask("sv -w 300 stop socklog-unix");
  const std::string main_log = debian.read("/var/log/runit/socklog/main/current");
  for (const auto& [name, number] : facilities) {
    const std::string log = debian.read("/var/log/runit/socklog/" + name + "/current");
    for (int at = 1; at <= lines; ++at) {
      const std::string line = "line " + std::to_string(number) + "-" + std::to_string(at) + ".\n";
      INFO(name << ": " << line);
      for (const std::string* const file : {&log, &main_log}) {
        const size_t found = file->find(line);
        REQUIRE(found != std::string::npos);
        REQUIRE(file->find(line, found + 1) == std::string::npos);
      }
    }
    const auto count = std::count(log.begin(), log.end(), '\n');
    CHECK(count == lines + (name == "user"));
  }
}

TEST_CASE("Debian's service directories reach their intended state and leave nothing behind") {
  if (const std::string why = Machine::why_not(); !why.empty()) SKIP(why);
  Sandbox box;
  Machine runit(box, {.suite = "runit", .prepare = installation()});
  Machine ours(box, {.suite = "ours", .prepare = installation()});
  ours.wait_for([&] { return states(ours) == intended(); }, "the intended states");
  const Process other = runit.begin(stop_runit);
  ours.wait_for([&] { return ours.ask(questions).empty(); }, "all answers");
  ours.await_words("/var/log/runit/socklog/user/current", "user.notice: someone: a line");
  ours.await_words("/var/log/runit/socklog-inet/current", "127.0.0.1: user.notice: far: by udp");
  ours.await_words("/var/log/runit/socklog-ucspi-tcp/current", "from 127.0.0.1");
  ours.await_words("/var/log/runit/tor/current", "Tor 0.4");
  ours.await_words("/var/log/runit/bcron-update/current", "+/etc/crontab");
  ours.await_words("/var/log/runit/mariadb/current", "mysqld --skip-log-error");
  ours.await_words("/var/log/runit/mini-httpd/current", "GET / HTTP/1.0");
  // A getty without a terminal disables itself.
  CHECK(ours.exists("/etc/runit/runsvdir/default/.getty-tty1"));
  // It runs `sv once` on itself, and is not started again.
  ours.ask("sv start anacron");
  ours.wait_for([&] { return states(ours) == intended(); }, "the end of anacron");
  // A service that the local policy denies runs `sv down` on itself, and stays down.
  ours.ask(R"(printf '#!/bin/sh\n[ $1 != ssh ] || exit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d; sv term ssh)");
  ours.wait_for([&] { return states(ours)["ssh"] == "down"; }, "the policy");
  ours.await_words("/var/log/runit/ssh/current", "action denied by policy-rc.d");
  ours.ask("rm /usr/sbin/policy-rc.d");
  stop_and_remove(ours);
  other.wait();
  runit.wait_for([&] { return runit.processes().empty(); }, "the end of runit's");
  CHECK(beyond(remains(ours), remains(runit)) == "");
}
