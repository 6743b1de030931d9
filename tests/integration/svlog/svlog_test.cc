// SPDX-License-Identifier: ISC
// svlog: lines, forms, choices. Old logs, following and finding have files of their own.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "reader.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

constexpr char usage[] =
    "svlog: usage: svlog [-bfru] [-n lines] [-p priority] [-g expression] [-o form] "
    "[--since time] [--until time] [--cursor cursor] [--color] [--no-color] [--terminal] "
    "[--unit name] [--disk-usage] [--vacuum-size size] [--vacuum-time time] [name ...]\n";

// Two logs that were written at the same time.
struct TwoLogs : Sandbox {
  TwoLogs() {
    write("web/current", said(1, "one") + said(3, "three") + said(4, "four"));
    write("database/current", said(2, "two") + said(3, "also three") + said(5, "five"));
  }
};

}  // namespace

TEST_CASE("the lines of a log are shown with their local time") {
  Sandbox box;
  box.write("web/current", said(0, "hello") + said(3661, "again"));
  CHECK(svlog(box, {"./web"}) == "2026-11-22 09:00:00.000 hello\n2026-11-22 10:01:01.000 again\n");
  const Result elsewhere = box.run({"svlog", "./web"}, {.environment = {{"TZ", "XYZ-2"}}});
  CHECK(elsewhere.out == "2026-11-22 11:00:00.000 hello\n2026-11-22 12:01:01.000 again\n");
  const Result utc = box.run({"svlog", "-u", "./web"}, {.environment = {{"TZ", "XYZ-2"}}});
  CHECK(utc.out == "2026-11-22 09:00:00.000 hello\n2026-11-22 10:01:01.000 again\n");
}

TEST_CASE("several logs are merged by time, with a column of names") {
  TwoLogs box;
  CHECK(svlog(box, {"./web", "./database"}) ==
        "2026-11-22 09:00:01.000 ./web      one\n"
        "2026-11-22 09:00:02.000 ./database two\n"
        "2026-11-22 09:00:03.000 ./database also three\n"
        "2026-11-22 09:00:03.000 ./web      three\n"
        "2026-11-22 09:00:04.000 ./web      four\n"
        "2026-11-22 09:00:05.000 ./database five\n");
}

TEST_CASE("the forms are short, full, json and raw") {
  Sandbox box;
  box.write("web/current", said(0, "hel\"lo"));
  CHECK(svlog(box, {"-o", "short", "./web"}) == "2026-11-22 09:00:00.000 hel\"lo\n");
  CHECK(svlog(box, {"-o", "full", "./web"}) ==
        "2026-11-22T09:00:00.000000000+00:00 ./web hel\"lo\n");
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said(0, "hel\"lo"));
  CHECK(svlog(box, {"--output=json", "./web"}) ==
        "{\"time\":\"2026-11-22T09:00:00.000000000+00:00\",\"service\":\"./web\","
        "\"message\":\"hel\\\"lo\",\"cursor\":\"000000000000000000000000.1.33." +
            label_at(0).substr(1) + "../web\"}\n");
}

TEST_CASE("the time stamps of all loggers are understood") {
  Sandbox box;
  box.write("web/current",
            "@400000006b02b25818ba0a6c a\n2026-11-22_09:13:51.97618 b\n"
            "2026-11-22T09:13:52.97618 c\n1795338833.976189 d\n"
            "2026-11-22 09:13:54.976189000  e\n2026-11-22T10:13:55.5+01:00 f\n");
  CHECK(svlog(box, {"./web"}) ==
        "2026-11-22 09:13:50.414 a\n2026-11-22 09:13:51.976 b\n2026-11-22 09:13:52.976 c\n"
        "2026-11-22 09:13:53.976 d\n2026-11-22 09:13:54.976 e\n2026-11-22 09:13:55.500 f\n");
}

TEST_CASE("the loggers' output is read back by time") {
  Sandbox box;
  for (const Argv& logger :
       {Argv{"svlogd", "-t", "logs"}, Argv{"svlogd", "-tt", "logs"}, Argv{"svlogd", "-ttt", "logs"},
        Argv{"svlogd", "logs"}, Argv{"multilog", "t", "./logs"}, Argv{"multilog", "T", "./logs"},
        Argv{"multilog", "t", "s4096", "n50", "./logs"}}) {
    box.remove("logs");
    CHECK(box.run(logger, {.input = numbered(1, 1000)}).code == 0);
    INFO(logger[1]);
    CHECK(messages(svlog(box, {"--since", "-1h", "./logs"})) == numbered(1, 1000));
    CHECK(svlog(box, {"--until", "-1h", "./logs"}).empty());
  }
}

TEST_CASE("a line without a stamp takes the time of the line before it, or of the file") {
  Sandbox box;
  box.write("web/" + label_at(100) + ".s", "no stamps\nat all\n");
  box.write("web/current", said(200, "first") + "  more of it\n" + said(300, "second"));
  CHECK(svlog(box, {"./web"}) ==
        "2026-11-22 09:01:40.000 no stamps\n2026-11-22 09:01:40.000 at all\n"
        "2026-11-22 09:03:20.000 first\n2026-11-22 09:03:20.000   more of it\n"
        "2026-11-22 09:05:00.000 second\n");
}

TEST_CASE("since and until select the lines that are shown, both included") {
  Sandbox box;
  box.write("web/current", said_from_to(0, 9));
  const auto shown = [&](const Argv& arguments) {
    Argv all = arguments;
    all.insert(all.end(), {"-o", "raw", "./web"});
    return svlog(box, all);
  };
  CHECK(shown({"--since", "2026-11-22 09:00:07"}) == said_from_to(7, 9));
  CHECK(shown({"--until", "2026-11-22T09:00:02Z"}) == said_from_to(0, 2));
  CHECK(shown({"--since", label_at(3), "--until", label_at(5)}) == said_from_to(3, 5));
  CHECK(shown({"--since", "2026-11-22"}) == said_from_to(0, 9));
  CHECK(shown({"--since", "2026-11-23"}).empty());
  CHECK(shown({"--until", "2026-11-22"}).empty());
  CHECK(shown({"--since", "@1795338009"}) == said_from_to(9, 9));
}

TEST_CASE("times are local, or in UTC on request") {
  Sandbox box;
  box.write("web/current", said(0, "one") + said(7200, "two"));
  const Setup setup = {.environment = {{"TZ", "XYZ-2"}}};
  const Argv since = {"svlog", "-o", "raw", "--since", "2026-11-22 11:00:01", "./web"};
  CHECK(box.run(since, setup).out == said(7200, "two"));
  Argv utc = since;
  utc.push_back("--utc");
  CHECK(box.run(utc, setup).out.empty());
}

TEST_CASE("the last lines are those of all logs together") {
  TwoLogs box;
  CHECK(messages(svlog(box, {"-n", "2", "./web", "./database"})) ==
        "./web      four\n./database five\n");
  CHECK(messages(svlog(box, {"-n3", "./web"})) == "one\nthree\nfour\n");
  CHECK(messages(svlog(box, {"-n", "100", "./web"})) == "one\nthree\nfour\n");
  CHECK(svlog(box, {"--lines=0", "./web"}).empty());
}

TEST_CASE("an expression matches the message of a line, without the stamp") {
  Sandbox box;
  box.write("web/current", said(1, "GET /a 200") + said(2, "GET /b 404") + said(3, "POST /a 500"));
  const auto shown = [&](const std::string& expression) {
    return messages(svlog(box, {"--grep", expression, "./web"}));
  };
  CHECK(shown("404") == "GET /b 404\n");
  CHECK(shown("^GET") == "GET /a 200\nGET /b 404\n");
  CHECK(shown("(4|5)[0-9]{2}$") == "GET /b 404\nPOST /a 500\n");
  CHECK(shown("GET .* 404|POST") == "GET /b 404\nPOST /a 500\n");
  CHECK(shown("4000000").empty());
  CHECK(shown("") == "GET /a 200\nGET /b 404\nPOST /a 500\n");
  CHECK(messages(svlog(box, {"-g", "GET", "-n1", "./web"})) == "GET /b 404\n");
}

TEST_CASE("selected lines without stamps have the right time") {
  Sandbox box;
  box.write("web/current", said(1, "one") + "wanted\n" + said(3, "three") + said(4, "four") +
                               "x\ny\nwanted\n" + said(5, "five"));
  CHECK(svlog(box, {"-g", "wanted", "./web"}) ==
        "2026-11-22 09:00:01.000 wanted\n2026-11-22 09:00:04.000 wanted\n");
}

TEST_CASE("all bytes of a line are preserved, and JSON is valid") {
  Sandbox box;
  const std::string bytes("a\0b\xff\xc3\xa9\x1b[1m\t\"\\", 13);
  box.write("web/current", said(0, bytes));
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said(0, bytes));
  CHECK(values(svlog(box, {"-ojson", "./web"}), "message")[0] ==
        "a\\u0000b\\ufffd\xc3\xa9\\u001b[1m\\t\\");
  CHECK(messages(svlog(box, {"-g", "b.*1m", "./web"})) == bytes + "\n");
}

TEST_CASE("a line may have any length, and the last one needs no newline") {
  Sandbox box;
  const std::string large(3000000, 'x');
  box.write("web/current", said(0, large) + said(1, "y"));
  CHECK(svlog(box, {"-o", "raw", "./web"}) == said(0, large) + said(1, "y"));
  CHECK(messages(svlog(box, {"-n1", "./web"})) == "y\n");
  CHECK(messages(svlog(box, {"-g", "y", "./web"})) == "y\n");
  box.append("web/current", label_at(2) + " half");
  CHECK(svlog(box, {"-o", "raw", "-n2", "./web"}) == said(1, "y") + said(2, "half"));
  const std::string huge(40000000, 'z');
  box.write("web/current", huge + "\n" + said(1, "y"));
  CHECK(svlog(box, {"-o", "raw", "./web"}) == huge + "\n" + said(1, "y"));
}

TEST_CASE("names are coloured on request, otherwise only on a terminal") {
  TwoLogs box;
  CHECK(contains(svlog(box, {"--color", "./web", "./database"}), "\x1b[36m./database\x1b[0m two"));
  CHECK_FALSE(contains(svlog(box, {"./web", "./database"}), "\x1b"));
  // Its own terminal, whose output the test reads.
  const auto on_terminal = [&box](const Argv& arguments, const std::string& no_color) {
    const Fd master(posix_openpt(O_RDWR | O_NOCTTY));
    REQUIRE(grantpt(master.get()) == 0);
    REQUIRE(unlockpt(master.get()) == 0);
    Setup setup = {.output_file = ptsname(master.get())};
    if (!no_color.empty()) setup.environment["NO_COLOR"] = no_color;
    const Fd held(open(ptsname(master.get()), O_RDWR | O_NOCTTY));
    const Process reader = box.start(arguments, setup);
    CHECK(reader.wait() == 0);
    char text[4096];
    const ssize_t got = read(master.get(), text, sizeof text);
    return std::string(text, got > 0 ? static_cast<size_t>(got) : 0);
  };
  const Argv both = {"svlog", "./web", "./database"};
  CHECK(contains(on_terminal(both, ""), "\x1b[36m./database\x1b[0m two"));
  CHECK_FALSE(contains(on_terminal(both, "1"), "\x1b"));
  CHECK_FALSE(contains(on_terminal({"svlog", "--no-color", "./web", "./database"}, ""), "\x1b"));
  box.write("web/current", said(1, "\x1b[2Jboo"));
  CHECK(contains(on_terminal({"svlog", "-oraw", "./web"}, ""), "?[2Jboo"));
}

TEST_CASE("wrong usage prints the usage and exits 100") {
  Sandbox box;
  for (const Argv& argv : {Argv{"svlog", "-x"}, Argv{"svlog", "-n"}, Argv{"svlog", "--wrong"},
                           Argv{"svlog", "-S", "now"}, Argv{"svlog", "--since"}}) {
    const Result result = box.run(argv);
    CHECK(result.code == 100);
    CHECK(contains(result.err, usage));
  }
}

TEST_CASE("an invalid value is quoted in the message") {
  Sandbox box;
  const auto complaint = [&box](const Argv& arguments) {
    Argv argv = arguments;
    argv.insert(argv.begin(), "svlog");
    const Result result = box.run(argv);
    CHECK(result.code == 100);
    return result.err;
  };
  CHECK(complaint({"-n", "x"}) == "svlog: fatal: -n: not a number of lines: x\n");
  CHECK(complaint({"-rf", "."}) == "svlog: fatal: -r does not go with -f\n");
  CHECK(complaint({"-p", "bad"}) == "svlog: fatal: -p: neither a priority nor a range: bad\n");
  CHECK(complaint({"-o", "x"}) == "svlog: fatal: -o: neither short, full, json nor raw: x\n");
  CHECK(complaint({"--since", "x"}) == "svlog: fatal: --since: not a time: x\n");
  CHECK(complaint({"--until=x"}) == "svlog: fatal: --until: not a time: x\n");
  CHECK(complaint({"--cursor", "x"}) == "svlog: fatal: --cursor: not a cursor: x\n");
  CHECK(contains(complaint({"-g", "(", "."}),
                 "svlog: fatal: --grep: not an extended regular expression: (: "));
  CHECK(complaint({"-n1", "--cursor",
                   label_at(0).substr(1) + ".0.0." + label_at(0).substr(1) + ".web"}) ==
        "svlog: fatal: --cursor goes with none of -b, -n and --since\n");
}

TEST_CASE("options may follow names, except after --") {
  Sandbox box;
  box.write("web/current", said(1, "one") + said(2, "two"));
  CHECK(svlog(box, {"./web", "-n", "1", "-o", "raw"}) == said(2, "two"));
  const Result result = box.run({"svlog", "--", "./web", "-n"});
  CHECK(result.code == 111);
  CHECK(contains(result.err, "the log of -n"));
}

TEST_CASE("when its reader has gone, it exits silently") {
  Sandbox box;
  box.write("web/current", said_from_to(1, 20000));
  const Result result =
      box.run({"sh", "-c", "{ svlog ./web; echo $? >code; } | head -n 1; echo; cat code"}, {});
  CHECK(contains(result.out, "second 1\n\n0\n"));
  CHECK(result.err.empty());
}

TEST_CASE("a write error is reported") {
  if (access("/dev/full", W_OK) != 0) SKIP("needs /dev/full");
  Sandbox box;
  box.write("web/current", said(1, "one"));
  const Result result = box.run({"sh", "-c", "exec svlog ./web >/dev/full"});
  CHECK(result.code == 111);
  CHECK(result.err == "svlog: fatal: unable to write to standard output: out of disk space\n");
}
