// SPDX-License-Identifier: ISC
// Rules about clients, in the forms of ipsvd and of s6.
#include "visitor.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A server on a port of 127.0.0.1, and of ::1, that says what GREETING is.
struct Served {
  Sandbox box;
  Fd v4 = listening_socket("127.0.0.1"), v6 = listening_socket("::1");
  std::optional<Process> server;

  // `first`: is put first in PATH.
  void start(const Argv& options = {}, const std::string& rules = "rules",
             const std::string& first = "/nonexistent") {
    Argv words = {"accept", "-x", rules};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"sh", "-c", "echo \"${GREETING-nothing}\"; cat"});
    words.insert(words.begin(), {"sh", "-c", "PATH=$0:$PATH; exec \"$@\"", first});
    server = start_with_sockets(box, {v4.get(), v6.get()}, words,
                                {.environment = {{"GREETING", "inherited"}}});
  }
  Visitor visitor() const { return Visitor(inet_address("127.0.0.1", port_of(v4.get()))); }
  Visitor visitor6() const { return Visitor(inet_address("::1", port_of(v6.get()))); }
  std::string answer(const Visitor& from) const {
    from.end_input();
    return from.rest();
  }
  std::string answer() const { return answer(visitor()); }
  std::string answer6() const { return answer(visitor6()); }
};

}  // namespace

TEST_CASE("without a rule, ipsvd's form admits everyone") {
  Served served;
  served.box.directory("rules");
  served.start();
  CHECK(served.answer() == "inherited\n");
  CHECK(served.answer6() == "inherited\n");
}

TEST_CASE("the most specific file of ipsvd's form applies, and changes at once") {
  Served served;
  served.box.write("rules/0", "+GREETING=all\n");
  served.start();
  CHECK(served.answer() == "all\n");
  CHECK(served.answer6() == "all\n");
  served.box.write("rules/127", "# a comment\n\n+GREETING=network\n");
  CHECK(served.answer() == "network\n");
  served.box.write("rules/127.0.0", "+GREETING=smaller");
  CHECK(served.answer() == "smaller\n");
  served.box.write("rules/127.0.0.1", "+GREETING\n");
  CHECK(served.answer() == "nothing\n");
  served.box.write("rules/::1", "+GREETING=six\n");
  CHECK(served.answer6() == "six\n");
  served.box.remove("rules/127.0.0.1");
  CHECK(served.answer() == "smaller\n");
}

TEST_CASE("the mode of a file denies, or executes it in place of the program") {
  Served served;
  served.box.write("rules/127.0.0.1", "");
  served.start();
  CHECK(served.answer() == "inherited\n");
  served.box.mode("rules/127.0.0.1", 0);
  CHECK(served.answer().empty());
  served.box.mode("rules/127.0.0.1", 0077);
  CHECK(served.answer().empty());
  served.box.write("rules/::1", "echo \"$PROTO $TCPREMOTEIP\"\nexit 0\n");
  served.box.mode("rules/::1", 0700);
  CHECK(served.answer6() == "TCP6 ::1\n");
  CHECK(served.server->err() == "");
}

TEST_CASE("a file can set the limit and the message of its clients") {
  Served served;
  served.box.write("rules/127", "C1:one only\\n\n");
  served.start({"-C", "2:two only\\n"});
  const Visitor first = served.visitor();
  CHECK(first.line() == "inherited");
  CHECK(served.answer() == "one only\n");
  served.box.write("rules/127", "C0\n");
  CHECK(served.answer() == "inherited\n");
}

TEST_CASE("a file can check addresses, and refer to another") {
  Served served;
  served.box.write("rules/0", "+GREETING=checked\n=192.0.2.1\n=127.0.0.1:local\n+GREETING=late\n");
  served.box.write("rules/local", "+OTHER=1\n");
  served.start();
  CHECK(served.answer() == "checked\n");
  CHECK(served.answer6().empty());
  served.box.write("rules/local", "+GREETING=forwarded\n=192.0.2.1\n");
  CHECK(served.answer() == "forwarded\n");
  served.box.remove("rules/local");
  CHECK(served.answer().empty());
  CHECK(contains(served.server->err(), "accept: warning: there is no rule rules/local, to which "));
  served.box.write("rules/0", "=0\n");
  CHECK(served.answer6() == "inherited\n");
}

TEST_CASE("lines that cannot be followed are reported once, names of hosts apply to nobody") {
  Served served;
  served.box.write("rules/0", "deny\n");
  served.start();
  CHECK(served.answer() == "inherited\n");
  CHECK(served.answer() == "inherited\n");
  CHECK(served.server->err() == "accept: warning: rules/0: bad instruction: deny\n");
  served.box.write("rules/0", "=localhost\n");
  CHECK(served.answer().empty());
  CHECK(contains(served.server->err(),
                 "accept: warning: rules/0: =localhost: names of hosts are not looked up\n"));
}

TEST_CASE("rules that cannot be read deny") {
  Served served;
  served.start();
  CHECK(served.answer().empty());
  CHECK(served.server->err() == "accept: warning: unable to open rules: file does not exist\n");
  served.box.write("rules/0", std::string(10000, '#'));
  CHECK(served.answer().empty());
  CHECK(contains(served.server->err(), "unable to read rules/0: file too big\n"));
  served.box.remove("rules/0");
  served.box.directory("rules/0");
  CHECK(served.answer().empty());
  CHECK(contains(served.server->err(), "unable to read rules/0: "));
  served.box.remove("rules/0");
  REQUIRE(mkfifo(served.box.path("rules/0").c_str(), 0600) == 0);
  CHECK(served.answer().empty());
  served.box.remove("rules/0");
  CHECK(served.answer() == "inherited\n");
}

TEST_CASE("in the form of s6, who is not allowed is denied") {
  Served served;
  served.box.directory("rules/ip4");
  served.start();
  CHECK(served.answer().empty());
  served.box.write("rules/ip4/0.0.0.0_0/allow", "");
  CHECK(served.answer() == "inherited\n");
  CHECK(served.answer6().empty());
  served.box.write("rules/ip4/127.0.0.0_8/deny", "");
  CHECK(served.answer().empty());
  served.box.write("rules/ip4/127.0.0.1_32/allow", "");
  CHECK(served.answer() == "inherited\n");
  served.box.write("rules/ip6/::1_128/allow", "");
  CHECK(served.answer6() == "inherited\n");
  CHECK(served.server->err() == "");
}

TEST_CASE("in the form of s6, a rule changes the environment and the program") {
  Served served;
  served.box.write("rules/ip4/127.0.0.1_32/allow", "");
  served.box.write("rules/ip4/127.0.0.1_32/env/GREETING", "from env  \nmore\n");
  served.box.write("rules/ip4/127.0.0.1_32/env/EMPTY", "");
  served.start();
  CHECK(served.answer() == "from env\n");
  served.box.write("rules/ip4/127.0.0.1_32/env/GREETING", "");
  CHECK(served.answer() == "nothing\n");
}

TEST_CASE("in the form of s6, execlineb runs what a rule says") {
  Served served;
  served.box.script("execlineb", "echo \"$*\"");
  served.box.write("rules/ip6/::_0/allow", "");
  served.box.write("rules/ip6/::_0/exec", "a script");
  served.start({}, "rules", served.box.path());
  CHECK(served.answer6() == "-Pc a script\n");
}

TEST_CASE("users are admitted to a UNIX socket by both forms") {
  if (is_portable_twin()) SKIP("needs to be told who connects");
  Sandbox box;
  const std::string user = std::to_string(geteuid()), group = std::to_string(getegid());
  box.write("ipsvd/uid:" + user, "+WHO=ipsvd\n");
  box.write("s6/uid/default/deny", "");
  box.write("s6/gid/" + group + "/allow", "");
  box.write("s6/gid/" + group + "/env/WHO", "s6\n");
  for (const std::string form : {"ipsvd", "s6"}) {
    const Process server =
        box.start({"accept", "-x", form, "unix", box.path(form + ".s"), "sh", "-c", "echo $WHO"});
    CHECK(first_visitor(box, form + ".s").rest() == form + "\n");
  }
  box.write("s6/uid/" + user + "/deny", "");
  CHECK(Visitor(unix_address(box.path("s6.s"))).rest().empty());
}

TEST_CASE("what was decided is in the log") {
  Served served;
  served.box.write("rules/127", "+GREETING=x\n");
  served.box.write("rules/::1", "");
  served.box.mode("rules/::1", 0);
  served.start({"-vv"});
  CHECK(served.answer() == "x\n");
  CHECK(served.answer6().empty());
  served.box.wait_for([&] { return contains(served.server->err(), "info: deny "); }, "no deny");
  CHECK(contains(served.server->err(), " rules/127: +GREETING=x?\n"));
  CHECK(contains(served.server->err(),
                 "info: deny " + std::to_string(served.server->pid()) + " :[::1] ::[::1]:"));
  CHECK(contains(served.server->err(), " rules/::1\n"));
}
