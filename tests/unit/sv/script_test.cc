// SPDX-License-Identifier: ISC
#include "sv/script.hh"

#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

std::string fault(const std::string& body) {
  return std::string(fault_of_run("#!/bin/sh\n" + body).view());
}

std::vector<std::string> users(const std::string& body) {
  std::vector<std::string> found;
  find_users("#!/bin/sh\n" + body, [&found](std::string_view user) { found.emplace_back(user); });
  return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the interpreter of a script is that of its first line, or what env looks up") {
  CHECK(interpreter_of("#!/bin/sh\necho").path == "/bin/sh");
  CHECK(interpreter_of("#! /usr/bin/perl -w").path == "/usr/bin/perl");
  CHECK(interpreter_of("#!/usr/bin/env python3\n").program == "python3");
  CHECK(interpreter_of("#!/usr/bin/env -S bash -e\n").program == "bash");
  CHECK(interpreter_of("#!/usr/bin/env -S A=1 B=2 bash -e\n").program == "bash");
  CHECK(interpreter_of("#!/usr/bin/env -S -i bash\n").program.empty());
  CHECK(interpreter_of("#!/usr/bin/env -S\n").program.empty());
  CHECK(interpreter_of("#!/usr/bin/env -S A=1\n").program.empty());
  CHECK(interpreter_of("echo").path.empty());
  CHECK(interpreter_of("#!").path.empty());
  CHECK(interpreter_of("#!\n/bin/sh").path.empty());
  CHECK(is_shell(interpreter_of("#!/bin/sh -e\n")));
  CHECK(is_shell(interpreter_of("#!/usr/bin/env bash\n")));
  CHECK_FALSE(is_shell(interpreter_of("#!/usr/bin/env python3\n")));
  CHECK_FALSE(is_shell(interpreter_of("#!/usr/bin/execlineb -P\n")));
}

TEST_CASE("a run that ends with & is in the background") {
  for (const char* const body : {"nginx &", "exec nginx &\n", "cd /\nfoo -x &   # now\n\n",
                                 "while :; do x; done &", "nohup foo >/dev/null 2>&1 &"}) {
    CAPTURE(body);
    CHECK(fault(body) == " ends with &: the supervisor would lose the service");
  }
  for (const char* const body :
       {"foo & wait", "foo &\nwait $!", "foo & exec bar", "test -f x && exec foo", "exec foo 2>&1",
        "exec foo &>/dev/null", "exec foo '&'", "exec foo \"a &\"", "exec foo \\&",
        "# foo &\nexec bar", "exec foo >&2"}) {
    CAPTURE(body);
    CHECK(fault(body).empty());
  }
}

TEST_CASE("a run that does not exec its last command is a fault") {
  CHECK(fault("cd /srv\n/usr/bin/web --port 80") ==
        " does not exec /usr/bin/web: put exec before it, or signals reach only the shell");
  CHECK(fault("exec 2>&1\nweb").find(" does not exec web") == 0);
  CHECK(fault("FOO=bar web \\\n  --port 80\n").find(" does not exec web") == 0);
  CHECK(fault("chpst -u www web").find(" does not exec chpst") == 0);
  CHECK(fault("web | tee log").find(" does not exec tee") == 0);
}

TEST_CASE("a run that ends otherwise is no fault") {
  const char* const body = GENERATE(
      "exec web", "exec 2>&1\nexec web", "exec \\\n web", "if x; then exec a; else exec b; fi",
      "[ -x web ] && exec web", "web || exec other", "while :; do date; sleep 60; done",
      "web & trap 'kill $!' TERM; wait", "case $1 in a) exec x;; *) exec y;; esac", "exit 0",
      ". ./common", "main() { exec web; }\nmain", "function main {\nweb\n}\nmain", "", "# nothing",
      "cat >f <<EOF\nfoo &\nEOF\nweb", "x=$(foo; bar &)\nexec web", "exec sh -c '\nfoo &\n'",
      "echo \"unbalanced", "exec 2>&1; exec env A=b web", "{ exec web; }", "(exec web)",
      "for i in 1 2; do foo $i; done", "until x; do sleep 1; done; exec web \"$@\"");
  CAPTURE(body);
  CHECK(fault(body).empty());
}

TEST_CASE("a daemon without its option for the foreground is a fault") {
  CHECK(fault("exec /usr/sbin/sshd") == " goes into the background: sshd needs -D");
  CHECK(fault("exec chpst -u root -o 1024 cron") == " goes into the background: cron needs -f");
  CHECK(fault("exec chpst --limit nofile=1 --init-groups -u a dnsmasq") ==
        " goes into the background: dnsmasq needs -k");
  CHECK(fault("exec web --daemonize") == " goes into the background: web has --daemonize");
  CHECK(fault("exec env A=b setuser a cron") == " goes into the background: cron needs -f");
  CHECK(fault("dropbear -E") == " goes into the background: dropbear needs -F");
}

TEST_CASE("where a daemon's options are not certain, nothing is said") {
  const char* const body =
      GENERATE("exec /usr/sbin/sshd -D", "exec sshd -eD", "exec sshd $OPTS", "exec sshd \"$@\"",
               "exec cron -f", "exec dnsmasq --keep-in-foreground", "exec tail -F /var/log/cron",
               "exec svlogd -tt /var/log/sshd", "exec redis-server --daemonize no", "exec nginx",
               "exec chpst -u cron web", "exec chpst -u sshd: /usr/sbin/sshd -D", "exec jail sshd",
               "exec fghack sshd", "exec timer --interval 1h cron", "exec setuidgid cron web");
  CAPTURE(body);
  CHECK(fault(body).empty());
}

TEST_CASE("users are found where chpst and the like name them") {
  CHECK(users("exec chpst -u www:data web") == Names{"www:data"});
  CHECK(users("exec chpst -v -P -uwww -o 10 -U other web -u no") == Names{"www", "other"});
  CHECK(users("exec chpst -vu 'www' web") == Names{"www"});
  CHECK(users("exec setuidgid log svlogd .") == Names{"log"});
  CHECK(users("exec envuidgid a softlimit -m 10 setuidgid b x") == Names{"a", "b"});
  CHECK(users("exec setuser www web") == Names{"www"});
  CHECK(users("exec jail --private-tmp --root /srv --protect-home=tmpfs chpst -u www web") ==
        Names{"www"});
  CHECK(users("exec jail --protect-system chpst -u www web") == Names{"www"});
  CHECK(users("exec chpst --try -u www web") == Names{"www"});
  CHECK(users("exec timer -v --cron '0 3 * * *' --stamp=x chpst -u www job") == Names{"www"});
  CHECK(users("exec env -i A=b C=\"d e\" chpst -u www web") == Names{"www"});
  CHECK(users("exec env -u A --chdir=/srv chpst -u www web") == Names{"www"});
  CHECK(users("exec envini -p x file fghack ionice -c 3 chpst -u www web") == Names{"www"});
  CHECK(users("if x; then exec s6-setuidgid a b; fi") == Names{"a"});
  CHECK(users("exec chpst -u \"$USER\" web").empty());
  CHECK(users("exec chpst -u $USER web").empty());
  CHECK(users("exec chpst web -u x").empty());
  CHECK(users("exec chpst -u").empty());
  CHECK(users("# chpst -u x y\nexec echo chpst -u x").empty());
}

TEST_CASE("CR LF is seen wherever it is") {
  CHECK(has_cr_lf("#!/bin/sh\r\nexec x\r\n"));
  CHECK(has_cr_lf("#!/bin/sh\nexec x\r\n"));
  CHECK_FALSE(has_cr_lf("#!/bin/sh\nexec x '\r'\n"));
}
