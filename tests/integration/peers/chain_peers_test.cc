// SPDX-License-Identifier: ISC
// The chain loaders against the genuine ones of runit and daemontools, call by call:
// the same arguments give the same exit code and the same two outputs. What differs
// on purpose is listed in stoker-compat(7) and is tested with each program.
#include <sys/stat.h>

#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// The files that the calls below are about.
void furnish(Sandbox& box) {
  box.write("env/A", "one");
  box.write("env/B", "two  \t\nmore");
  box.write("env/C", "");
  box.write("env/D", "\n");
  box.write("env/E", std::string_view("x\0y\nz", 5));
  box.write("env/.hidden", "no");
  box.write("nested/A", "one");
  box.directory("nested/sub");
  box.write("newpath/PATH", "/nowhere");
  box.script("plain", "#\necho no interpreter named\n");
  box.write("file", "text");
}

// Our usage has two options more than Debian's runit.
std::string without_newer_options(std::string text) {
  for (const std::string option : {" [-C pwd]", " [-r n]", " [--option[=value] ...]"}) {
    const size_t at = text.find(option);
    if (at != std::string::npos) text.erase(at, option.size());
  }
  return text;
}

void compare(Sandbox& box, const Argv& call, const std::string& ours, const std::string& theirs,
             bool as_root) {
  const Setup setup = {.environment = {{"A", "0"}, {"C", "1"}}, .input = "x"};
  Argv argv = call;
  argv[0] = theirs;
  const Result expected = box.run(argv, as_root ? setup : as_nobody(setup));
  argv[0] = ours;
  const Result result = box.run(argv, as_root ? setup : as_nobody(setup));
  std::string words;
  for (const std::string& word : call) words += "'" + word + "' ";
  CAPTURE(words, as_root);
  CHECK(result.code == expected.code);
  CHECK(result.out == expected.out);
  CHECK(without_newer_options(result.err) == expected.err);
}

const std::string env = "/usr/bin/env";
// Shows the environment in an order of its own.
const Argv show = {"sh", "-c", "echo \"$A,$B,$C,${C-unset},$D,${D-unset},$E,$UID,$GID\""};
const std::string limits = "/proc/self/limits";

Argv operator+(Argv words, const Argv& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const std::vector<Argv> chpst_calls = {
    {"chpst"},
    {"chpst", "-z", "true"},
    {"chpst", "-vz", "true"},
    {"chpst", "-u"},
    {"chpst", "-u", "nobody"},
    {"chpst", "-u", "nosuch", "true"},
    {"chpst", "-u", "1234", "true"},
    {"chpst", "-u", ":1234", "true"},
    {"chpst", "-u", ":1234:55", "id"},
    {"chpst", "-u", ":1234:55:66:77", "id"},
    {"chpst", "-u", ":1234:55:x", "id"},
    {"chpst", "-u", ":x:55", "id"},
    {"chpst", "-u", ":-1:55", "id"},
    {"chpst", "-u", "nobody", "id"},
    {"chpst", "-u", "nobody:", "id"},
    {"chpst", "-u", "nobody:daemon:sys", "id"},
    {"chpst", "-u", "nobody:daemon:nosuch", "id"},
    {"chpst", "-u", "", "id"},
    {"chpst", "-u", ":", "id"},
    Argv{"chpst", "-U", "nobody"} + show,
    Argv{"chpst", "-U", "nobody:daemon:sys"} + show,
    Argv{"chpst", "-U", ":12:34:56"} + show,
    {"chpst", "-U", "nosuch", "true"},
    {"chpst", "-U", ":12", "true"},
    {"chpst", "-U", "daemon", "-u", "nobody", "sh", "-c", "id; echo $UID $GID"},
    {"chpst", "-b", "hello", "sh", "-c", "tr '\\0' ' ' </proc/$$/cmdline"},
    Argv{"chpst", "-e", "env"} + show,
    Argv{"chpst", "-e", "nosuch", "-e", "env"} + show,
    {"chpst", "-e", "nested", "true"},
    {"chpst", "-v", "-e", "nested", "true"},
    {"chpst", "-e", "nosuch", "true"},
    {"chpst", "-e", "file", "true"},
    {"chpst", "-e", "newpath", "/bin/sh", "-c", "echo $PATH"},
    {"chpst", "-e", "newpath", "true"},
    {"chpst", "-/", "/nosuch", "true"},
    {"chpst", "-/", "/", "pwd"},
    {"chpst", "-n", "x", "true"},
    {"chpst", "-n", "3", "nice"},
    {"chpst", "-n", "+3", "nice"},
    {"chpst", "-n", "-3", "nice"},
    {"chpst", "-n3", "nice"},
    {"chpst", "-n", "3x", "nice"},
    {"chpst", "-n", "", "nice"},
    {"chpst", "-n", "100", "nice"},
    {"chpst", "-l", "/nosuch/x", "true"},
    {"chpst", "-L", "/nosuch/x", "true"},
    {"chpst", "-l", "l1", "-L", "l1", "true"},
    {"chpst", "-L", "l2", "chpst", "-L", "l2", "true"},
    {"chpst", "-m", "x", "true"},
    {"chpst", "-m", "=", "true"},
    {"chpst", "-m", "-1", "true"},
    {"chpst", "-o", "1k", "true"},
    {"chpst", "-o", "100", "sh", "-c", "ulimit -n; ulimit -Hn"},
    {"chpst", "-o100", "sh", "-c", "ulimit -n"},
    {"chpst", "-o", "99999999999", "sh", "-c", "ulimit -n"},
    {"chpst", "-c", "7", "-f", "100000", "-p", "500", "-t", "5", "cat", limits},
    {"chpst", "-m", "100000000", "cat", limits},
    {"chpst", "-m", "100000000", "-d", "90000000", "cat", limits},
    {"chpst", "-d", "90000000", "-m", "100000000", "cat", limits},
    {"chpst", "-0", "cat"},
    {"chpst", "-1", "sh", "-c", "test -e /proc/$$/fd/1"},
    {"chpst", "-012", "true"},
    {"chpst", "-P", "sh", "-c", "test $$ = $(cut -d ' ' -f 6 /proc/$$/stat) && echo leads"},
    {"chpst", "-l", "l3", "sh", "-c", "ls -l /proc/$$/fd 2>/dev/null | grep -c l3"},
    {"chpst", "-u", "nobody", "-l", "/root/l4", "true"},
    {"chpst", "-u", "nobody", "-L", "/root/l4", "true"},
    {"chpst", "-l", "", "true"},
    {"chpst", "-L"},
    {"chpst", "-e"},
    {"chpst", "-e", "", "true"},
    {"chpst", "-e", "env", "-u", "nobody", "sh", "-c", "echo $A; id -u"},
    {"chpst", "-n", "5", "-n", "3", "nice"},
    {"chpst", "-u", ":0:0", "id"},
    {"chpst", "-U", "nobody:", "sh", "-c", "echo $UID $GID"},
    {"chpst", "-012P", "true"},
    {"chpst", "-/", "file", "true"},
    {"chpst", "-/", "", "true"},
    {"chpst", "-t", "9", "-c", "5", "-c", "0", "sh", "-c", "ulimit -t; ulimit -Ht; ulimit -c"},
    {"chpst", "-d", "0", "-o", "0", "/nosuch"},
    {"chpst", "-b", "a b", "sh", "-c", "tr '\\0' ' ' </proc/$$/cmdline"},
    {"chpst", "-P012", "-u", "nosuch", "true"},
    {"chpst", "nosuchprog"},
    {"chpst", "/etc/passwd"},
    {"chpst", "/tmp"},
    {"chpst", ""},
    {"chpst", "./plain"},
    {"chpst", "--", "true"},
    {"chpst", "-", "true"},
};

// Of daemontools, and of chpst called so.
const std::vector<Argv> tool_calls = {
    {"setuidgid"},
    {"setuidgid", "nobody"},
    {"setuidgid", "nosuch", "true"},
    {"setuidgid", "nobody", "id"},
    {"setuidgid", "nobody", "/nosuch"},
    {"setuidgid", "-x", "nobody", "id"},
    {"setuidgid", "1234", "id"},
    {"setuidgid", "nobody:daemon", "id"},
    {"setuidgid", ":12:34", "id"},
    {"envuidgid"},
    {"envuidgid", "nobody"},
    Argv{"envuidgid", "nobody"} + show,
    {"envuidgid", "nosuch", "true"},
    {"envuidgid", "nobody", "/nosuch"},
    {"envdir"},
    {"envdir", "env"},
    {"envdir", "nosuch", "true"},
    {"envdir", "nested", "true"},
    {"envdir", "env", "/nosuch"},
    {"envdir", "newpath", "true"},
    Argv{"envdir", "env"} + show,
    {"pgrphack"},
    {"pgrphack", "sh", "-c", "test $$ = $(cut -d ' ' -f 6 /proc/$$/stat) && echo leads"},
    {"pgrphack", "/nosuch"},
    {"pgrphack", "-x", "true"},
    {"setlock"},
    {"setlock", "l"},
    {"setlock", "l", "true"},
    {"setlock", "/nosuch/l", "true"},
    {"setlock", "-x", "/nosuch/l", "true"},
    {"setlock", "-xX", "/nosuch/l", "true"},
    {"setlock", "-q", "l", "true"},
    {"setlock", "l", "/nosuch"},
    {"softlimit"},
    {"softlimit", "-o"},
    {"softlimit", "-z", "true"},
    {"softlimit", "-o", "100", "sh", "-c", "ulimit -n; ulimit -Hn"},
    {"softlimit", "-o", "=", "sh", "-c", "ulimit -n; ulimit -Hn"},
    {"softlimit", "-o", "99999999999", "sh", "-c", "ulimit -n; ulimit -Hn"},
    {"softlimit", "-a", "1000000000", "-c", "0", "-d", "900000000", "-f", "1000000", "cat", limits},
    {"softlimit", "-l", "1000", "-o", "50", "-p", "600", "-r", "77", "-s", "8000000", "cat",
     limits},
    {"softlimit", "-m", "100000000", "cat", limits},
    {"softlimit", "-m", "900000000", "-a", "2000000000", "cat", limits},
    {"softlimit", "/nosuch"},
    {"softlimit", "-o", "", "true"},
    {"softlimit", "-t", "7", "-t", "8", "sh", "-c", "ulimit -t; ulimit -Ht"},
    {"setlock", "-n", "l7", "sh", "-c", "ls -l /proc/$$/fd 2>/dev/null | grep -c l7"},
    {"setlock", "-N", "l7", "true"},
    {"setuidgid", "", "true"},
    {"envuidgid", "", "true"},
    {"envdir", "", "true"},
    {"envdir", "file", "true"},
    {"envdir", "-x", "true"},
};

// Only of daemontools. Called so, chpst shows the usage of another program for a bad
// number, and keeps silent about a program that cannot be run after -x.
const std::vector<Argv> daemontools_calls = {
    {"softlimit", "-o", "x", "true"},
    {"softlimit", "-o", "5x", "true"},
    {"softlimit", "-o", "-1", "true"},
    {"fghack"},
    {"fghack", "sh", "-c", "exit 3"},
    {"fghack", "sh", "-c", "kill -9 $$"},
    {"fghack", "/nosuch"},
    {"readproctitle"},
    {"readproctitle", "xxxx"},
    {"readproctitle", "x", "xxxxx"},
    {"setlock", "-x", "l", "/nosuch"},
    {"setlock", "-n", "l", "setlock", "-n", "l", "true"},
    {"setlock", "-nx", "l", "setlock", "-nx", "l", "true"},
};

void compare_all(const std::vector<Argv>& calls) {
  Sandbox box;
  furnish(box);
  for (const Argv& call : calls)
    compare(box, call, program_directory() + "/" + call[0], genuine(call[0]), true);
}

}  // namespace

TEST_CASE("chpst behaves as runit's, call by call") {
  if (genuine("chpst").empty()) SKIP("runit is not installed");
  compare_all(chpst_calls);
}

TEST_CASE("the small tools behave as daemontools', call by call") {
  if (genuine("setuidgid").empty()) SKIP("daemontools is not installed");
  compare_all(tool_calls);
  compare_all(daemontools_calls);
}

TEST_CASE("chpst under the name of a daemontools program behaves as runit's") {
  if (genuine("chpst").empty()) SKIP("runit is not installed");
  Sandbox box;
  furnish(box);
  for (const Argv& call : tool_calls)
    for (const std::string before : {"", "d"}) {
      const std::string ours = "ours/" + before + call[0], theirs = "theirs/" + before + call[0];
      if (!box.exists(ours)) box.link(program_directory() + "/chpst", ours);
      if (!box.exists(theirs)) box.link(genuine("chpst"), theirs);
      compare(box, call, box.path(ours), box.path(theirs), true);
    }
}

TEST_CASE("an ordinary user is refused with the same messages") {
  if (genuine("chpst").empty() || genuine("setuidgid").empty())
    SKIP("runit and daemontools are not installed");
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  furnish(box);
  box.mode("env/A", 0);
  box.write("locked", "");
  box.mode("locked", 0400);
  const std::vector<Argv> calls = {
      {"chpst", "-u", "daemon", "id"},   {"chpst", "-u", "nobody", "id"},
      {"chpst", "-u", ":12:34", "id"},   {"chpst", "-n", "-5", "true"},
      {"chpst", "-e", "env", "true"},    {"chpst", "-/", "/", "true"},
      {"chpst", "-l", "locked", "true"}, {"chpst", "-o", "50", "sh", "-c", "ulimit -n"},
      {"setuidgid", "daemon", "id"},     {"setuidgid", "nobody", "id"},
      {"envdir", "env", "true"},         {"envuidgid", "daemon", "true"},
      {"setlock", "locked", "true"},
  };
  for (const Argv& call : calls)
    compare(box, call, program_directory() + "/" + call[0], genuine(call[0]), false);
}
