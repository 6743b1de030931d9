// SPDX-License-Identifier: ISC
// What stoker-import makes of supervisord.conf, Procfiles, init scripts, and the sources of OpenRC
// and s6-rc.
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Result import(Sandbox& box, Argv arguments) {
  box.directory("sv");
  box.write("root/etc/passwd", "root:x:0:0::/root:/bin/sh\nweb:x:900:900::/web:/bin/false\n");
  Argv argv = {"stoker-import", "--root=root", "-o", "sv"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return box.run(argv);
}

}  // namespace

TEST_CASE("programs of supervisord become services, one for each process") {
  Sandbox box;
  box.write("supervisord.conf", R"([supervisord]
nodaemon=true ; in the foreground
[program:web]
command=/usr/bin/web --port=80%(process_num)02d "a b"   ; the server
process_name=%(program_name)s_%(process_num)02d
numprocs=2
directory=/srv/web
user=web
environment=A="x,1",B="y"
    ,C=z
exitcodes=0,2
stopsignal=QUIT
stopasgroup=true
startsecs=5
stdout_logfile=/var/log/web.log
redirect_stderr=true
startretries=3
nonsense=1
[group:all]
programs=web,job
[include]
files = conf.d/*.conf
)");
  box.write("conf.d/job.conf",
            "[program:job]\ncommand=/bin/job\nautostart=false\n"
            "autorestart=false\nstdout_logfile=/dev/stdout\n"
            "[eventlistener:x]\ncommand=/bin/x\n");
  const Result result = import(box, {"./supervisord.conf"});
  CHECK(result.code == 1);
  CHECK(result.out == "created web_00\ncreated web_01\ncreated job\ncreated all\n");
  CHECK(contains(result.err, "[eventlistener:x] has no counterpart here\n"));
  CHECK(box.read("sv/web_01/run") == R"run(#!/bin/sh
# supervisord.conf:18: nonsense=1 is not honoured: supervisord has no such key
exec 2>&1
exec chpst --chdir /srv/web -u web --init-groups --set A=x,1 --set B=y \
    --set C=z \
    /usr/bin/web --port=8001 'a b'
)run");
  CHECK(box.read("sv/web_00/control/t") ==
        "#!/bin/sh\nexec 2>&1\nkill -QUIT -- -\"$SVPID\"\n# Then the signal follows.\nexit 1\n");
  const std::pair<const char*, const char*> values[] = {
      {"web_00/restart", "on-failure\n"}, {"web_00/success-exit", "0 2\n"},
      {"web_00/down-signal", "QUIT\n"},   {"web_00/timeout-kill", "10s\n"},
      {"web_00/minimum-uptime", "5s\n"},  {"job/down", ""},
      {"job/restart", "never\n"},         {"all/wants", "job\nweb_00\nweb_01\n"}};
  for (const auto& [file, value] : values) {
    CAPTURE(file);
    CHECK(box.read(std::string("sv/") + file) == value);
  }
  CHECK(box.exists("sv/web_00/log/run"));
  CHECK(!box.exists("sv/job/log"));
}

TEST_CASE("a variable of supervisord that is not known is reported with its line") {
  Sandbox box;
  box.write("supervisord.conf", "[program:web]\ncommand=/bin/web %(ENV_PORT)s %(program_name)s\n");
  const Result result = import(box, {"./supervisord.conf"});
  CHECK(contains(result.err,
                 "supervisord.conf:2: command=/bin/web %(ENV_PORT)s %(program_name)s "
                 "is not honoured: %(ENV_PORT)s is not known before it runs\n"));
  CHECK(contains(box.read("sv/web/run"), "/bin/web '%(ENV_PORT)s' web\n"));
}

TEST_CASE("lines of a Procfile become services, with a port for each") {
  Sandbox box;
  box.write("app/Procfile",
            "web: bundle exec rails s -p $PORT\n# no\nworker: sidekiq | tee log\n"
            "release: rake db:migrate\nbad line\n");
  box.write("app/.env", "A=1\n");
  const Result result = import(box, {"app/Procfile"});
  const std::string app = box.path("app");
  CHECK(result.code == 0);
  CHECK(result.err == "stoker-import: warning: " + app + "/Procfile:5: it is no NAME: COMMAND\n");
  const auto flat = [&](const char* file) {
    std::string text = box.read(file);
    for (size_t at = text.find(" \\\n   "); at != text.npos; at = text.find(" \\\n   ", at))
      text.erase(at, 6);
    return text;
  };
  const std::string start =
      "#!/bin/sh\nexec 2>&1\nexec chpst --chdir " + app + " --env-file " + app + "/.env";
  CHECK(flat("sv/web/run") ==
        start + " --set PORT=5000 sh -c 'exec bundle exec rails s -p $PORT'\n");
  CHECK(flat("sv/worker/run") == start + " --set PORT=5100 sh -c 'sidekiq | tee log'\n");
  CHECK(flat("sv/release/start") == start + " sh -c 'exec rake db:migrate'\n");
  CHECK(box.read("sv/web/needs") == "release\n");
}

TEST_CASE("an init script that names its PID file is supervised, any other is run") {
  Sandbox box;
  const std::string header =
      "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: x\n# Required-Start: $remote_fs $network "
      "db\n# Should-Start: $named\n# Default-Start: 2 3 4 5\n# Short-Description: A daemon\n"
      "### END INIT INFO\n";
  box.write("root/etc/init.d/web", header +
                                       "NAME=web\nPIDFILE=/run/$NAME.pid\ncase \"$1\" in\n"
                                       "  reload)\n;;\nesac\n");
  box.write("root/etc/init.d/db",
            "#!/bin/sh\n### BEGIN INIT INFO\n# Default-Start:\n"
            "### END INIT INFO\n");
  CHECK(import(box, {"root/etc/init.d/web", "root/etc/init.d/db"}).out ==
        "created web\ncreated db\n");
  CHECK(box.read("sv/web/run") ==
        "#!/bin/sh\n# A daemon\nexec 2>&1\ncd /\nexec /etc/init.d/web start\n");
  CHECK(box.read("sv/web/pid-file") == "/run/web.pid\n");
  CHECK(box.read("sv/web/wants") == "db\n");
  CHECK(box.read("sv/web/control/l") == "#!/bin/sh\nexec 2>&1\nexec /etc/init.d/web reload\n");
  CHECK(contains(box.read("sv/web/control/t"), "/etc/init.d/web stop\n"));
  CHECK(contains(box.read("sv/db/start"), "exec /etc/init.d/db start\n"));
  CHECK(contains(box.read("sv/db/stop"), "exec /etc/init.d/db stop\n"));
  CHECK(box.exists("sv/db/down"));
  CHECK(!box.exists("sv/web/down"));
}

TEST_CASE("a script of OpenRC that only declares becomes a service") {
  Sandbox box;
  box.write("init.d/web", R"(#!/sbin/openrc-run
description="Web server"
command="/usr/bin/${RC_SVCNAME}"
command_args="-c ${CONF:-/etc/web.conf} ${EXTRA}"
command_user="web"
command_background=true
pidfile="/run/${RC_SVCNAME}.pid"
depend() {
	need net db
	before proxy
}
start_pre() {
	checkpath -d /run/web
}
)");
  box.write("init.d/db", "#!/sbin/openrc-run\ncommand=/bin/db\npidfile=/run/db.pid\n");
  box.write("init.d/hand", "#!/sbin/openrc-run\nstart() {\n\tfoo\n}\n");
  const Result result = import(box, {"init.d/web", "init.d/db"});
  CHECK(result.code == 0);
  CHECK(contains(result.err,
                 "start_pre=() is not honoured: write its commands into run, before "
                 "the program\n"));
  CHECK(contains(box.read("sv/web/run"),
                 "exec chpst -u web --init-groups /usr/bin/web -c /etc/web.conf\n"));
  CHECK(box.read("sv/web/needs") == "db\n");
  CHECK(!box.exists("sv/web/pid-file"));
  CHECK(box.read("sv/db/pid-file") == "/run/db.pid\n");
  const Result hand = import(box, {"init.d/hand"});
  CHECK(hand.code == 1);
  CHECK(contains(hand.err, "/init.d/hand: it has no command=; write a run script by hand\n"));
}

TEST_CASE("sources of s6-rc keep their scripts, and a consumer is a logger") {
  Sandbox box;
  box.write("s6/web/type", "longrun\n");
  box.script("s6/web/run", "#!/bin/execlineb -P\nwebd\n");
  box.write("s6/web/dependencies", "net\nbase\n");
  box.write("s6/web/producer-for", "web-log\n");
  box.write("s6/web/notification-fd", "3\n");
  box.write("s6/web-log/type", "longrun\n");
  box.script("s6/web-log/run", "#!/bin/sh\nexec logutil x\n");
  box.write("s6/web-log/consumer-for", "web\n");
  box.write("s6/net/type", "oneshot\n");
  box.write("s6/net/up", "ifconfig lo up\n");
  box.write("s6/net/timeout-up", "2000\n");
  box.write("s6/top/type", "bundle\n");
  box.write("s6/top/contents.d/web", "");
  const Result result = import(box, {"./s6"});
  CHECK(result.err == "");
  CHECK(result.out == "created net\ncreated top\ncreated web\n");
  CHECK(box.read("sv/web/run") == "#!/bin/execlineb -P\nwebd\n");
  CHECK(box.read("sv/web/needs") == "net\n");
  CHECK(box.read("sv/web/type") == "longrun\n");
  CHECK(box.read("sv/web/notification-fd") == "3\n");
  CHECK(box.read("sv/web/log/run") == "#!/bin/sh\nexec logutil x\n");
  CHECK(box.read("sv/net/start") == "#!/bin/execlineb -P\nifconfig lo up\n");
  CHECK(box.read("sv/net/timeout-start") == "2000ms\n");
  CHECK(box.read("sv/top/needs") == "web\n");
}
