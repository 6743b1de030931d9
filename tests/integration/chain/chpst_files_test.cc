// SPDX-License-Identifier: ISC
// chpst: files, directories, the environment, and its command line.
#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>

#include "base/fd.hh"
#include "chain.hh"

using namespace stoker;
using namespace stoker::test;

TEST_CASE("an invalid value for a long option is quoted") {
  Sandbox box;
  const std::pair<std::string, std::string> bad[] = {
      {"--limit", "nofile=2:1"},
      {"--limit", "nofiles=1"},
      {"--nice", "20"},
      {"--nice", "x"},
      {"--io-priority", "8"},
      {"--cpu-affinity", "9999"},
      {"--capability-bounding-set", "~chown ~kill"},
      {"--umask", "888"},
      {"--umask", "1000"},
      {"--oom-score-adjust", "1001"},
      {"--capabilities", "fly"},
      {"--securebits", "x"},
      {"--death-signal", "FOO"},
      {"--set", "novalue"},
      {"--set", "=x"},
      {"--unset", ""},
      {"--keep", ""},
      {"--runtime-directory", "/etc"},
      {"--state-directory", "a/../b"},
      {"--cpu-scheduling-policy", "best"},
  };
  for (const auto& [option, value] : bad)
    check_refused(box, {option, value}, 100, "invalid value for " + option + ": " + value);
  check_refused(box, {"--cpu-scheduling-priority", "5"}, 100,
                "--cpu-scheduling-priority requires --cpu-scheduling-policy fifo or rr");
  check_refused(box, {"--no-new-privileges=maybe"}, 100,
                "invalid value for --no-new-privileges: maybe");
  check_refused(box, {"--try="}, 100, "invalid value for --try: ");
  const Result missing = box.run({"chpst", "--umask"});
  CHECK(missing.code == 100);
  CHECK(missing.err == "chpst: fatal: option requires an argument: --umask\n");
  const Result unknown = box.run({"chpst", "--nosuch", "true"});
  CHECK(unknown.code == 100);
  CHECK(contains(unknown.err, "chpst: illegal option -- --nosuch\nusage: chpst "));
}

TEST_CASE("a directory of --chdir may be missing if a dash precedes it") {
  Sandbox box;
  box.directory("d");
  const Argv look = {"sh", "-c", "basename $(pwd)"};
  const std::string here = box.run(look).out;
  CHECK(box.run(chpst({"--chdir", "-d"}, look)).out == "d\n");
  CHECK(box.run(chpst({"--chdir", "-nosuch"}, look)).out == here);
  box.write("file", "");
  check_refused(box, {"--chdir", "-file"}, 111,
                "unable to change directory: file: not a directory");
  check_refused(box, {"-C", "-d"}, 111, "unable to change directory: -d: file does not exist");
}

TEST_CASE("--umask, --chdir and --stdin, --stdout, --stderr") {
  Sandbox box;
  box.directory("d");
  box.write("in", "input\n");
  const Result result =
      box.run({"chpst", "--umask", "027", "--chdir", "d", "--stdin", "in", "--stdout", "out",
               "--stderr", "stdout", "sh", "-c", "umask; basename $(pwd); cat; echo oops >&2"});
  CHECK(result.out + result.err == "");
  CHECK(box.read("out") == "0027\nd\ninput\noops\n");
}

TEST_CASE("output files are appended to, overwritten or emptied as asked") {
  Sandbox box;
  const auto say = [&](const std::string& to) {
    box.write("out", "12345678\n");
    CHECK(box.run({"chpst", "--stdout", to, "echo", "abc"}).code == 0);
    return box.read("out");
  };
  CHECK(say("out") == "12345678\nabc\n");
  CHECK(say("append:out") == "12345678\nabc\n");
  CHECK(say("file:out") == "abc\n5678\n");
  CHECK(say("truncate:out") == "abc\n");
  CHECK(say("null") == "12345678\n");
  CHECK(box.run({"chpst", "--stdin", "null", "cat"}, {.input = "x"}).out == "");
  check_refused(box, {"--stdin", "nosuch"}, 111, "unable to open nosuch: file does not exist");
  check_refused(box, {"--stdout", "no/such"}, 111, "unable to open no/such: file does not exist");
}

TEST_CASE("the environment is cleared, kept, read from files and set, in this order") {
  Sandbox box;
  box.write("file", "# settings\nB=file\nC='from file'\n");
  box.write("env/D", "directory");
  box.write("env/B", "directory");
  const Setup setup = {.environment = {{"A", "outside"}, {"SECRET", "x"}}};
  const Result result =
      box.run({"chpst", "--clear-environment", "--keep", "A", "-e", "env", "--env-file", "file",
               "--set", "C=set", "--set", "E=a=b", "--unset", "D", "/usr/bin/env"},
              setup);
  CHECK(result.err == "");
  CHECK(result.out == "A=outside\nB=file\nC=set\nE=a=b\n");
  CHECK(box.run({"chpst", "--keep=A", "/usr/bin/env"}, setup).out == "A=outside\n");
  CHECK(box.run({"chpst", "--clear-environment", "env"}, setup).out == "");
}

TEST_CASE("--expand replaces variables in arguments when the environment is complete") {
  Sandbox box;
  box.write("file", "OPTIONS='--name \"a b\"'\nHOST=here\n");
  box.directory("xdg");
  const Setup setup = {.environment = {{"HOST", "outside"}}};
  const auto words = [&](Argv options, const Argv& arguments) {
    options.insert(options.end(), {"--env-file", "file"});
    Argv program = {"printf", "<%s>"};
    program.insert(program.end(), arguments.begin(), arguments.end());
    const Result result = box.run(chpst(options, program), setup);
    CHECK(result.err == "");
    return result.out;
  };
  const Argv arguments = {"$OPTIONS", "${OPTIONS}", "$UNSET_VARIABLE", "-h${HOST}", "$$HOST"};
  CHECK(words({"--expand"}, arguments) == "<--name><a b><--name \"a b\"><-hhere><$HOST>");
  CHECK(words({"--expand=no"}, arguments) ==
        "<$OPTIONS><${OPTIONS}><$UNSET_VARIABLE><-h${HOST}><$$HOST>");
  // The program itself is never expanded.
  CHECK(box.run({"chpst", "--expand", "--set", "P=echo", "${P}", "x"}).err ==
        "chpst: fatal: unable to run: ${P}: file does not exist\n");
  const std::string big(30000, 'x');
  check_refused(box,
                {"--expand", "--set", "BIG=" + big, "printf",
                 "${BIG}" +
                     [] {
                       std::string all;
                       for (int i = 0; i < 80; ++i) all += "${BIG}";
                       return all;
                     }()},
                111, "unable to expand the arguments: too long");
}

TEST_CASE("--env-file reports invalid lines") {
  Sandbox box;
  box.write("file", "export A=1\nB=2\n");
  const Result result = box.run({"chpst", "--env-file", "file", "sh", "-c", "echo $A,$B"});
  CHECK(result.out == ",2\n");
  CHECK(result.err == "chpst: warning: file: line 1 is not NAME=VALUE, ignored\n");
  check_refused(box, {"--env-file", "nosuch"}, 111, "unable to read nosuch: file does not exist");
  CHECK(box.run({"chpst", "--env-file", "-nosuch", "echo", "ran"}).out == "ran\n");
  box.write("nul", std::string_view("A=1\0", 4));
  check_refused(box, {"--env-file", "nul"}, 111, "unable to use nul: it contains a NUL byte");
  box.write("big", std::string(1'100'000, '\n'));
  check_refused(box, {"--env-file", "big"}, 111, "unable to use big: file too big");
  box.directory("dir");
  check_refused(box, {"--env-file", "dir"}, 111, "unable to read dir: is a directory");
}

TEST_CASE("directories for the program are created for an ordinary user, and named in variables") {
  if (!nobody_can_run()) SKIP("an ordinary user cannot execute the programs under test");
  Sandbox box;
  box.directory("xdg");
  box.mode("xdg", 0777);
  const Setup setup = as_nobody({.environment = {{"XDG_RUNTIME_DIR", box.path("xdg")},
                                                 {"XDG_STATE_HOME", "/nosuch"},
                                                 {"RUNTIME_DIRECTORY", "outside"}}});
  // Only what is below the sandbox itself can be reached by its relative name.
  const Result result =
      box.run({"chpst", "--runtime-directory", "app/one:0700", "--runtime-directory", "two", "sh",
               "-c", "echo $RUNTIME_DIRECTORY"},
              setup);
  if (result.code == 111 && contains(result.err, "access denied"))
    SKIP("an ordinary user cannot reach the sandbox");
  CHECK(result.out == box.path("xdg/app/one") + ":" + box.path("xdg/two") + "\n");
  struct stat made {};
  REQUIRE(stat(box.path("xdg/app/one").c_str(), &made) == 0);
  CHECK((made.st_mode & 07777) == 0700);
}

TEST_CASE("directories for the program belong to its user") {
  if (!can_be_root()) SKIP("needs root");
  if (!can_unshare()) SKIP("needs a mount namespace");
  Sandbox box;
  box.script("look",
             "mount -t tmpfs none /run; umask 077; mkdir /run/old; ln -s /etc /run/link\n"
             "chpst -u nobody --runtime-directory app/sub:0710 --runtime-directory old "
             "sh -c 'echo $RUNTIME_DIRECTORY; id -un; stat -c \"%n %U %a\" /run/app /run/app/sub "
             "/run/old'\n"
             "chpst -u nobody --runtime-directory link true; echo $?; stat -c %U /etc");
  const Result result = box.run({"unshare", "-m", "./look"});
  CHECK(result.out ==
        "/run/app/sub:/run/old\nnobody\n/run/app root 755\n/run/app/sub nobody 710\n"
        "/run/old nobody 755\n111\nroot\n");
  CHECK(result.err == "chpst: fatal: unable to create /run/link: not a directory\n");
}

TEST_CASE("--death-signal is sent when the parent exits") {
  if (!has_linux_parts()) SKIP("only Linux has this");
  Sandbox box;
  box.script("child", "exec $SERVE up USR1=told!0");
  box.script("parent", "chpst --death-signal USR1 ./child & wait");
  const Process parent = box.start({"./parent"});
  REQUIRE(box.event() == "up");
  parent.signal(SIGKILL);
  CHECK(box.event() == "told");
}

TEST_CASE("--tty makes a terminal the controlling one, and --tty-reset resets it") {
  Sandbox box;
  const Fd master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE((master && grantpt(master.get()) == 0 && unlockpt(master.get()) == 0));
  const std::string path = ptsname(master.get());
  // Open, so that nothing of it is lost.
  const Fd terminal(open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  const auto shown = [&](const Argv& options, const std::string& script) {
    Argv words = {"chpst", "--tty", path};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"sh", "-c", script + "; printf THE-END"});
    CHECK(box.run(words).code == 0);
    std::string all;
    char bytes[4096];
    while (!contains(all, "THE-END")) {
      const ssize_t size = read(master.get(), bytes, sizeof bytes);
      REQUIRE(size > 0);
      all.append(bytes, static_cast<size_t>(size));
    }
    return all;
  };
  CHECK(shown({}, "tty; echo ok >/dev/tty") == path + "\r\nok\r\nTHE-END");
  CHECK(contains(shown({}, "stty raw -echo intr x; stty -a"), "-echo "));
  const std::string modes = shown({"--tty-reset"}, "stty -a");
  for (const char* const mode : {" echo ", " icanon ", "intr = ^C", "opost "})
    CHECK(contains(modes, mode));
  CHECK_FALSE(contains(modes, "-echo "));
  check_refused(box, {"--tty-reset"}, 100, "--tty-reset requires --tty");
  check_refused(box, {"--tty", "/dev/null"}, 111,
                "unable to make /dev/null the controlling terminal: not a tty");
}
