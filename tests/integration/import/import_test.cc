// SPDX-License-Identifier: ISC
// What stoker-import makes of unit files, to the byte.
#include "unit_machine.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("a web server becomes what a person would have written") {
  UnitMachine machine;
  machine.unit("db.service", "[Unit]\nBefore=web.service\n[Service]\nExecStart=/bin/db\n");
  machine.unit("web.service", R"([Unit]
Description=Web server
Documentation=man:web(8)
After=network.target
Requires=db.service
[Service]
ExecStartPre=/usr/bin/web --check
ExecStart=/usr/bin/web --foreground $OPTIONS
ExecReload=kill -USR1 $MAINPID
User=web
EnvironmentFile=-/etc/default/web
LimitNOFILE=4096
RuntimeDirectory=web
ProtectSystem=full
Restart=on-failure
RestartSec=5
TimeoutStopSec=20
[Install]
WantedBy=multi-user.target
)");
  const Result result = machine.import({"-o", "sv", "web", "db"});
  CHECK(result.err == "");
  CHECK(result.code == 0);
  CHECK(result.out == "created db\ncreated web\n");
  CHECK(machine.files("web") == R"(== log/run *
#!/bin/sh
exec svlogd -tt /var/log/sv/web
== needs
db
== reload-signal
USR1
== restart
on-failure
== restart-delay
5s at-least
== run *
#!/bin/sh
# Web server
# man:web(8)
exec 2>&1
cd /
set -- jail --try --protect-system=full \
    chpst --try -u web --init-groups --limit nofile=4096 \
    --set HOME=/var/lib/web --set USER=web --set LOGNAME=web \
    --runtime-directory web --env-file -/etc/default/web --expand
"$@" /usr/bin/web --check || exit
exec "$@" /usr/bin/web --foreground '$OPTIONS'
== timeout-kill
20s
)");
}

TEST_CASE("a daemon that forks has a PID file, and scripts for its end") {
  UnitMachine machine;
  machine.unit("db.service", R"([Unit]
ConditionPathExists=/etc/db.conf
ConditionPathExists=|/etc/a
ConditionPathExists=|!/etc/b
AssertPathIsDirectory=/srv
[Service]
Type=forking
PIDFile=/run/db.pid
ExecStart=/usr/sbin/db -c '/etc/my db.conf'
ExecReload=/usr/bin/dbctl check
ExecReload=/bin/kill -HUP $MAINPID
ExecStop=/usr/bin/dbctl stop ${MAINPID}
ExecStopPost=-/bin/rm -f /run/db.pid
KillMode=mixed
SuccessExitStatus=TEMPFAIL 3 SIGUSR1
)");
  CHECK(machine.import({"-o", "sv", "--log-directory=/logs", "db"}).code == 0);
  CHECK(machine.files("db") == R"(== condition *
#!/bin/sh
# 1: it is not needed here; 255: it has failed.
[ -e /etc/db.conf ] || exit 1
{ [ -e /etc/a ] || ! [ -e /etc/b ]; } || exit 1
[ -d /srv ] || exit 255
== control/l *
#!/bin/sh
exec 2>&1
/usr/bin/dbctl check || exit
exec kill -HUP "$SVPID"
== control/t *
#!/bin/sh
exec 2>&1
/usr/bin/dbctl stop "${SVPID}"
# Then the signal follows.
exit 1
== finish *
#!/bin/sh
exec 2>&1
SERVICE_RESULT=success EXIT_CODE=exited EXIT_STATUS=$1
[ "$1" = 0 ] || SERVICE_RESULT=exit-code
[ "$2" = 0 ] ||
    { SERVICE_RESULT=signal EXIT_CODE=killed EXIT_STATUS=$(kill -l "$2"); }
export SERVICE_RESULT EXIT_CODE EXIT_STATUS
/bin/rm -f /run/db.pid || :
== kill-mode
mixed
== log/run *
#!/bin/sh
exec svlogd -tt /logs/db
== pid-file
/run/db.pid
== restart
never
== run *
#!/bin/sh
exec 2>&1
cd /
exec /usr/sbin/db -c '/etc/my db.conf'
== success-exit
75 3 USR1
== timeout-control
90s
== timeout-kill
90s
== timeout-start
90s
)");
}

TEST_CASE("a oneshot that remains has start and stop") {
  UnitMachine machine;
  machine.unit("once.service",
               "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/a\n"
               "ExecStart=-/bin/b ; /bin/c\nExecStop=/bin/d\n");
  CHECK(machine.import({"-o", "sv", "once.service"}).code == 0);
  CHECK(machine.files("once") == R"(== log/run *
#!/bin/sh
exec svlogd -tt /var/log/sv/once
== start *
#!/bin/sh
exec 2>&1
cd /
/bin/a || exit
/bin/b || :
exec /bin/c
== stop *
#!/bin/sh
exec 2>&1
/bin/d || :
== timeout-finish
90s
)");
}

TEST_CASE("a timer and its job are one service") {
  UnitMachine machine;
  machine.unit("tick.service",
               "[Service]\nType=oneshot\nExecStartPre=/bin/prepare\nExecStart=/bin/job\n");
  machine.unit("tick.timer", "[Timer]\nOnCalendar=daily\nRandomizedDelaySec=1h\nPersistent=true\n");
  CHECK(machine.import({"-o", "sv", "tick.timer"}).out == "created tick\n");
  CHECK(machine.box.read("sv/tick/run") == R"(#!/bin/sh
exec 2>&1
mkdir -p /var/lib/stoker
exec timer --calendar=daily --random-delay=1h --stamp=/var/lib/stoker/tick \
    ./job
)");
  CHECK(machine.box.read("sv/tick/job") ==
        "#!/bin/sh\ncd /\n/bin/prepare || exit\nexec /bin/job\n");
  CHECK(!machine.box.exists("sv/tick/restart"));
}

TEST_CASE("sockets are lines of listen, and start a service that is not enabled itself") {
  UnitMachine machine;
  machine.unit("act.service",
               "[Service]\nType=notify\nExecStart=/usr/sbin/act\nWatchdogSec=30\n"
               "MemoryMax=512M\nCPUQuota=20%\nTasksMax=10\n");
  machine.unit("act.socket",
               "[Socket]\nListenStream=80\nListenStream=/run/act.sock\nSocketMode=0660\n"
               "SocketUser=web\nNoDelay=yes\n");
  CHECK(machine.import({"-o", "sv", "act.socket"}).err == "");
  CHECK(machine.box.read("sv/act/listen") ==
        "act.socket tcp 80 no-delay\nact.socket.2 unix /run/act.sock owner=web mode=0660\n");
  for (const char* const marker : {"on-demand", "notification-socket"})
    CHECK(machine.box.read(std::string("sv/act/") + marker) == "");
  CHECK(machine.box.read("sv/act/watchdog") == "30s\n");
  CHECK(machine.box.read("sv/act/cgroup/memory.max") == "536870912\n");
  CHECK(machine.box.read("sv/act/cgroup/cpu.max") == "20000 100000\n");
  CHECK(machine.box.read("sv/act/cgroup/pids.max") == "10\n");
  CHECK(!machine.box.exists("sv/act/restart"));
}

TEST_CASE("a socket that accepts runs accept") {
  UnitMachine machine;
  machine.unit("echo.socket", "[Socket]\nListenStream=7\nAccept=yes\nMaxConnections=9\n");
  machine.unit("echo@.service", "[Service]\nExecStart=-/bin/cat\nStandardInput=socket\n");
  CHECK(machine.import({"-o", "sv", "echo.socket"}).out == "created echo\n");
  CHECK(machine.box.read("sv/echo/run") ==
        "#!/bin/sh\nexec 2>&1\ncd /\nexec accept -c 9 /bin/cat\n");
  CHECK(machine.box.read("sv/echo/listen") == "echo.socket tcp 7\n");
  CHECK(!machine.box.exists("sv/echo/down"));
}

TEST_CASE("a path waits for files") {
  UnitMachine machine;
  machine.unit("watch.service", "[Service]\nType=oneshot\nExecStart=/bin/empty %p\n");
  machine.unit("watch.path", "[Path]\nDirectoryNotEmpty=/var/spool/x\nMakeDirectory=yes\n");
  machine.unit("seen.service", "[Service]\nType=oneshot\nExecStart=/bin/seen\n");
  machine.unit("seen.path", "[Path]\nPathModified=/etc/x\n");
  CHECK(machine.import({"-o", "sv", "watch.path", "seen.path"}).code == 0);
  CHECK(machine.box.read("sv/watch/run") ==
        "#!/bin/sh\nexec 2>&1\nmkdir -p /var/spool/x\ncd /\n"
        "exec await directory-not-empty /var/spool/x -- /bin/empty watch\n");
  CHECK(machine.box.read("sv/seen/run") ==
        "#!/bin/sh\nexec 2>&1\nmkdir -p /var/lib/stoker\ncd /\n"
        "exec await --stamp=/var/lib/stoker/seen.path path-modified /etc/x -- /bin/seen\n");
}

TEST_CASE("walls are options of jail and chpst, in an order in which each can work") {
  UnitMachine machine;
  machine.unit("walls.service", R"([Service]
ExecStartPre=+/bin/as-root
ExecStartPre=/bin/as-user
ExecStart=/bin/walled
User=web
SupplementaryGroups=ssl
PrivateUsers=yes
LimitNOFILE=100
StateDirectory=walls
ProtectSystem=strict
NoExecPaths=/srv
DeviceAllow=char-rtc rw
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
CapabilityBoundingSet=
)");
  CHECK(machine.import({"-o", "sv", "walls"}).err == "");
  CHECK(machine.box.read("sv/walls/run") == R"run(#!/bin/sh
exec 2>&1
mkdir -p /var/lib/walls
cd /
set -- chpst --try --limit nofile=100 \
    jail --try --protect-system=strict --no-exec /srv \
    --read-write /var/lib/walls --private-devices \
    $(printf -- '--bind -%s ' /dev/rtc*) --exec "$(command -v chpst)" \
    --exec "$(command -v jail)" \
    jail --try --private-users=identity \
    chpst -u web:web:ssl --capability-bounding-set none \
    --set HOME=/var/lib/web --set USER=web --set LOGNAME=web \
    --state-directory walls \
    jail --try --system-call-filter @system-service \
    --system-call-filter '~@privileged'
chpst --try --limit nofile=100 \
    chpst --set HOME=/var/lib/web --set USER=web --set LOGNAME=web \
    --set STATE_DIRECTORY=/var/lib/walls \
    /bin/as-root || exit
"$@" /bin/as-user || exit
exec "$@" /bin/walled
)run");
}

TEST_CASE("commands behind the start, memory and devices") {
  UnitMachine machine;
  machine.unit("m.service",
               "[Service]\nType=notify-reload\nExecStart=/bin/m\n"
               "ExecStartPost=-/bin/post $MAINPID\nOOMPolicy=stop\n"
               "IOReadBandwidthMax=/dev/sda 5M\nIOWriteIOPSMax=/dev/sda 10\n");
  machine.unit("o.service", "[Service]\nType=oneshot\nExecStart=/bin/o\nExecStartPost=/bin/p\n");
  CHECK(machine.import({"-o", "sv", "m", "o"}).err == "");
  CHECK(machine.box.read("sv/m/after-start") ==
        "#!/bin/sh\nexec 2>&1\n/bin/post \"$SVPID\" || :\n");
  CHECK(machine.box.read("sv/m/oom-policy") == "stop\n");
  CHECK(machine.box.read("sv/m/cgroup/io.max") == "/dev/sda rbps=5000000\n/dev/sda wiops=10\n");
  CHECK(machine.box.exists("sv/m/notify-reload"));
  CHECK(machine.box.read("sv/o/run") ==
        "#!/bin/sh\nexec 2>&1\ncd /\n/bin/o || exit\nexec /bin/p\n");
}

TEST_CASE("lists of namespaces add up, and so do lists of system calls") {
  UnitMachine machine;
  machine.unit("n.service",
               "[Service]\nExecStart=/bin/n\nRestrictNamespaces=yes\n"
               "RestrictNamespaces=~user\nRestrictNamespaces=~net\n"
               "SystemCallFilter=a ~b c\nSystemCallFilter=d\n");
  machine.import({"-o", "sv", "n"});
  CHECK(contains(machine.box.read("sv/n/run"),
                 "exec jail --try --restrict-namespaces='~user' --restrict-namespaces='~net' \\\n"
                 "    --system-call-filter 'a c' --system-call-filter d \\\n    /bin/n\n"));
}

TEST_CASE("a service gets the sockets that it names, whosever they are") {
  UnitMachine machine;
  machine.unit("s.service",
               "[Service]\nExecStart=/bin/s\nSockets=other.socket\n"
               "[Install]\nWantedBy=multi-user.target\n");
  machine.unit("other.socket",
               "[Socket]\nListenDatagram=@x\nFileDescriptorName=x\n"
               "PassCredentials=yes\n");
  CHECK(machine.import({"-o", "sv", "s"}).err == "");
  CHECK(machine.box.read("sv/s/listen") == "x unix-dgram @x pass-credentials\n");
  CHECK(!machine.box.exists("sv/s/on-demand"));
}

TEST_CASE("a service on the bus is ready when it has its name") {
  UnitMachine machine;
  machine.unit("bus.service", "[Service]\nBusName=org.example\nExecStart=/bin/bus\n");
  CHECK(machine.import({"-o", "sv", "bus"}).code == 0);
  CHECK(contains(machine.box.read("sv/bus/check"), "NameHasOwner string:org.example"));
}

TEST_CASE("a dynamic user can be claimed in the sandbox that it implies") {
  UnitMachine machine;
  machine.unit("d.service", "[Service]\nExecStart=/bin/d\nDynamicUser=yes\n");
  CHECK(machine.import({"-o", "sv", "d"}).err == "");
  CHECK(machine.box.read("sv/d/run") == R"(#!/bin/sh
exec 2>&1
mkdir -p /run/dynamic-users
cd /
exec jail --try --protect-system=strict --protect-home=read-only --private-tmp \
    --read-write /run/dynamic-users \
    chpst --no-new-privileges --dynamic-user d \
    jail --try --restrict-suid-sgid \
    /bin/d
)");
}

TEST_CASE("a path makes the directories that it watches, but not what it waits for") {
  UnitMachine machine;
  machine.unit("p.service", "[Service]\nType=oneshot\nExecStart=/bin/p\n");
  machine.unit("p.path",
               "[Path]\nMakeDirectory=yes\nPathExists=/run/x\nPathExistsGlob=/run/y*\n"
               "DirectoryNotEmpty=/run/a b\n");
  CHECK(machine.import({"-o", "sv", "p.path"}).err == "");
  CHECK(machine.box.read("sv/p/run") ==
        "#!/bin/sh\nexec 2>&1\nmkdir -p '/run/a b'\ncd /\n"
        "exec await path-exists /run/x path-exists '/run/y*' directory-not-empty \\\n"
        "    '/run/a b' -- \\\n    /bin/p\n");
}

TEST_CASE("errors of single system calls are refused, and permit nothing") {
  UnitMachine machine;
  machine.unit("e.service",
               "[Service]\nExecStart=/bin/e\nSystemCallFilter=~@mount:EPERM reboot\n"
               "SystemCallFilter=a b:EPERM\n");
  const Result result = machine.import({"-o", "sv", "e"});
  CHECK(contains(result.err,
                 "SystemCallFilter=~@mount:EPERM reboot is refused: one error is for all calls: "
                 "use SystemCallErrorNumber=EPERM\n"));
  CHECK(contains(result.err, "SystemCallFilter=a b:EPERM is refused: "));
  CHECK(contains(machine.box.read("sv/e/run"),
                 "--system-call-filter '~@mount reboot' --system-call-filter a "));
  CHECK(machine.box.run({machine.box.path("sv/e/condition")}).code == 255);
}

TEST_CASE("commands of a condition run in the root directory") {
  UnitMachine machine;
  machine.unit("c.service", "[Service]\nExecStart=/bin/c\nExecCondition=/bin/test -e etc/c\n");
  CHECK(machine.import({"-o", "sv", "c"}).err == "");
  CHECK(machine.box.read("sv/c/condition") ==
        "#!/bin/sh\n# 1: it is not needed here; 255: it has failed.\ncd /\n"
        "exec /bin/test -e etc/c\n");
}

TEST_CASE("the usual signal for reload is a file, too") {
  UnitMachine machine;
  machine.unit("r.service", "[Service]\nExecStart=/bin/r\nExecReload=/bin/kill -HUP $MAINPID\n");
  CHECK(machine.import({"-o", "sv", "r"}).err == "");
  CHECK(machine.box.read("sv/r/reload-signal") == "HUP\n");
}

TEST_CASE("groups that a dynamic user does not get are reported") {
  UnitMachine machine;
  machine.unit("g.service",
               "[Service]\nExecStart=/bin/g\nSupplementaryGroups=ssl\nDynamicUser=yes\n");
  CHECK(contains(machine.import({"-o", "sv", "g"}).err,
                 "SupplementaryGroups=ssl is not honoured: a dynamic user has no other groups; "
                 "use User with an account\n"));
}

TEST_CASE("values that systemd ignores are reported, and left out") {
  UnitMachine machine;
  machine.unit("v.service",
               "[Service]\nExecStart=/bin/v\nUMask=0999\nLimitNOFILE=abc\nNice=100\nNice=5\n"
               "LimitNICE=-5:+3\nLimitNICE=+3:-5\n");
  CHECK(contains(machine.import({"-o", "sv", "v"}).err,
                 "LimitNOFILE=abc is not honoured: it is no limit, so systemd ignores it, too\n"));
  CHECK(contains(machine.box.read("sv/v/run"),
                 "\nexec chpst --try --nice 5 --limit nice=17:25 /bin/v\n"));
}
