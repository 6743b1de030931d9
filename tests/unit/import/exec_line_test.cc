// SPDX-License-Identifier: ISC
#include "import/exec_line.hh"

#include "catch.hh"

using namespace stoker::importer;

namespace {

ExecLine parsed(std::string_view value) {
  return parse_exec_line(value, {*parse_unit_name("a@b.service"), "/f"});
}

std::string flat(std::string_view value) {
  const ExecLine line = parsed(value);
  if (!line.fault.empty()) return "fault: " + line.fault;
  std::string text;
  for (const Command& one : line.commands) {
    if (!text.empty()) text += " / ";
    if (one.may_fail) text += "-";
    if (one.as_root) text += one.unconfined ? "+" : "!";
    if (one.expands) text += "$";
    if (!one.name.empty()) text += "@" + one.name;
    for (const std::string& word : one.words) text += "[" + word + "]";
  }
  return text;
}

std::string signal(std::string_view value) { return signal_of_kill(parsed(value).commands.at(0)); }

}  // namespace

TEST_CASE("a command line is split into words, with quotes and specifiers") {
  CHECK(flat("/bin/web -c '/etc/a b' --name=%i \"x\\ty\"") ==
        "[/bin/web][-c][/etc/a b][--name=b][x\ty]");
}

TEST_CASE("prefixes of a command, in any order") {
  CHECK(flat("-/bin/a") == "-[/bin/a]");
  CHECK(flat("-+/bin/a") == "-+[/bin/a]");
  CHECK(flat("!-/bin/a") == "-![/bin/a]");
  CHECK(flat("!!/bin/a") == "![/bin/a]");
  CHECK(flat("@/bin/a zero one") == "@zero[/bin/a][one]");
  CHECK(flat("- /bin/a") == "-[/bin/a]");
}

TEST_CASE("dollar signs are variables, unless they are doubled or a colon forbids it") {
  CHECK(flat("/bin/a $OPTS") == "$[/bin/a][$OPTS]");
  CHECK(flat("/bin/a x${B}y") == "$[/bin/a][x${B}y]");
  CHECK(flat("/bin/a x$B") == "[/bin/a][x$B]");
  CHECK(flat("/bin/a $$x") == "[/bin/a][$x]");
  CHECK(flat("/bin/a $$x $Y") == "$[/bin/a][$$x][$Y]");
  CHECK(flat(":/bin/a $OPTS $$") == "[/bin/a][$OPTS][$$]");
}

TEST_CASE("a lone semicolon separates commands, and an escaped one is an argument") {
  CHECK(flat("/bin/a 1 ; -/bin/b 2") == "[/bin/a][1] / -[/bin/b][2]");
  CHECK(flat("/bin/a \\; b;") == "[/bin/a][;][b;]");
}

TEST_CASE("a command line that systemd refuses is a fault") {
  CHECK(flat("/bin/a 'x") == "fault: it has an open quote or an unknown escape");
  CHECK(flat("/bin/a \\q") == "fault: it has an open quote or an unknown escape");
  CHECK(flat("-") == "fault: there is no program");
  CHECK(flat("@/bin/a") == "fault: there is no argument 0 behind “@”");
}

TEST_CASE("a command that only sends a signal is known") {
  CHECK(signal("/bin/kill -HUP $MAINPID") == "HUP");
  CHECK(signal("kill -s USR1 ${MAINPID}") == "USR1");
  CHECK(signal("/usr/bin/kill $MAINPID") == "TERM");
  CHECK(signal("/bin/kill -15 $MAINPID") == "TERM");
  CHECK(signal("/bin/kill --signal=HUP $MAINPID") == "HUP");
  CHECK(signal("/bin/kill -HUP 1").empty());
  CHECK(signal("/bin/killall -HUP $MAINPID").empty());
  CHECK(signal("/bin/kill -X $MAINPID").empty());
}
