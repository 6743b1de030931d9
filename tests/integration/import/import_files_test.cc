// SPDX-License-Identifier: ISC
// Where stoker-import finds unit files, what it says of them, and how it imports again.
#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char library[] = "root/usr/lib/systemd/system/";
constexpr char etc[] = "root/etc/systemd/system/";
constexpr char plain[] = "[Service]\nExecStart=/bin/a\nRestart=always\n";

Result import(Sandbox& box, Argv arguments) {
  Argv argv = {"stoker-import", "--root=root"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return box.run(argv);
}

std::string in(const char* directory, const char* name) { return std::string(directory) + name; }

}  // namespace

TEST_CASE("a drop-in changes a unit, and an empty value discards what came before") {
  Sandbox box;
  box.directory("sv");
  box.write(in(library, "a.service"),
            "[Service]\nExecStart=/bin/a\nRestart=always\n"
            "Environment=A=1\nEnvironment=B=2\n");
  box.write(in(library, "a.service.d/10.conf"), "[Service]\nExecStart=\nExecStart=/bin/hidden\n");
  box.write(in(etc, "a.service.d/10.conf"), "[Service]\nExecStart=\nExecStart=/bin/b\n");
  box.write(in(etc, "a.service.d/20.conf"), "[Service]\nEnvironment=\nEnvironment='C=a b' D=4\n");
  box.write(in(etc, "service.d/all.conf"), "[Service]\nNice=5\n");
  CHECK(import(box, {"-o", "sv", "a"}).err == "");
  CHECK(box.read("sv/a/run") ==
        "#!/bin/sh\nexec 2>&1\ncd /\nexec chpst --try --nice 5 --set 'C=a b' --set D=4 /bin/b\n");
}

TEST_CASE("templates, instances, aliases and masks") {
  Sandbox box;
  box.directory("sv");
  box.write(in(library, "t@.service"),
            "[Service]\nExecStart=/bin/t %i %I\nRestart=always\n"
            "[Install]\nDefaultInstance=one\n");
  box.write(in(library, "n@.service"), plain);
  box.write(in(library, "a.service"), std::string(plain) + "[Install]\nAlias=other.service\n");
  box.link("a.service", in(etc, "known.service"));
  box.link("/dev/null", in(etc, "m.service"));
  box.write(in(library, "m.service"), plain);

  CHECK(import(box, {"-o", "sv", "t@15-main"}).code == 0);
  CHECK(contains(box.read("sv/t@15-main/run"), "exec /bin/t 15-main 15/main\n"));
  CHECK(import(box, {"-o", "sv", "t@.service"}).out == "created t@one\n");
  CHECK(import(box, {"-o", "sv", "n@"}).err ==
        "stoker-import: warning: n@: it is a template: name an instance, as n@NAME.service\n");
  CHECK(import(box, {"-o", "sv", "known"}).out ==
        "created a\nlinked known to a\nlinked other to a\n");
  const Result masked = import(box, {"-o", "sv", "m"});
  CHECK(masked.code == 1);
  CHECK(masked.err == "stoker-import: warning: m: m.service is masked\n");
  CHECK(import(box, {"-o", "sv", "none"}).err ==
        "stoker-import: warning: none: there is no unit file none.service\n");
  CHECK(import(box, {"-o", "sv", "x.mount"}).code == 1);
}

TEST_CASE("links below --root do not lead out of it") {
  Sandbox box;
  box.directory("sv");
  const std::string up = "../../../../../../../../../../../../../../../../..";
  box.write("secret", "[Service]\nExecStart=/bin/secret\n");
  box.write("root/secret", "[Service]\nExecStart=/bin/inside\n");
  box.link("/secret", in(etc, "absolute.service"));
  box.link("../../../secret", in(etc, "relative.service"));
  box.link("../../../../secret", in(etc, "one-more.service"));
  box.link(up + box.path("secret"), in(etc, "host.service"));
  box.write(in(library, "drop.service"), plain);
  box.write("drops/10.conf", "[Service]\nNice=5\n");
  box.link("../../../../drops", in(etc, "drop.service.d"));
  for (const char* const name : {"absolute", "relative", "one-more"}) {
    CHECK(import(box, {"-o", "sv", name}).code == 0);
    CHECK(contains(box.read(std::string("sv/") + name + "/run"), "exec /bin/inside\n"));
  }
  CHECK(import(box, {"-o", "sv", "host"}).code == 1);
  CHECK(import(box, {"-o", "sv", "drop"}).code == 0);
  CHECK(contains(box.read("sv/drop/run"), "cd /\nexec /bin/a\n"));
}

TEST_CASE("a unit file can be named by its path") {
  Sandbox box;
  box.directory("sv");
  box.write("here/b.service", "[Service]\nExecStart=/bin/b\nType=idle\n");
  box.write(in(library, "b.service"), plain);
  CHECK(import(box, {"-o", "sv", "here/b.service"}).code == 0);
  CHECK(contains(box.read("sv/b/run"), "exec /bin/b\n"));
}

TEST_CASE("each directive is explained, with its place") {
  Sandbox box;
  box.write("a.service",
            "[Unit]\nDescription=A\nRefuseManualStart=yes\n[Service]\n"
            "ExecStart=/bin/a\nCoredumpFilter=0\nNoSuch=1\nX-Own=1\nIPAddressDeny=any\n"
            "junk\n");
  const Result result = import(box, {"--explain", "./a.service"});
  CHECK(result.code == 0);
  CHECK(result.out ==
        "./a.service:2: Description=A: honoured: a comment in run\n"
        "./a.service:3: RefuseManualStart=yes: harmless: commands are not refused\n"
        "./a.service:5: ExecStart=/bin/a: honoured: run\n"
        "./a.service:6: CoredumpFilter=0: reported: write /proc/self/coredump_filter in run\n"
        "./a.service:7: NoSuch=1: reported: systemd has no such directive in [Service]\n"
        "./a.service:8: X-Own=1: harmless: systemd ignores it\n"
        "./a.service:9: IPAddressDeny=any: refused: use the packet filter\n"
        "7 directives: 2 honoured, 2 harmless, 2 reported, 1 refused\n");
  CHECK(result.err ==
        "stoker-import: warning: ./a.service:10: there is no “=”; systemd ignores the line, too\n");
}

TEST_CASE("the same as JSON") {
  Sandbox box;
  box.write("a.service", "[Service]\nExecStart=/bin/a \"\\x41\"\n");
  CHECK(import(box, {"--json", "./a.service"}).out ==
        "{\"services\": [\n {\"name\": \"a\", \"source\": \"./a.service\", \"directives\": [\n"
        "  {\"file\": \"./a.service\", \"line\": 2, \"section\": \"Service\", \"key\": "
        "\"ExecStart\", \"value\": \"/bin/a \\\"\\\\x41\\\"\", \"answer\": \"honoured\", "
        "\"text\": \"run\"}]}],\n \"honoured\": 1, \"harmless\": 0, \"reported\": 0, "
        "\"refused\": 0}\n");
}

TEST_CASE("a service without a restriction of its unit does not start, unless that is allowed") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", "[Service]\nExecStart=/bin/a\nIPAddressDeny=any\n");
  const Result refused = import(box, {"-o", "sv", "./a.service"});
  CHECK(refused.code == 0);
  CHECK(refused.err ==
        "stoker-import: warning: ./a.service:3: IPAddressDeny=any is refused: use "
        "the packet filter\n");
  const Result condition = box.run({box.path("sv/a/condition")});
  CHECK(condition.code == 255);
  CHECK(condition.err ==
        "a.service:3: IPAddressDeny=any cannot be honoured: use the packet filter\n");

  const Result allowed = import(box, {"-o", "sv", "--allow=IPAddressDeny", "./a.service"});
  CHECK(allowed.code == 0);
  CHECK(allowed.out == "replaced a/run\nremoved a/condition\n");
  CHECK(!box.exists("sv/a/condition"));
  CHECK(contains(box.read("sv/a/run"), "# a.service:3: IPAddressDeny=any is not honoured: "));
}

TEST_CASE("--strict writes nothing that lacks a directive") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", "[Service]\nExecStart=/bin/a\nWatchdogSignal=TERM\n");
  const Result result = import(box, {"-o", "sv", "--strict", "./a.service"});
  CHECK(result.code == 1);
  CHECK(contains(result.err, "a is not written, because of --strict\n"));
  CHECK(box.list("sv").empty());
}

TEST_CASE("a second import changes what nobody has edited") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service",
            "[Service]\nExecStart=/bin/a\nTimeoutStopSec=5\nRestartSec=1\n"
            "Restart=always\nKillMode=mixed\n");
  REQUIRE(import(box, {"-o", "sv", "./a.service"}).out == "created a\n");
  CHECK(import(box, {"-o", "sv", "./a.service"}).out == "");
  box.write("sv/a/own", "mine\n");
  box.write("sv/a/timeout-kill", "7s\n");
  box.write("a.service",
            "[Service]\nExecStart=/bin/b\nTimeoutStopSec=9\nKillMode=mixed\n"
            "Restart=always\n");

  const Result shown = import(box, {"-o", "sv", "--diff", "./a.service"});
  CHECK(shown.out ==
        "replaced a/run\n #!/bin/sh\n exec 2>&1\n cd /\n-exec /bin/a\n+exec /bin/b\n"
        "kept a/timeout-kill, which has been edited\nremoved a/restart-delay\n-1s at-least\n");
  CHECK(contains(box.read("sv/a/run"), "/bin/a"));

  const Result result = import(box, {"-o", "sv", "./a.service"});
  CHECK(result.out ==
        "replaced a/run\nkept a/timeout-kill, which has been edited\n"
        "removed a/restart-delay\n");
  CHECK(contains(box.read("sv/a/run"), "/bin/b"));
  CHECK(box.read("sv/a/timeout-kill") == "7s\n");
  CHECK(box.read("sv/a/own") == "mine\n");
  CHECK(!box.exists("sv/a/restart-delay"));
  // It stays the editor's.
  CHECK(import(box, {"-o", "sv", "./a.service"}).out ==
        "kept a/timeout-kill, which has been edited\n");
}

TEST_CASE("what was removed by hand stays removed") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", std::string(plain) + "KillMode=mixed\n");
  REQUIRE(import(box, {"-o", "sv", "./a.service"}).code == 0);
  box.remove("sv/a/kill-mode");
  CHECK(import(box, {"-o", "sv", "./a.service"}).out == "");
  CHECK(!box.exists("sv/a/kill-mode"));
}

TEST_CASE("imports at the same time do not share a directory that is not complete") {
  Sandbox box;
  box.write("sv/.a.new/run", "of another import\n");
  box.write("a.service", plain);
  CHECK(import(box, {"-o", "sv", "./a.service"}).out == "created a\n");
  CHECK(box.read("sv/.a.new/run") == "of another import\n");
  CHECK(box.list("sv").size() == 2);
}

TEST_CASE("a record names files of its own directory only") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", plain);
  REQUIRE(import(box, {"-o", "sv", "./a.service"}).code == 0);
  box.write("victim", "");
  // The digest of nothing.
  const std::string digest = "cbf29ce484222325";
  std::string record = box.read("sv/a/.stoker-import");
  for (const std::string& path :
       {std::string("../../victim"), std::string("log/../../../victim"), box.path("victim")})
    record += digest + " " + path + "\n";
  box.write("sv/a/.stoker-import", record + digest + " own\n");
  box.write("sv/a/own", "");
  const Result result = import(box, {"-o", "sv", "./a.service"});
  CHECK(result.out == "removed a/own\n");
  CHECK(box.exists("victim"));
}

TEST_CASE("a directory that it has not made is left alone") {
  Sandbox box;
  box.write("sv/a/run", "mine\n");
  box.write("a.service", plain);
  const Result result = import(box, {"-o", "sv", "./a.service"});
  CHECK(result.code == 1);
  CHECK(result.err ==
        "stoker-import: warning: sv/a/ exists, but was not made by stoker-import; "
        "rename or remove it\n");
  CHECK(box.read("sv/a/run") == "mine\n");
}

TEST_CASE("targets mean what the administrator says") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", "[Unit]\nAfter=net.target\n[Service]\nExecStart=/bin/a\n");
  box.write("targets", "net boot\n");
  CHECK(contains(import(box, {"--explain", "--targets=targets", "./a.service"}).out,
                 "After=net.target: harmless: net.target is reached before services start\n"));
  box.write("targets", "net soon\n");
  const Result wrong = import(box, {"--explain", "--targets=targets", "./a.service"});
  CHECK(wrong.code == 111);
  CHECK(wrong.err ==
        "stoker-import: fatal: unable to use targets: line 1: it must be a name and "
        "boot, never, triggers or group\n");
}

TEST_CASE("misuse is an error") {
  Sandbox box;
  for (const Argv& arguments :
       {Argv{}, Argv{"a"}, Argv{"-a"}, Argv{"-a", "--explain", "a"}, Argv{"--what", "a"}}) {
    const Result result = import(box, arguments);
    CHECK(result.code == 100);
    CHECK(contains(result.err, "usage: stoker-import "));
  }
  CHECK(import(box, {"--explain", "--diff", "a"}).code == 100);
}

TEST_CASE("directories that would be made at boot are made by run") {
  Sandbox box;
  box.directory("sv");
  box.write(in(library, "a.service"), plain);
  box.write("root/usr/lib/tmpfiles.d/a.conf",
            "# x\nd /run/a 0750 web web -\nD\t/run/b\nL /run/c - - - - /x\n"
            "d /run/a/sub - 900 901\nd /var/spool/a 0700 web\n");
  const Result result = import(box, {"-o", "sv", "a"});
  CHECK(result.err ==
        "stoker-import: warning: root/usr/lib/tmpfiles.d/a.conf:4: L=/run/c is not "
        "honoured: do what the line says in run\n");
  CHECK(box.read("sv/a/run") ==
        "#!/bin/sh\n# a.conf:4: L=/run/c is not honoured: do what the line says in run\n"
        "exec 2>&1\nchpst -u web:web --runtime-directory a:0750 true\n"
        "chpst -u root:root --runtime-directory b:0755 true\n"
        "chpst -u :900:901 --runtime-directory a/sub:0755 true\n"
        "install -d -m 0700 -o web -g root /var/spool/a\ncd /\nexec /bin/a\n");
}

TEST_CASE("a directory is not made where its user could put a link in its place") {
  Sandbox box;
  box.directory("sv");
  box.write(in(library, "a.service"), plain);
  box.write("root/usr/lib/tmpfiles.d/a.conf",
            "d /srv/a 0755 web web\nd /srv/a/sub 0755 web web\nd /run/../etc\nd /run/x 0999\n");
  CHECK(import(box, {"-o", "sv", "a"}).err ==
        "stoker-import: warning: root/usr/lib/tmpfiles.d/a.conf:2: d=/srv/a/sub is not honoured: "
        "make it in run, and follow no link\n"
        "stoker-import: warning: root/usr/lib/tmpfiles.d/a.conf:3: d=/run/../etc is not honoured: "
        "make it in run, and follow no link\n"
        "stoker-import: warning: root/usr/lib/tmpfiles.d/a.conf:4: d=/run/x is not honoured: "
        "make it in run, and follow no link\n");
  const std::string run = box.read("sv/a/run");
  CHECK(contains(run, "\ninstall -d -m 0755 -o web -g web /srv/a\n"));
  CHECK(!contains(run, "chpst"));
}

TEST_CASE("restrictions of the network are refused for sockets, too") {
  Sandbox box;
  box.directory("sv");
  box.write(in(library, "a.service"), plain);
  box.write(in(library, "a.socket"),
            "[Socket]\nListenStream=80\nIPAddressDeny=any\nRestrictNetworkInterfaces=lo\n"
            "PrivateTmp=yes\n");
  CHECK(import(box, {"-o", "sv", "a.socket"}).err ==
        "stoker-import: warning: root/usr/lib/systemd/system/a.socket:3: IPAddressDeny=any is "
        "refused: use the packet filter\n"
        "stoker-import: warning: root/usr/lib/systemd/system/a.socket:4: "
        "RestrictNetworkInterfaces=lo is refused: use PrivateNetwork\n");
  CHECK(box.run({box.path("sv/a/condition")}).code == 255);
}

TEST_CASE("words of newer versions restrict as much, or are refused") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", std::string(plain) +
                             "PrivateTmp=disconnected\nPrivateUsers=full\n"
                             "ProtectHostname=private:x\nPrivateBPF=no\n");
  CHECK(import(box, {"-o", "sv", "./a.service"}).err == "");
  CHECK(contains(box.read("sv/a/run"), "--private-tmp --private-users --protect-hostname"));
  for (const char* const line : {"ProtectControlGroups=strict", "ProtectControlGroups=private",
                                 "PrivateBPF=yes", "PrivateUsers=managed"}) {
    box.write("b.service", std::string(plain) + line + "\n");
    CHECK(contains(import(box, {"-o", "sv", "./b.service"}).err,
                   std::string(line) + " is refused: "));
    CHECK(box.run({box.path("sv/b/condition")}).code == 255);
  }
}

TEST_CASE("a unit that systemd would not start is not imported") {
  Sandbox box;
  box.directory("sv");
  const std::string why =
      "stoker-import: warning: ./a.service: there is no usable ExecStart; systemd would not start "
      "it, either\n";
  for (const char* const text :
       {"", "[Service]\nType=simple\n", "[Unit]\nDescription=A\n", "[Service]\nExecStart=\n",
        "[Service]\nType=oneshot\nExecStop=/bin/a\n", "[Service]\nRemainAfterExit=yes\n"}) {
    box.write("a.service", text);
    const Result result = import(box, {"-o", "sv", "./a.service"});
    CHECK(result.code == 1);
    CHECK(result.err == why);
  }
  box.write("a.service", "[Service]\nExecStart=/bin/a \"b\n");
  CHECK(import(box, {"-o", "sv", "./a.service"}).err ==
        "stoker-import: warning: ./a.service:2: ExecStart: it has an open quote or an unknown "
        "escape; systemd ignores it, too\n" +
            why);
  box.write("a.service", std::string_view("\x7f"
                                          "ELF\0\1\n\2",
                                          8));
  CHECK(import(box, {"-o", "sv", "./a.service"}).code == 1);
  CHECK(box.list("sv").empty());
  box.write("a.service", "[Service]\nRemainAfterExit=yes\nExecStop=/bin/a\n");
  CHECK(import(box, {"-o", "sv", "./a.service"}).code == 0);
}

TEST_CASE("SYSTEMD_UNIT_PATH names other directories") {
  Sandbox box;
  box.directory("sv");
  box.write("root/own/a.service", "[Service]\nExecStart=/bin/own\n");
  box.write("root/more/c.service", plain);
  box.write(in(library, "a.service"), plain);
  box.write(in(library, "b.service"), plain);
  const auto with = [&](const std::string& list, const char* unit) {
    return box.run(
        {"env", "SYSTEMD_UNIT_PATH=" + list, "stoker-import", "--root=root", "-o", "sv", unit});
  };
  CHECK(with("/own:/more", "a").out == "created a\n");
  CHECK(contains(box.read("sv/a/run"), "exec /bin/own\n"));
  CHECK(with("/own:/more", "c").out == "created c\n");
  CHECK(with("/own:/more", "b").code == 1);
  CHECK(with("/own:", "b").code == 0);
}

TEST_CASE("a directory that was made from another file is named") {
  Sandbox box;
  box.directory("sv");
  box.write("a.service", plain);
  box.write("other/a.service", "[Service]\nExecStart=/bin/other\nRestart=always\n");
  REQUIRE(import(box, {"-o", "sv", "./a.service"}).err == "");
  const Result result = import(box, {"-o", "sv", "other/a.service"});
  CHECK(result.err ==
        "stoker-import: warning: sv/a/ was made from ./a.service, and now from "
        "other/a.service\n");
  CHECK(result.out == "replaced a/run\n");
  CHECK(import(box, {"-o", "sv", "other/a.service"}).err == "");
}
