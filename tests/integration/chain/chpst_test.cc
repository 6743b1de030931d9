// SPDX-License-Identifier: ISC
// What chpst does beyond runit's, seen from inside the program that it starts. What
// it has in common with that is in chain_peers_test.cc.
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// A line of /proc/self/status of a program started so.
std::string status_line(Sandbox& box, const Argv& options, const std::string& field,
                        const Setup& setup = {}) {
  const Result result = box.run(
      chpst(options, {"sed", "-n", "s/^" + field + ":[\t ]*//p", "/proc/self/status"}), setup);
  CHECK(result.err == "");
  return result.out;
}

}  // namespace

TEST_CASE("chpst -u drops groups, then group, then user, for good") {
  if (!can_be_root()) SKIP("needs root");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  for (const Argv& options : {Argv{"-u", "nobody"}, Argv{"-u", ":65534:65534"}}) {
    CHECK(status_line(box, options, "Uid") == "65534\t65534\t65534\t65534\n");
    CHECK(status_line(box, options, "Gid") == "65534\t65534\t65534\t65534\n");
    CHECK(status_line(box, options, "Groups") == "65534 \n");
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"})
      CHECK(status_line(box, options, set) == "0000000000000000\n");
  }
  const Result back = box.run({"chpst", "-u", "nobody", "chpst", "-u", "root", "id"});
  CHECK(back.code == 111);
  CHECK(back.err == "chpst: fatal: unable to setgroups: permission denied\n");
}

TEST_CASE("chpst refuses an empty group") {
  Sandbox box;
  check_refused(box, {"-u", ":1234:"}, 111, "invalid uid/gids: 1234:");
  check_refused(box, {"-u", ":1234::5"}, 111, "invalid uid/gids: 1234::5");
  check_refused(box, {"-u", ":4294967296:5"}, 111, "invalid uid/gids: 4294967296:5");
}

TEST_CASE("chpst -C changes the directory, inside the new root") {
  Sandbox box;
  box.directory("inner");
  CHECK(box.run({"chpst", "-C", "inner", "sh", "-c", "basename $(pwd)"}).out == "inner\n");
  check_refused(box, {"-C", "nosuch"}, 111,
                "unable to change directory: nosuch: file does not exist");
}

TEST_CASE("chpst looks users up and opens locks as documented") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  box.directory("root");
  // The new root has no password file.
  const Result result = box.run({"chpst", "-/", "root", "-u", "nobody", "true"});
  CHECK(result.code == 111);
  CHECK(contains(result.err, "unknown user/group: nobody"));
  // The lock is opened by the new user.
  box.write("lock", "");
  box.mode("lock", 0600);
  check_refused(box, {"-u", "nobody", "-l", "lock"}, 111,
                "unable to open lock: lock: access denied");
}

TEST_CASE("--init-groups sets the supplementary groups of the user") {
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const std::string groups = box.run({"sh", "-c", "id -G backup"}).out;
  CHECK(box.run({"chpst", "--init-groups", "-u", "backup", "id", "-G"}).out == groups);
  check_refused(box, {"--init-groups"}, 100, "--init-groups requires -u with a user name");
  check_refused(box, {"--init-groups", "-u", ":1:1"}, 100,
                "--init-groups requires -u with a user name");
}

TEST_CASE("supplementary groups are set only on request") {
  if (!can_be_root() || !can_mount()) SKIP("needs root and a mount namespace");
  Sandbox box;
  box.script("look",
             "cp /etc/group group; echo stoker-test:x:4242:backup >>group\n"
             "mount --bind group /etc/group\n"
             "chpst -u backup id -G; chpst --init-groups -u backup id -G\n"
             "chpst --init-groups -u backup:daemon id -G\n"
             "setuidgid backup id -G; setuidgid -s backup id -G; cd /; setuser backup id -G");
  CHECK(box.run({"unshare", "-m", "./look"}).out == "34\n34 4242\n1 4242\n34\n34 4242\n34 4242\n");
}

TEST_CASE("chpst -V prints its version") {
  Sandbox box;
  const Result result = box.run({"chpst", "-V"});
  CHECK(result.code == 0);
  CHECK(contains(result.out, "chpst (Stoker) "));
}

TEST_CASE("options that need no privilege work for an ordinary user, too") {
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  box.write("file", "F=file\n");
  const Result result = box.run({"chpst",
                                 "--umask",
                                 "077",
                                 "--nice",
                                 "19",
                                 "--limit",
                                 "nofile=64:128",
                                 "--env-file",
                                 "file",
                                 "--set",
                                 "S=set",
                                 "--stdin",
                                 "file",
                                 "-o",
                                 "50",
                                 "-C",
                                 ".",
                                 "-P",
                                 "sh",
                                 "-c",
                                 "umask; nice; ulimit -n; ulimit -Hn; echo $F $S; cat; test "
                                 "$(cut -d ' ' -f 6 /proc/$$/stat) = $$ && id -u"},
                                as_nobody());
  CHECK(result.err == "");
  CHECK(result.out == "0077\n19\n50\n128\nfile set\nF=file\n" +
                          std::to_string(geteuid() == 0 ? nobody : geteuid()) + "\n");
  if (!has_linux_parts()) return;
  const Result linux_parts = box.run(
      {"chpst", "--oom-score-adjust", "300", "--io-priority", "idle", "--cpu-affinity", "0",
       "--cpu-scheduling-policy", "idle", "--no-new-privileges", "sh", "-c",
       "cat /proc/self/oom_score_adj; grep -E '^(NoNewPrivs|Cpus_allowed_list)' /proc/self/status"},
      as_nobody());
  CHECK(linux_parts.err == "");
  CHECK(linux_parts.out == "300\nNoNewPrivs:\t1\nCpus_allowed_list:\t0\n");
}

TEST_CASE("options that an ordinary user may not use are errors, and nothing runs") {
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  const std::pair<Argv, std::string> refused[] = {
      {{"--nice", "-5"}, "unable to set nice level: access denied"},
      {{"--limit", "nofile=100:9999999"}, "unable to set limit nofile: permission denied"},
      {{"--runtime-directory", "x"}, "unable to create a directory: $XDG_RUNTIME_DIR is not set"},
      {{"-u", "daemon", "--init-groups"}, "unable to setgroups: permission denied"},
  };
  for (const auto& [options, message] : refused) {
    const Result result = box.run(chpst(options, {"echo", "ran"}), as_nobody());
    CAPTURE(options);
    CHECK(result.code == 111);
    CHECK(result.out == "");
    CHECK(result.err == "chpst: fatal: " + message + "\n");
  }
}

TEST_CASE("--no-new-privileges works for every user") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  CHECK(status_line(box, {}, "NoNewPrivs") == "0\n");
  CHECK(status_line(box, {"--no-new-privileges"}, "NoNewPrivs") == "1\n");
  CHECK(status_line(box, {"--no-new-privileges=yes"}, "NoNewPrivs") == "1\n");
  CHECK(status_line(box, {"--no-new-privileges=off"}, "NoNewPrivs") == "0\n");
  CHECK(status_line(box, {"--no-new-privileges", "--no-new-privileges=0"}, "NoNewPrivs") == "0\n");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  CHECK(status_line(box, {"--no-new-privileges"}, "NoNewPrivs", as_nobody()) == "1\n");
}

TEST_CASE("--capabilities gives a user other than root only these") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const Argv options = {"-u", "nobody", "--capabilities", "net_bind_service kill"};
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    CAPTURE(set);
    CHECK(status_line(box, options, set) == "0000000000000420\n");
  }
  CHECK(status_line(box, options, "Uid") == "65534\t65534\t65534\t65534\n");
}

TEST_CASE("--capabilities none leaves root without any") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    CAPTURE(set);
    CHECK(status_line(box, {"--capabilities", "none"}, set) == "0000000000000000\n");
  }
}

TEST_CASE("each set of capabilities has an option of its own") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const uint64_t all = std::stoull(status_line(box, {}, "CapBnd"), nullptr, 16);
  const auto set = [&](const Argv& options, const char* field) {
    return std::stoull(status_line(box, options, field), nullptr, 16);
  };
  CHECK(set({"--capability-bounding-set", "~chown"}, "CapBnd") == (all & ~1ULL));
  CHECK(set({"--capability-bounding-set", "chown"}, "CapPrm") == 1);
  CHECK(set({"--capability-bounding-set", "~chown", "--capability-bounding-set", "~kill"},
            "CapBnd") == (all & ~0x21ULL));
  CHECK(set({"--capability-bounding-set", "chown", "--capability-bounding-set", "kill"},
            "CapBnd") == 0x21);
  CHECK(set({"--capability-bounding-set", "chown", "--capability-bounding-set="}, "CapBnd") == 0);
  CHECK(set({"--capabilities", "kill", "--capabilities", "chown"}, "CapPrm") == 0x21);
  CHECK(set({"--ambient-capabilities", "kill", "--ambient-capabilities", "chown", "-u", "nobody"},
            "CapEff") == 0x21);
  CHECK(set({"--inheritable-capabilities", "kill"}, "CapInh") == 1 << 5);
  CHECK(set({"--inheritable-capabilities", "kill"}, "CapAmb") == 0);
  CHECK(set({"--ambient-capabilities", "kill", "-u", "nobody"}, "CapEff") == 1 << 5);
  CHECK(set({"--ambient-capabilities", "kill", "-u", "nobody"}, "CapBnd") == all);
}

TEST_CASE("a lock is opened with the user's rights even if capabilities are kept") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  box.write("lock", "");
  box.mode("lock", 0600);
  check_refused(box, {"-u", "nobody", "--ambient-capabilities", "dac_override", "-l", "lock"}, 111,
                "unable to open lock: lock: access denied");
}

TEST_CASE("--securebits are set") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!can_be_root()) SKIP("needs root");
  Sandbox box;
  const Result result = box.run(
      {"chpst", "-u", "nobody", "--securebits", "noroot noroot-locked", "setpriv", "--dump"});
  CHECK(contains(result.out, "Securebits: noroot,noroot_locked"));
  CHECK(status_line(box, {"-u", "nobody", "--securebits", "noroot"}, "CapPrm") ==
        "0000000000000000\n");
}

TEST_CASE("an ordinary user cannot gain capabilities") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  for (const char* option :
       {"--capabilities", "--ambient-capabilities", "--inheritable-capabilities"}) {
    const Result result = box.run({"chpst", option, "kill", "echo", "ran"}, as_nobody());
    CAPTURE(option);
    CHECK(result.code == 111);
    CHECK(result.out == "");
    CHECK(contains(result.err, "permission denied\n"));
  }
}

TEST_CASE("infinity is the highest limit that the system permits") {
  Sandbox box;
  const std::string present = box.run({"sh", "-c", "ulimit -Hn"}).out;
  const std::string look = "ulimit -Sn; ulimit -Hn";
  for (const std::string word : {"infinity", "unlimited"}) {
    CAPTURE(word);
    if (nobody_can_run()) {
      const Argv bare = chpst({"--limit", "nofile=" + word}, {"sh", "-c", look});
      CHECK(box.run(bare, as_nobody()).out == present + present);
      CHECK(box.run(bare, as_nobody()).err == "");
      CHECK(box.run(chpst({"--limit", "nofile=64:" + word}, {"sh", "-c", look}), as_nobody()).out ==
            "64\n" + present);
    }
    if (!can_be_root() || !has_capability(24)) continue;
    const std::string most = box.run({"cat", "/proc/sys/fs/nr_open"}).out;
    CHECK(box.run(chpst({"--limit", "nofile=" + word}, {"sh", "-c", look})).out == most + most);
    CHECK(box.run(chpst({"--limit", "core=0:" + word}, {"sh", "-c", "ulimit -Hc"})).out ==
          "unlimited\n");
  }
}

TEST_CASE("--try sets the nearest limit, and leaves scores and priorities that are refused") {
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  if (getpriority(PRIO_PROCESS, 0) > 5) SKIP("needs the usual priority");
  Sandbox box;
  const Argv look = {"sh", "-c", "ulimit -Sn; ulimit -Hn; nice; cat /proc/self/oom_score_adj"};
  // As in a container, whose root may not raise anything.
  const Argv low = {"chpst", "--limit", "nofile=100:200", "--nice", "5"};
  const auto lowered = [&](const Argv& options) {
    Argv words = low;
    for (const Argv& more : {chpst(options, look)})
      words.insert(words.end(), more.begin(), more.end());
    return box.run(words, as_nobody());
  };
  const Result both = lowered({"--try", "--limit", "nofile=150:300", "--nice", "-3"});
  CHECK(both.code == 0);
  CHECK(both.out.substr(0, 10) == "150\n200\n5\n");
  CHECK(both.err ==
        "chpst: warning: unable to set nice level: access denied\n"
        "chpst: warning: unable to set limit nofile above 200\n");
  const Result above = lowered({"--try", "--limit", "nofile=250:300", "-n", "-3"});
  CHECK(above.out.substr(0, 10) == "200\n200\n5\n");
  CHECK(contains(above.err, "unable to set nice level"));
  CHECK(lowered({"--try=no", "--limit", "nofile=250:300"}).code == 111);
  CHECK(lowered({"--try", "--limit", "nofile=150:infinity"}).err == "");
  if (!has_linux_parts()) return;
  const Result score = lowered({"--try", "--oom-score-adjust", "-1000", "--cpu-scheduling-policy",
                                "fifo", "--io-priority", "realtime:0"});
  CHECK(score.code == 0);
  CHECK(score.out.substr(0, 10) == "100\n200\n5\n");
  CHECK(contains(score.err,
                 "chpst: warning: unable to write /proc/self/oom_score_adj: access denied\n"));
  CHECK(contains(score.err, "chpst: warning: unable to set the scheduling policy: "));
  CHECK(lowered({"--oom-score-adjust", "-1000"}).err ==
        "chpst: fatal: unable to write /proc/self/oom_score_adj: access denied\n");
}

TEST_CASE("--try does not let a program run with more rights than asked for") {
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  for (const Argv& options : {Argv{"-u", "daemon"}, Argv{"-/", "/"}, Argv{"-C", "/nosuch"}}) {
    CAPTURE(options);
    Argv words = {"--try"};
    words.insert(words.end(), options.begin(), options.end());
    const Result result = box.run(chpst(words, {"echo", "ran"}), as_nobody());
    CHECK(result.code == 111);
    CHECK(result.out == "");
  }
}

TEST_CASE("softlimit's - and infinity are the hard limit where it cannot be raised") {
  Sandbox box;
  const std::string present = box.run({"sh", "-c", "ulimit -Hn"}).out;
  const std::string look = "ulimit -Sn; ulimit -Hn";
  for (const std::string word : {"infinity", "unlimited", "="})
    CHECK(box.run({"softlimit", "-o", word, "sh", "-c", look}).out == present + present);
  CHECK(box.run({"chpst", "-o", "infinity", "sh", "-c", look}).out == present + present);
  if (nobody_can_run())
    CHECK(box.run({"softlimit", "-o", "-", "sh", "-c", look}, as_nobody()).out ==
          present + present);
  if (!can_be_root()) return;
  // Even root cannot remove this one altogether.
  CHECK(box.run({"softlimit", "-o", "-", "sh", "-c", look}).out == present + present);
}

TEST_CASE("--limit sets soft and hard limits") {
  Sandbox box;
  const Result result = box.run({"chpst", "--limit", "nofile=100:200", "--limit=core=1M", "--limit",
                                 "cpu=1min:1h", "--limit", "stack=8M", "cat", "/proc/self/limits"});
  CHECK(result.err == "");
  const auto has = [&](const std::string& name, const std::string& soft, const std::string& hard) {
    std::string line = name;
    line.resize(26, ' ');
    line += soft;
    line.resize(47, ' ');
    return contains(result.out, line + hard);
  };
  CHECK(has("Max open files", "100 ", "200 "));
  CHECK(has("Max core file size", "1048576 ", "1048576 "));
  CHECK(has("Max cpu time", "60 ", "3600 "));
  CHECK(has("Max stack size", "8388608 ", "8388608 "));
}

TEST_CASE("--nice sets the level, -n adds to it") {
  Sandbox box;
  CHECK(box.run({"chpst", "-n", "3", "chpst", "--nice", "5", "nice"}).out == "5\n");
  CHECK(box.run({"chpst", "--nice", "5", "chpst", "-n", "3", "nice"}).out == "8\n");
}

TEST_CASE("--cpu-affinity, --io-priority and scheduling policies are set") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  CHECK(status_line(box, {"--cpu-affinity", "0"}, "Cpus_allowed_list") == "0\n");
  CHECK(status_line(box, {"--cpu-affinity", "0", "--cpu-affinity="}, "Cpus_allowed_list") ==
        status_line(box, {}, "Cpus_allowed_list"));
  if (box.run({"sh", "-c", "command -v ionice chrt"}).code == 0) {
    CHECK(box.run({"chpst", "--io-priority", "idle", "ionice"}).out == "idle\n");
    CHECK(box.run({"chpst", "--io-priority", "6", "ionice"}).out == "best-effort: prio 6\n");
    const Result batch =
        box.run({"chpst", "--cpu-scheduling-policy", "batch", "sh", "-c", "chrt -p $$"});
    CHECK(contains(batch.out, "SCHED_BATCH"));
  }
  if (!can_be_root() || !has_capability(23)) SKIP("needs the right to schedule in real time");
  const Result rr = box.run({"chpst", "--cpu-scheduling-policy", "rr", "--cpu-scheduling-priority",
                             "7", "--cpu-scheduling-reset-on-fork", "sh", "-c", "chrt -p $$"});
  CHECK(contains(rr.out, "SCHED_RR|SCHED_RESET_ON_FORK"));
  CHECK(contains(rr.out, "priority: 7\n"));
}

TEST_CASE("--oom-score-adjust is written") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  CHECK(box.run({"chpst", "--oom-score-adjust", "500", "cat", "/proc/self/oom_score_adj"}).out ==
        "500\n");
}

TEST_CASE("an option that the system does not support is an error") {
  if (has_linux_parts()) SKIP("only where Linux's own calls are not used");
  Sandbox box;
  check_refused(box, {"--capabilities", "none"}, 111,
                "unable to set capabilities: not supported on this system");
  check_refused(box, {"--no-new-privileges"}, 111,
                "unable to forbid new privileges: not supported on this system");
  check_refused(box, {"--cpu-affinity", "0"}, 111,
                "unable to set CPU affinity: not supported on this system");
}
