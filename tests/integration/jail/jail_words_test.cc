// SPDX-License-Identifier: ISC
// The restrictions of a jail that need no mounts, and the messages of jail.
#include <csignal>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

Argv jail(const Argv& options, const std::string& script) {
  Argv words = {"jail"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), {"/bin/sh", "-c", script});
  return words;
}

}  // namespace

TEST_CASE("a refused system call kills, or fails with the error asked for") {
  if (!has_linux_parts()) SKIP("only Linux filters system calls");
  Sandbox box;
  for (const Setup& setup : {Setup{}, as_nobody()}) {
    if (setup.in_child && !nobody_can_run()) continue;
    const Result fine =
        box.run(jail({"--system-call-filter", "@system-service"},
                     "echo ok; sed -n 's/^Seccomp:.//p; s/^NoNewPrivs:.//p' /proc/self/status"),
                setup);
    CHECK(fine.out == "ok\n1\n2\n");
    CHECK(box.run({"jail", "--system-call-filter", "@system-service", "mount", "-t", "tmpfs", "x",
                   "/mnt"},
                  setup)
              .code == 128 + SIGSYS);
    const Result error = box.run({"jail", "--system-call-filter", "~unshare",
                                  "--system-call-error-number=EACCES", "unshare", "-U", "true"},
                                 setup);
    CHECK(error.code == 1);
    CHECK(contains(error.err, "Permission denied"));
  }
}

TEST_CASE("Landlock permits only what was allowed") {
  if (!has_linux_parts()) SKIP("only Linux has Landlock");
  Sandbox box;
  if (box.run({"jail", "--allow-execute", "/", "true"}).code != 0)
    SKIP("the kernel has no Landlock");
  box.write("public/file", "text");
  box.write("private/file", "secret");
  box.directory("out");
  const Argv options = {"--allow-execute", "/usr",      "--allow-execute", "/etc",
                        "--allow-write",   "/dev/null", "--allow-read",    "public",
                        "--allow-write",   "out"};
  const Result result = box.run(jail(
      options,
      "exec 2>/dev/null; cat public/file; cat private/file; echo x >public/new && echo wrote; "
      "echo new >out/file && cat out/file; cp /bin/true out; out/true && echo ran; ls private; "
      "ln out/file private/x && echo linked; echo >/dev/null && echo null"));
  CHECK(result.out == "textnew\nnull\n");
  const Result missing = box.run({"jail", "--allow-read", "nosuch", "true"});
  CHECK(missing.code == 111);
  CHECK(missing.err == "jail: fatal: unable to allow nosuch: file does not exist\n");
}

TEST_CASE("a missing path is an error, unless it may be missing") {
  if (!can_jail() || !can_be_root()) SKIP("needs root and namespaces");
  Sandbox box;
  const Result result = box.run({"jail", "--read-only", "/nosuch", "echo", "ran"});
  CHECK(result.code == 111);
  CHECK(result.out == "");
  CHECK(result.err == "jail: fatal: unable to use /nosuch: file does not exist\n");
  for (const char* option : {"--read-only", "--inaccessible", "--temporary-fs", "--bind"}) {
    CAPTURE(option);
    CHECK(box.run({"jail", option, "-/nosuch", "echo", "ran"}).out == "ran\n");
  }
  CHECK(box.run({"jail", "--inaccessible", "/nosuch", "true"}).err ==
        "jail: fatal: unable to use /nosuch: file does not exist\n");
  CHECK(box.run({"jail", "--root", "/nosuch", "true"}).err ==
        "jail: fatal: unable to use /nosuch: file does not exist\n");
  // That is no feature which the system lacks.
  for (const char* option : {"--read-only", "--inaccessible", "--temporary-fs", "--bind"}) {
    CAPTURE(option);
    const Result tried = box.run({"jail", "--try", option, "/nosuch", "echo", "ran"});
    CHECK(tried.code == 111);
    CHECK(tried.out == "");
    CHECK(tried.err == "jail: fatal: unable to use /nosuch: file does not exist\n");
    CHECK(box.run({"jail", "--try", option, "-/nosuch", "echo", "ran"}).out == "ran\n");
  }
}

TEST_CASE("without namespaces a jail is refused, or with --try skipped with a warning") {
  if (!has_linux_parts()) SKIP("only Linux has namespaces");
  Sandbox box;
  const Argv without = {"jail",
                        "--system-call-filter",
                        "~unshare",
                        "--system-call-error-number",
                        "EPERM",
                        "jail",
                        "--private-tmp",
                        "echo",
                        "ran"};
  const Result refused = box.run(without);
  CHECK(refused.code == 111);
  CHECK(refused.out == "");
  CHECK(refused.err == "jail: fatal: unable to create namespaces: permission denied\n");
  Argv with_try = without;
  with_try.insert(with_try.begin() + 6, "--try");
  const Result tried = box.run(with_try);
  CHECK(tried.out == "ran\n");
  CHECK(tried.err == "jail: warning: unable to create namespaces: permission denied\n");
}

TEST_CASE("--explain prints what would be done, and does nothing") {
  if (!can_be_root() || !has_linux_parts()) SKIP("needs root");
  Sandbox box;
  const Result result = box.run(
      {"jail", "--explain", "--private-tmp", "--private-pids", "--private-network",
       "--protect-system=full", "--bind", "/a:/b", "--inaccessible", "-/c", "--no-exec", "/d",
       "--root", "/r", "--allow-read", "/e", "--system-call-filter", "~mount", "nosuchprog"});
  CHECK(result.code == 0);
  CHECK(result.err == "");
  CHECK(result.out ==
        "namespaces: mount pid network\n"
        "root: /r\n"
        "mount: /proc new\n"
        "mount: /b shows /a, writable\n"
        "mount: /c inaccessible\n"
        "mount: /d as it is, writable, no execution\n"
        "mount: /efi as it is, read-only, if it exists\n"
        "mount: /etc as it is, read-only, if it exists\n"
        "mount: /tmp new and empty, writable, if it exists\n"
        "mount: /usr as it is, read-only, if it exists\n"
        "mount: /boot as it is, read-only, if it exists\n"
        "mount: /var/tmp new and empty, writable, if it exists\n"
        "network: a loopback device of its own\n"
        "capabilities: never sys_admin sys_module sys_rawio sys_ptrace mknod dac_read_search\n"
        "landlock: may read below /e\n"
        "landlock: no other file\n"
        "system calls: all but 1, others kill the program\n"
        "no new privileges\n");
}

TEST_CASE("--explain names each wall of system calls") {
  if (!can_be_root() || !has_linux_parts()) SKIP("needs root");
  Sandbox box;
  CHECK(box.run({"jail", "--explain", "--protect-clock", "--protect-hostname",
                 "--protect-kernel-logs", "--protect-kernel-modules", "--protect-proc=invisible",
                 "--proc-subset=pid", "--private-users=identity", "--restrict-realtime",
                 "--restrict-suid-sgid", "--memory-deny-write-execute", "--lock-personality",
                 "--restrict-namespaces=net ipc", "--restrict-address-families=AF_UNIX AF_INET",
                 "--system-call-architectures=native", "prog"})
            .out ==
        "namespaces: mount uts user\n"
        "users: the same, up to 65535\n"
        "mount: /proc new, those of other users invisible, processes only\n"
        "mount: /dev/kmsg inaccessible\n"
        "mount: /proc/kmsg inaccessible\n"
        "mount: /lib/modules inaccessible\n"
        "mount: /usr/lib/modules inaccessible\n"
        "capabilities: never sys_admin sys_module sys_rawio sys_ptrace mknod dac_read_search "
        "sys_time wake_alarm syslog sys_module\n"
        "landlock: no access to processes outside, if the kernel can\n"
        "denied: to set the clock\n"
        "denied: to read or clear the kernel's log\n"
        "denied: to load kernel modules\n"
        "denied: to set the hostname\n"
        "denied: real-time scheduling\n"
        "denied: set-user-ID and set-group-ID files\n"
        "denied: memory to write and to execute\n"
        "denied: to change the personality\n"
        "permitted namespaces: ipc net\n"
        "permitted sockets: AF_UNIX AF_INET\n"
        "system calls: native ones only, others kill the program\n"
        "no new privileges\n");
  CHECK(box.run({"jail", "--explain", "--restrict-namespaces", "--restrict-address-families=none",
                 "--private-users", "prog"})
            .out ==
        "namespaces: user\n"
        "users: only the one that runs jail\n"
        "permitted namespaces: none\n"
        "permitted sockets: none\n"
        "system calls: native ones only, others kill the program\n"
        "no new privileges\n");
  CHECK(box.run({"jail", "--explain", "--system-call-architectures=x86 x32", "prog"}).out ==
        "system calls: native ones, and those of x86 x32\n"
        "no new privileges\n");
}

TEST_CASE("flags of jail have values in systemd's words, and the last one counts") {
  if (!has_linux_parts()) SKIP("only Linux has jails");
  Sandbox box;
  const auto explain = [&](const Argv& options) {
    Argv words = {"jail", "--explain"};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back("prog");
    const Result result = box.run(words);
    CHECK(result.err == "");
    return result.out;
  };
  const std::string nothing = explain({});
  for (const std::string name : {"private-tmp",
                                 "private-devices",
                                 "private-network",
                                 "private-pids",
                                 "private-ipc",
                                 "protect-home",
                                 "protect-system",
                                 "protect-kernel-tunables",
                                 "protect-control-groups",
                                 "protect-clock",
                                 "protect-hostname",
                                 "protect-kernel-logs",
                                 "protect-kernel-modules",
                                 "restrict-realtime",
                                 "restrict-suid-sgid",
                                 "restrict-namespaces",
                                 "lock-personality",
                                 "memory-deny-write-execute",
                                 "private-mounts",
                                 "private-users"}) {
    CAPTURE(name);
    const std::string set = explain({"--" + name});
    CHECK(set != nothing);
    for (const char* const word : {"yes", "true", "on", "1", "YES"})
      CHECK(explain({"--" + name + "=" + word}) == set);
    for (const char* const word : {"no", "false", "off", "0"}) {
      CHECK(explain({"--" + name + "=" + word}) == nothing);
      CHECK(explain({"--" + name, "--" + name + "=" + word}) == nothing);
    }
  }
  CHECK(explain({"--protect-system=strict", "--protect-system=full"}) ==
        explain({"--protect-system=full"}));
  CHECK(explain({"--protect-home=tmpfs", "--protect-home=yes"}) == explain({"--protect-home"}));
  CHECK(explain({"--private-tmp", "--private-tmp"}) == explain({"--private-tmp"}));
  CHECK(explain({"--system-call-filter", "read", "--system-call-filter="}) == nothing);
  CHECK(contains(explain({"--temporary-fs", "/a:mode=0700,ro,size=1m"}),
                 "mount: /a new and empty, read-only, mode=0700,size=1m\n"));
  if (geteuid() != 0) return;
  const std::string apart = "landlock: no access to processes outside, if the kernel can\n";
  CHECK(contains(explain({"--read-only", "/usr"}), apart));
  CHECK_FALSE(contains(explain({"--read-only", "/usr", "--private-pids"}), apart));
  CHECK_FALSE(contains(explain({"--read-only", "/usr", "--keep-capabilities"}), apart));
  CHECK_FALSE(contains(explain({"--private-network"}), apart));
}

TEST_CASE("a name in a list of system calls may have a ~ of its own") {
  if (!has_linux_parts()) SKIP("only Linux filters system calls");
  Sandbox box;
  const Argv options = {"--system-call-filter", "@system-service ~@chown",
                        "--system-call-error-number", "EPERM"};
  const Result result = box.run(jail(options, "echo fine; chown $(id -u) . || echo refused"));
  CHECK(result.code == 0);
  CHECK(result.out == "fine\nrefused\n");
}

TEST_CASE("an error number for refused calls is read again each time") {
  Sandbox box;
  CHECK(box.run({"jail", "--system-call-error-number", "EPERM", "--system-call-error-number", "x",
                 "true"})
            .err == "jail: fatal: invalid value for --system-call-error-number: x\n");
}

TEST_CASE("invalid options of jail are reported") {
  Sandbox box;
  const std::pair<std::string, std::string> bad[] = {
      {"read-only", "relative"},
      {"read-only", "/a/../b"},
      {"bind", "/a:b"},
      {"bind", "a:/b"},
      {"bind", "/a:/b:norbind"},
      {"bind", "/"},
      {"temporary-fs", ""},
      {"protect-system", "maybe"},
      {"protect-home", ""},
      {"private-tmp", "disconnected"},
      {"private-pids", ""},
      {"temporary-fs", "/a:fast"},
      {"temporary-fs", "a:ro"},
      {"exec", "usr"},
      {"system-call-error-number", "ENO"},
      {"root", ""},
      {"allow-read", ""},
      {"inaccessible", "-"},
      {"protect-clock", "maybe"},
      {"protect-proc", "hidden"},
      {"proc-subset", "pids"},
      {"private-users", "all"},
      {"restrict-namespaces", "network"},
      {"restrict-address-families", "AF_UNIX inet"},
      {"restrict-address-families", "AF_UNIX none"},
      {"system-call-architectures", "native vax"},
  };
  for (const auto& [name, value] : bad) {
    const Result result = box.run({"jail", "--" + name + "=" + value, "echo", "ran"});
    CAPTURE(name, value);
    CHECK(result.code == 100);
    CHECK(result.out == "");
    CHECK(result.err == "jail: fatal: invalid value for --" + name + ": " + value + "\n");
  }
  if (has_linux_parts())
    CHECK(box.run({"jail", "--system-call-filter", "@nosuch", "true"}).err ==
          "jail: fatal: invalid value for --system-call-filter: @nosuch\n");
  const std::string usage = "jail: usage: jail [--option[=value] ...] prog\n";
  for (const Argv& words : {Argv{"jail"}, Argv{"jail", "--nosuch", "true"}, Argv{"jail", "-x"},
                            Argv{"jail", "--private-tmp"}}) {
    CHECK(box.run(words).code == 100);
    CHECK(contains(box.run(words).err, usage));
  }
  CHECK(box.run({"jail", "--read-only"}).err ==
        "jail: fatal: option requires an argument: --read-only\n");
}

TEST_CASE("on other systems a jail is refused, or with --try skipped with a warning") {
  if (has_linux_parts()) SKIP("only where Linux's own calls are not used");
  Sandbox box;
  const Result result = box.run({"jail", "--private-tmp", "echo", "ran"});
  CHECK(result.code == 111);
  CHECK(result.err == "jail: fatal: unable to create a jail: not supported on this system\n");
  CHECK(box.run({"jail", "--try", "--private-tmp", "echo", "ran"}).out == "ran\n");
}
