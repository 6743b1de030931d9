// SPDX-License-Identifier: ISC
// The small chain loaders: additions to and deliberate differences from their peers.
// Common behaviour is tested in chain_peers_test.cc.
#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("setuidgid -s sets the account's supplementary groups") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const Result bare = box.run({"setuidgid", "root", "id", "-G"});
  CHECK(bare.out == "0\n");
  const Result expected = box.run({"id", "-G", "backup"});
  CHECK(box.run({"setuidgid", "-s", "backup", "id", "-G"}).out == expected.out);
}

TEST_CASE("setuidgid cannot be undone") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const Result result = box.run({"setuidgid", "nobody", "grep", "-E",
                                 "^(Uid|Gid|Groups|CapPrm|CapEff)", "/proc/self/status"});
  CHECK(contains(result.out, "Uid:\t65534\t65534\t65534\t65534\n"));
  CHECK(contains(result.out, "Gid:\t65534\t65534\t65534\t65534\n"));
  CHECK(contains(result.out, "Groups:\t65534 \n"));
  CHECK(contains(result.out, "CapPrm:\t0000000000000000\n"));
  CHECK(contains(result.out, "CapEff:\t0000000000000000\n"));
}

TEST_CASE("envdir -p puts a prefix before each name") {
  Sandbox box;
  box.write("env/A", "one");
  box.write("env/B", "");
  const Result result =
      box.run({"envdir", "-p", "X_", "env", "sh", "-c", "echo $A,$X_A,${X_B-unset}"},
              {.environment = {{"A", "0"}, {"X_B", "2"}}});
  CHECK(result.out == "0,one,unset\n");
}

TEST_CASE("a dangling link in an environment directory never leaks another file's value") {
  Sandbox box;
  box.write("env/A", "secret");
  box.link("/nonexistent", "env/B");
  for (const auto& [program, code] : std::map<std::string, int>{{"envdir", 111}, {"chpst", 111}}) {
    const Argv words =
        program == "chpst" ? Argv{"chpst", "-e", "env", "env"} : Argv{"envdir", "env", "env"};
    const Result result = box.run(words);
    CHECK(result.code == code);
    CHECK(result.out.empty());
    CHECK(result.err == program + ": fatal: unable to read env/B: file does not exist\n");
  }
}

TEST_CASE("a file that cannot be a variable is an error, and gets no other file's value") {
  Sandbox box;
  box.write("equals/A=B", "v");
  Result result = box.run({"envdir", "equals", "true"});
  CHECK(result.code == 111);
  CHECK(result.err == "envdir: fatal: unable to use equals/A=B: invalid variable name\n");

  box.write("big/A", std::string(200'000, 'x'));
  result = box.run({"envdir", "big", "true"});
  CHECK(result.code == 111);
  CHECK(result.err == "envdir: fatal: unable to use big/A: value too long\n");

  box.write("fits/A", std::string(100'000, 'x') + "\n" + std::string(200'000, 'y'));
  CHECK(box.run({"envdir", "fits", "sh", "-c", "echo ${#A}"}).out == "100000\n");
}

TEST_CASE("softlimit takes limits from the environment, and its options come first") {
  Sandbox box;
  const Result result =
      box.run({"softlimit", "-o", "60", "sh", "-c", "ulimit -n; ulimit -c; ulimit -t"},
              {.environment = {{"SOFTLIMIT_OPENFILES", "50"},
                               {"SOFTLIMIT_CPUSECS", "77"},
                               {"SOFTLIMIT_COREBYTES", "1024"}}});
  CHECK(result.out == "60\n2\n77\n");
}

TEST_CASE("softlimit reports an invalid limit in the environment") {
  Sandbox box;
  const Result result =
      box.run({"softlimit", "true"}, {.environment = {{"SOFTLIMIT_PROCS", "many"}}});
  CHECK(result.code == 100);
  CHECK(result.err == "softlimit: fatal: unable to use $SOFTLIMIT_PROCS: invalid limit: many\n");
}

TEST_CASE("softlimit - removes a limit") {
  if (!has_capability(24)) SKIP("needs the right to raise limits");
  Sandbox box;
  const Result result =
      box.run({"sh", "-c", "ulimit -c 0; softlimit -c - sh -c 'ulimit -c; ulimit -Hc'"});
  CHECK(result.out == "unlimited\nunlimited\n");
}

TEST_CASE("setlock waits for the lock, with -n gives up, with -x silently") {
  Sandbox box;
  box.script("hold", "echo held >$EVENTS; read order <$ORDERS");
  const Process holder = box.start({"setlock", "lock", "./hold"});
  REQUIRE(box.event() == "held");
  Result result = box.run({"setlock", "-n", "lock", "echo", "ran"});
  CHECK(result.code == 111);
  CHECK(result.err == "setlock: fatal: unable to lock lock: temporary failure\n");
  result = box.run({"setlock", "-nx", "lock", "echo", "ran"});
  CHECK(result.code == 0);
  CHECK(result.out + result.err == "");

  box.script("next", "echo next >$EVENTS");
  const Process waiting = box.start({"setlock", "lock", "./next"});
  box.order();
  CHECK(box.event() == "next");
  CHECK(waiting.wait() == 0);
  CHECK(holder.wait() == 0);
}

TEST_CASE("chpst called as setlock gives up at once, and with -n waits") {
  Sandbox box;
  box.link(program_directory() + "/chpst", "setlock");
  box.script("hold", "echo held >$EVENTS; read order <$ORDERS");
  const Process holder = box.start({"./setlock", "lock", "./hold"});
  REQUIRE(box.event() == "held");
  const Result result = box.run({"./setlock", "lock", "true"});
  CHECK(result.code == 111);
  CHECK(result.err == "chpst: fatal: unable to lock: lock: temporary failure\n");
  box.script("next", "echo next >$EVENTS");
  const Process waiting = box.start({"./setlock", "-n", "lock", "./next"});
  box.order();
  CHECK(box.event() == "next");
}

TEST_CASE("fghack waits for processes in the background") {
  Sandbox box;
  box.script("daemon", "(echo started >$EVENTS; read order <$ORDERS) & exit 5");
  const Process fghack = box.start({"fghack", "./daemon"});
  REQUIRE(box.event() == "started");
  CHECK_FALSE(fghack.ended());
  box.order();
  CHECK(fghack.wait() == 5);
}

TEST_CASE("setuser sets the environment and directory of a login") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const Result home = box.run({"sh", "-c", "getent passwd backup | cut -d: -f3,4,6,7"});
  const Result result = box.run({"setuser", "backup", "/bin/sh", "-c",
                                 "echo $UID:$GID:$HOME:$SHELL; pwd >&2; id -un; echo $USER"});
  CHECK(result.out == home.out + "backup\nbackup\n");
  CHECK(result.err == "/var/backups\n");
  CHECK(box.run({"setuser", "nosuch", "true"}).err == "setuser: fatal: unknown account nosuch\n");
  CHECK(box.run({"setuser", "nobody", "true"}).err ==
        "setuser: fatal: unable to change directory to /nonexistent: file does not exist\n");
  CHECK(box.run({"setuser"}).err == "setuser: usage: setuser account child\n");
  CHECK(box.run({"setuser"}).code == 100);
}

TEST_CASE("envini sets a variable for each line of an INI file") {
  Sandbox box;
  box.write("ini", "top = 1\n; no\n\n[db]\nhost = a b \nempty=\n");
  const Result result = box.run(
      {"envini", "-p", "X_", "ini", "sh", "-c", "echo $X_top,$X_db_host,${X_db_empty-unset}"});
  CHECK(result.out == "1,a b,\n");
}

TEST_CASE("envini ignores lines that it does not understand") {
  Sandbox box;
  box.write("ini", "# settings\na=1\nnonsense\n#a=2\ntwo words=3\n[db\n[s]\n  b = 2\r\n");
  const Result result = box.run({"envini", "ini", "sh", "-c", "echo $a,$s_b"});
  CHECK(result.out == "1,2\n");
  CHECK(result.err == "");
}

TEST_CASE("envini reports a file that it cannot use") {
  Sandbox box;
  const Result result = box.run({"envini", "nosuch", "true"});
  CHECK(result.code == 111);
  CHECK(result.err == "envini: fatal: unable to read nosuch: file does not exist\n");
  box.write("nul", std::string_view("a=1\0\n", 5));
  CHECK(box.run({"envini", "nul", "true"}).err ==
        "envini: fatal: unable to use nul: it contains a NUL byte\n");
  CHECK(box.run({"envini", "-q", "x"}).err ==
        "envini: illegal option -- q\nenvini: usage: envini [-p prefix] file child\n");
  CHECK(box.run({"envini", "ini"}).code == 100);
}

TEST_CASE("a service that has given up root can open /dev/stdout, and no FIFO changes") {
  if (!has_linux_parts()) SKIP("elsewhere, opening it is no more than dup(2)");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const std::string script =
      "echo out >/dev/stdout; echo err >/dev/stderr; cat /dev/stdin; "
      // Only its own direction is opened.
      "(head -c1 </dev/stdout) 2>&- || echo unreadable; stat -Lc %a /dev/stdout";
  for (const Argv& loader :
       {Argv{"chpst", "-u", ":65534:65534"}, Argv{"setuidgid", "nobody"}, Argv{"setuser", "backup"},
        Argv{"jail", "--private-ipc", "chpst", "-u", "nobody"}}) {
    if (loader[0] == "jail" && !can_jail()) continue;
    std::string words;
    for (const std::string& word : loader) words += word + " ";
    CAPTURE(words);
    const Result result =
        box.run({"sh", "-c", "echo in | " + words + "sh -c '" + script + "' 2>&1 | cat"});
    CHECK(result.out == "out\nerr\nin\nunreadable\n622\n");
  }
  CHECK(box.run({"sh", "-c",
                 "mkfifo -m 600 f; cat f & chpst -u nobody true >f; wait; stat -c %a f; "
                 "chpst -u nobody true >file; stat -c %a file"})
            .out == "600\n644\n");
}

TEST_CASE("readproctitle shows the end of its input in its arguments") {
  Sandbox box;
  Process reader = box.start({"readproctitle", "errors:", "xxxxxxxxxx"}, {.fed = true});
  const std::string cmdline = "/proc/" + std::to_string(reader.pid()) + "/cmdline";
  const auto title = [&] {
    std::string words = box.run({"tr", "\\0", " "}, {.input = box.run({"cat", cmdline}).out}).out;
    return words;
  };
  box.wait_for([&] { return title() == "readproctitle errors: .......... "; }, "no dots");
  reader.feed("abc");
  box.wait_for([&] { return title() == "readproctitle errors: .......abc "; }, "no text");
  reader.feed("defghij");
  box.wait_for([&] { return title() == "readproctitle errors: ...defghij "; }, "no shift");
  reader.close_input();
  CHECK(reader.wait() == 0);
}
