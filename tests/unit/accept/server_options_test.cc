// SPDX-License-Identifier: ISC
#include <initializer_list>
#include <string>
#include <vector>

#include "accept/server_settings.hh"
#include "catch.hh"

using namespace stoker;

namespace {

struct Read {
  std::vector<std::string> words;
  std::vector<char*> argv;
  ServerSettings settings;
  Read(ServerName name, std::initializer_list<const char*> given)
      : words(given.begin(), given.end()) {
    words.insert(words.begin(), "x");
    for (std::string& one : words) argv.push_back(one.data());
    argv.push_back(nullptr);
    settings = read_server_settings(name, static_cast<int>(words.size()), argv.data());
  }
};

}  // namespace

TEST_CASE("the name a server is called by decides what it does") {
  CHECK(server_name_from("tcpsvd") == ServerName::tcpsvd);
  CHECK(server_name_from("tcpserver") == ServerName::tcpserver);
  CHECK(server_name_from("s6-ipcserver") == ServerName::s6_ipcserver);
  CHECK(server_name_from("accept") == ServerName::accept);
  CHECK(server_name_from("anything") == ServerName::accept);
}

TEST_CASE("each name has the limits of its suite") {
  CHECK(Read(ServerName::accept, {"prog"}).settings.limit == 40);
  CHECK_FALSE(Read(ServerName::accept, {"prog"}).settings.backlog);
  CHECK(Read(ServerName::tcpsvd, {"0", "1", "prog"}).settings.limit == 30);
  CHECK(Read(ServerName::tcpsvd, {"0", "1", "prog"}).settings.backlog == 20);
  CHECK(Read(ServerName::tcpserver, {"0", "1", "prog"}).settings.limit == 40);
  CHECK(Read(ServerName::s6_ipcserver, {"x", "prog"}).settings.limit == 40);
}

TEST_CASE("the options of ipsvd are understood") {
  const Read read(ServerName::tcpsvd, {"-vvE", "-c2", "-C", "1:full\\n", "-b", "7", "-u", "x:y",
                                       "-l", "me", "-i", "rules", "host", "80", "prog", "-x"});
  CHECK(read.settings.verbosity == Verbosity::more);
  CHECK_FALSE(read.settings.sets_variables);
  CHECK(read.settings.limit == 2);
  CHECK(read.settings.limit_of_client == 1);
  CHECK(read.settings.banner.view() == "full\n");
  CHECK(read.settings.backlog == 7);
  CHECK(read.settings.identity.account == std::string("x:y"));
  CHECK(read.settings.local_host == std::string("me"));
  CHECK(read.settings.rules == std::string("rules"));
  CHECK(read.settings.word_count == 4);
}

TEST_CASE("the options of ucspi-tcp are understood") {
  const Read read(ServerName::tcpserver, {"-vHRPOXD1", "-c", "5", "-B", "hi", "-g", "100", "-u",
                                          "1000", "-t", "3", "-4", "-l0", "0", "80", "prog"});
  CHECK(read.settings.is_verbose());
  CHECK(read.settings.announces);
  CHECK(read.settings.no_delay);
  CHECK(read.settings.v4_only);
  CHECK(read.settings.greeting == std::string("hi"));
  CHECK(read.settings.identity.user == uid_t{1000});
  CHECK(read.settings.identity.group == gid_t{100});
  CHECK(Read(ServerName::tcpserver, {"-vq", "0", "80", "prog"}).settings.verbosity ==
        Verbosity::quiet);
}

TEST_CASE("the options of s6-ipcserver are understood") {
  const Read read(ServerName::s6_ipcserver, {"-v1dP", "-c", "5", "-C", "2", "-b", "9", "-a", "0700",
                                             "-G", "1,2,3", "path", "prog"});
  CHECK(read.settings.is_verbose());
  CHECK(read.settings.announces);
  CHECK_FALSE(read.settings.asks_credentials);
  CHECK(read.settings.limit_of_client == 2);
  CHECK(read.settings.mode == mode_t{0700});
  CHECK(read.settings.identity.group_count == size_t{3});
  CHECK(read.settings.identity.groups[2] == gid_t{3});
}

TEST_CASE("a limit for each client is a number, with a message for the others") {
  unsigned limit = 0;
  Text<1000> message;
  CHECK(read_client_limit("3", limit, message));
  CHECK(limit == 3);
  CHECK(message.empty());
  CHECK(read_client_limit("3:", limit, message));
  CHECK(read_client_limit("0:a\\\\b\\r\\n\\", limit, message));
  CHECK(limit == 0);
  CHECK(message.view() == "a\\b\r\n\\");
  for (const char* const text : {"", ":x", "x", "-1", "3x", "3 :x", "4294967296"})
    CHECK_FALSE(read_client_limit(text, limit, message));
  CHECK_FALSE(read_client_limit("1:" + std::string(1001, 'x'), limit, message));
}
