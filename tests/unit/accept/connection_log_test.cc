// SPDX-License-Identifier: ISC
#include "accept/connection_log.hh"

#include <sys/wait.h>

#include <csignal>
#include <memory>
#include <string>

#include "catch.hh"
#include "made_client.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// What is logged from beginning to end of one connection.
std::string story(const ConnectionLogSettings& settings, const ServedClient& client,
                  const LoggedStart& start, int status = W_EXITCODE(3, 0)) {
  const auto log = std::make_unique<ConnectionLog>(settings);
  log->listening(client.local);
  log->start(client, start, 1);
  log->end({start.pid, client.credentials ? std::optional(client.credentials->user) : std::nullopt,
            client.key},
           status, 0);
  log->signaled(SIGTERM, "", true);
  log->exit();
  return std::string(log->text());
}

}  // namespace

TEST_CASE("tcpsvd's log is that of ipsvd") {
  CHECK(story({ServerName::tcpsvd, nullptr, 3, 1}, inet_client(),
              {.pid = 10, .limit_of_client = 1}) ==
        "tcpsvd: info: listening on 192.0.2.9:80, starting.\n"
        "tcpsvd: info: status 1/3\n"
        "tcpsvd: info: pid 10 from 192.0.2.1\n"
        "tcpsvd: info: concurrency 10 192.0.2.1 1/1\n"
        "tcpsvd: info: start 10 :192.0.2.9 ::192.0.2.1:4000\n"
        "tcpsvd: info: end 10 exit 3\n"
        "tcpsvd: info: status 0/3\n"
        "tcpsvd: info: sigterm received, exit.\n");
}

TEST_CASE("a rule that was followed is in the log, and what it says with -vv") {
  const std::string executed =
      story({ServerName::accept, "me", 3}, inet_client("2001:db8::1"),
            {.pid = 10, .admission = Admission::executed, .rule = "r/0", .instructions = "a\nb"},
            SIGKILL);
  CHECK(executed.find("accept: info: exec 10 me:192.0.2.9 ::[2001:db8::1]:4000 r/0: a?b\n") !=
        std::string::npos);
  CHECK(executed.find("accept: info: end 10 signal 9\n") != std::string::npos);
  const std::string denied = story({ServerName::accept, nullptr, 3}, inet_client(),
                                   {.pid = 9, .admission = Admission::denied, .rule = "r/0"});
  CHECK(denied.find("accept: info: deny 9 :192.0.2.9 ::192.0.2.1:4000 r/0\n") != std::string::npos);
}

TEST_CASE("tcpserver's log is that of ucspi-tcp") {
  CHECK(story({ServerName::tcpserver, "0", 40}, inet_client(), {.pid = 10}) ==
        "tcpserver: status: 0/40\n"
        "tcpserver: status: 1/40\n"
        "tcpserver: pid 10 from 192.0.2.1\n"
        "tcpserver: ok 10 0:192.0.2.9:80 :192.0.2.1::4000\n"
        "tcpserver: end 10 status 768\n"
        "tcpserver: status: 0/40\n");
}

TEST_CASE("s6-ipcserver's log is that of s6") {
  CHECK(story({ServerName::s6_ipcserver, nullptr, 3, 2}, local_client(),
              {.pid = 10, .limit_of_client = 2}) ==
        "s6-ipcserverd: info: starting\n"
        "s6-ipcserverd: info: status: 0/3\n"
        "s6-ipcserverd: info: allow 1000:100 pid 10 count 1/2\n"
        "s6-ipcserverd: info: status: 1/3\n"
        "s6-ipcserverd: info: end pid 10 uid 1000 exitcode 3\n"
        "s6-ipcserverd: info: status: 0/3\n"
        "s6-ipcserverd: info: received SIGTERM, quitting\n"
        "s6-ipcserverd: info: exiting\n");
  ServedClient unknown = local_client();
  unknown.credentials.reset();
  const std::string text = story({ServerName::s6_ipcserver, nullptr, 3}, unknown,
                                 {.pid = 10, .admission = Admission::denied}, SIGKILL);
  CHECK(text.find("s6-ipcserverd: info: deny ?:? count ?/3\n") != std::string::npos);
  CHECK(text.find("end pid 10 uid ? signal 9\n") != std::string::npos);
}

TEST_CASE("signals are logged as each suite has them") {
  const auto logged = [](ServerName name, int number, std::string_view sent, bool leaves) {
    const ConnectionLogSettings settings{name, nullptr, 3};
    const auto log = std::make_unique<ConnectionLog>(settings);
    log->signaled(number, sent, leaves);
    return std::string(log->text());
  };
  CHECK(logged(ServerName::s6_ipcserver, SIGHUP, "SIGTERM+SIGCONT", false) ==
        "s6-ipcserverd: info: received SIGHUP, sending SIGTERM+SIGCONT to all connections\n");
  CHECK(logged(ServerName::s6_ipcserver, SIGABRT, "SIGKILL", true) ==
        "s6-ipcserverd: info: received SIGABRT, sending SIGKILL to all connections and quitting\n");
  CHECK(logged(ServerName::accept, SIGQUIT, "SIGTERM+SIGCONT", true) ==
        "accept: info: sigquit received, exit.\n");
  CHECK(logged(ServerName::accept, SIGHUP, "SIGTERM+SIGCONT", false).empty());
  CHECK(logged(ServerName::tcpserver, SIGTERM, "", true).empty());
}

TEST_CASE("a local client is logged by user and group") {
  const std::string text = story({ServerName::accept, nullptr, 3}, local_client(), {.pid = 10});
  CHECK(text.find("accept: info: listening on /run/x, starting.\n") == 0);
  CHECK(text.find("accept: info: pid 10 from uid 1000 gid 100\n") != std::string::npos);
  CHECK(text.find("accept: info: start 10 :/run/x uid 1000 gid 100\n") != std::string::npos);
}
