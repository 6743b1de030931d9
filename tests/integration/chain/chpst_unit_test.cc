// SPDX-License-Identifier: ISC
// chpst: what unit files ask for beyond limits and users: credentials, dynamic users, keyrings.
#include <sys/syscall.h>

#include <csignal>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// The output of the script in a mount namespace with a new, empty /run and /var/lib.
Result in_new_places(Sandbox& box, const std::string& script) {
  box.script("all",
             "mount -t tmpfs none /run; mount -t tmpfs none /var/lib; chmod 755 /run "
             "/var/lib\n" +
                 script);
  return box.run({"unshare", "-m", "./all"});
}

// Why none of the tests in such places can run.
std::string no_places() {
  if (!can_be_root()) return "needs root";
  if (!can_unshare()) return "needs a mount namespace";
  if (!nobody_can_run()) return "an ordinary user cannot execute the programs under test";
  return {};
}

#define NEEDS_PLACES \
  if (const std::string reason = no_places(); !reason.empty()) SKIP(reason)

// Without the right to mount.
constexpr char unprivileged[] = "setpriv --bounding-set -sys_admin --inh-caps -sys_admin ";

}  // namespace

TEST_CASE("credentials are files that only the user can read, and only this program sees") {
  if (!has_linux_parts()) SKIP("elsewhere they are in an ordinary directory");
  NEEDS_PLACES;
  Sandbox box;
  box.write("secret", std::string_view("a\0b\n", 4));
  const Result result = in_new_places(
      box,
      "chpst -u nobody --load-credential key:$PWD/secret --set-credential word:'x y' "
      "--set-credential key:other --load-credential absent --umask 077 sh -c '"
      "cd $CREDENTIALS_DIRECTORY; pwd; stat -c \"%U %a %n\" . *; od -An -c key; cat word; "
      "(echo >word) 2>/dev/null; chmod 700 . 2>/dev/null; touch new 2>/dev/null; ls' \n"
      "ls -A /run/credentials; stat -c '%U %a' /run/credentials");
  CHECK(result.err == "");
  CHECK(result.out ==
        "/run/credentials\nnobody 500 .\nnobody 400 key\nnobody 400 word\n"
        "   a  \\0   b  \\n\nx ykey\nword\nroot 755\n");
}

TEST_CASE("without the right to mount, credentials are in a directory that is filled again") {
  NEEDS_PLACES;
  Sandbox box;
  const std::string unmounting = has_linux_parts() ? unprivileged : "";
  const Result result = in_new_places(
      box, "mkdir -p /run/web/log; cd /run/web/log\n" + unmounting +
               "chpst -u nobody --set-credential old:1 sh -c 'echo $CREDENTIALS_DIRECTORY'\n" +
               unmounting +
               "chpst -u nobody --set-credential new:2 sh -c 'cd $CREDENTIALS_DIRECTORY; "
               "stat -c \"%U %a %n\" . *'\n"
               "su nobody -s /bin/sh -c 'ls /run/credentials/run:web:log'\n"
               "su daemon -s /bin/sh -c 'ls /run/credentials/run:web:log' 2>/dev/null; exit 0");
  CHECK(result.out == "/run/credentials/run:web:log\nnobody 500 .\nnobody 400 new\nnew\n");
  CHECK(result.err == "");
}

TEST_CASE("a credential is looked up in the parent's, and in the stores") {
  NEEDS_PLACES;
  Sandbox box;
  const Result result = in_new_places(
      box,
      "mkdir /run/credstore; echo stored >/run/credstore/key; echo only >/run/credstore/other\n"
      "chpst --set-credential key:ours chpst --load-credential key --load-credential other "
      "sh -c 'cd $CREDENTIALS_DIRECTORY; cat key; echo; cat other'");
  CHECK(result.out == "ours\nonly\n");
  CHECK(result.err == "");
}

TEST_CASE("credentials that cannot be read or stored are an error") {
  Sandbox box;
  check_refused(box, {"--load-credential", "a:/nosuch"}, 111,
                "unable to read /nosuch: file does not exist");
  check_refused(box, {"--load-credential", "a/b:/x"}, 100,
                "invalid value for --load-credential: a/b:/x");
  check_refused(box, {"--set-credential", "a"}, 100, "invalid value for --set-credential: a");
  box.write("big", std::string(1024 * 1024 + 1, 'x'));
  check_refused(box, {"--load-credential", "a:big"}, 111,
                "unable to use big: credentials are longer than 1 MiB");
}

TEST_CASE("an ordinary user's credentials are below its runtime directory") {
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  box.directory("xdg");
  box.mode("xdg", 0777);
  const Setup setup =
      as_nobody({.directory = "/", .environment = {{"XDG_RUNTIME_DIR", box.path("xdg")}}});
  const Argv program = {"sh", "-c", "echo $CREDENTIALS_DIRECTORY; cat $CREDENTIALS_DIRECTORY/a"};
  CHECK(box.run(chpst({"--set-credential", "a:b"}, program), setup).out ==
        box.path("xdg/credentials/root") + "\nb");
  const Setup without =
      as_nobody({.directory = "/", .environment = {{"XDG_RUNTIME_DIR", "/nosuch"}}});
  CHECK(box.run(chpst({"--set-credential", "a:b"}, program), without).err ==
        "chpst: fatal: unable to create /nosuch/credentials: file does not exist\n");
}

TEST_CASE("a dynamic user has a number of its own, and its directories belong to it") {
  NEEDS_PLACES;
  Sandbox box;
  const Result result = in_new_places(
      box,
      "look() { chpst --dynamic-user $1 --state-directory $1 sh -c '"
      "test $(id -u) = $(id -g) && test $(id -u) -ge 61184 && test $(id -u) -le 65519 && "
      "test $(id -u) = $(stat -c %u $STATE_DIRECTORY) && id -G && touch $STATE_DIRECTORY/file'; }\n"
      "a=$(look web); b=$(look db); c=$(look web)\n"
      "test \"$a\" = \"$c\" && echo same; test \"$a\" != \"$b\" && echo other\n"
      "cat /run/dynamic-users/$a; echo; stat -c '%U %a' /run/dynamic-users /run/dynamic-users/$a");
  CHECK(result.err == "");
  CHECK(result.out == "same\nother\nweb\nroot 755\nroot 600\n");
}

TEST_CASE(
    "a number in use is not given to another name, and files of a former one are handed over") {
  NEEDS_PLACES;
  Sandbox box;
  const Result result = in_new_places(
      box,
      "mkdir /run/dynamic-users; chpst --dynamic-user web id -u >/run/first; first=$(cat "
      "/run/first)\n"
      // Another name has had the number.
      "printf other >/run/dynamic-users/$first\n"
      "mkdir -p /var/lib/web/deep; touch /var/lib/web/deep/theirs /var/lib/web/roots\n"
      "chown -R $first:$first /var/lib/web; chown 0:0 /var/lib/web/roots\n"
      "ln -s /etc/passwd /var/lib/web/link; chown -h $first:$first /var/lib/web/link\n"
      "chpst --dynamic-user web --state-directory web sh -c 'id -u; "
      "cd $STATE_DIRECTORY; stat -c %u . deep deep/theirs link roots' >/run/second\n"
      "second=$(head -1 /run/second); test $second = $((first + 1)) || "
      "test $second = 61184 && echo next\n"
      "sed \"s/$second/new/\" /run/second; stat -c %u /etc/passwd");
  CHECK(result.err == "");
  CHECK(result.out == "next\nnew\nnew\nnew\nnew\nnew\n0\n0\n");
}

TEST_CASE("a dynamic user of the name of an account is that account") {
  NEEDS_PLACES;
  Sandbox box;
  CHECK(in_new_places(box, "chpst --dynamic-user nobody id -un").out == "nobody\n");
  check_refused(box, {"--dynamic-user", "a:b"}, 100, "invalid value for --dynamic-user: a:b");
  check_refused(box, {"--dynamic-user", "a", "-u", "nobody"}, 100,
                "-u and --dynamic-user exclude each other");
}

TEST_CASE("the directory for configuration does not belong to the user") {
  NEEDS_PLACES;
  Sandbox box;
  const Result result =
      in_new_places(box,
                    "mount -t tmpfs none /etc; chmod 755 /etc\n"
                    "chpst -u :65534:65534 --configuration-directory app:0750 "
                    "sh -c 'echo $CONFIGURATION_DIRECTORY; stat -c \"%u %a\" /etc/app'");
  CHECK(result.err == "");
  CHECK(result.out == "/etc/app\n0 750\n");
}

TEST_CASE("--stdin-text is what the program reads, line by line") {
  Sandbox box;
  CHECK(
      box.run(chpst({"--stdin-text", "one", "--stdin-text=", "--stdin-text", "two three"}, {"cat"}))
          .out == "one\n\ntwo three\n");
  box.write("in", "input\n");
  CHECK(box.run(chpst({"--stdin", "file:in"}, {"cat"})).out == "input\n");
  check_refused(box, {"--stdin-text", "a", "--stdin", "in"}, 100,
                "--stdin and --stdin-text exclude each other");
  check_refused(box, {"--stdin-text", std::string(100'000, 'x')}, 111,
                "unable to use the text of --stdin-text: too long");
}

#ifdef SYS_keyctl
TEST_CASE("--keyring-mode gives the program a session keyring of its own") {
  if (!has_linux_parts()) SKIP("only Linux has keyrings");
  Sandbox box;
  const Argv ask = {"perl", "-e",
                    "print syscall(" + std::to_string(SYS_keyctl) + ", 0, -3, 0) . qq(\\n)"};
  const std::string outside = box.run(ask).out;
  if (outside == "" || outside == "-1\n") SKIP("needs perl, and a kernel with keyrings");
  CHECK(box.run(chpst({"--keyring-mode", "inherit"}, ask)).out == box.run(ask).out);
  for (const char* const mode : {"private", "shared"}) {
    const Result result = box.run(chpst({"--keyring-mode", mode}, ask));
    CHECK(result.err == "");
    CHECK(result.out != outside);
  }
  check_refused(box, {"--keyring-mode", "own"}, 100, "invalid value for --keyring-mode: own");
}
#endif
