// SPDX-License-Identifier: ISC
// journalctl over the logs of services.
#include "units.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Services with logs of known times: a line a minute of each, in turn.
struct Logs : UnitTree {
  Logs() {
    for (const std::string name : {"db", "web"}) {
      plain(name);
      directory("sv/" + name + "/log/main");
    }
    write("sv/web/log/main/current",
          "2026-11-22_10:00:00.00000 web one\n2026-11-22_10:02:00.00000 <3>web two\n"
          "2026-11-22_10:04:00.50000 web three\n");
    write("sv/db/log/main/current",
          "2026-11-22_10:01:00.00000 db one\n2026-11-22_10:03:00.00000 db two\n");
  }

  Result journalctl(Argv words) {
    words.insert(words.begin(), init_directory() + "/journalctl");
    words.push_back("--no-hostname");
    return run(words, setup);
  }
  std::string shown(const Argv& words) {
    const Result result = journalctl(words);
    CHECK(result.err.empty());
    return result.out + std::to_string(result.code);
  }
};

}  // namespace

TEST_CASE("journalctl shows all logs as one, in the order of time") {
  Logs box;
  CHECK(box.shown({}) ==
        "Nov 22 10:00:00 web: web one\nNov 22 10:01:00 db: db one\nNov 22 10:02:00 web: web two\n"
        "Nov 22 10:03:00 db: db two\nNov 22 10:04:00 web: web three\n0");
  CHECK(box.shown({"--no-pager", "-x"}) == box.shown({}));
}

TEST_CASE("-u selects units by name, alias and pattern") {
  Logs box;
  CHECK(box.shown({"-u", "db"}) == "Nov 22 10:01:00 db: db one\nNov 22 10:03:00 db: db two\n0");
  CHECK(box.shown({"--unit=db.service"}) == box.shown({"-u", "db"}));
  CHECK(box.shown({"-udb", "-u", "web", "-ocat"}) ==
        "web one\ndb one\nweb two\ndb two\nweb three\n0");
  CHECK(box.shown({"-u", "d*", "-o", "cat"}) == "db one\ndb two\n0");
  CHECK(box.shown({"_SYSTEMD_UNIT=db.service", "-o", "cat"}) == "db one\ndb two\n0");
  CHECK(box.shown({"-t", "db", "-o", "cat"}) == "db one\ndb two\n0");
  box.unit("web.service", "[Service]\nExecStart=/bin/true\n");
  box.link(box.path("units/web.service"), "units/www.service");
  CHECK(box.shown({"-u", "www", "-n1", "-o", "cat"}) == "web three\n0");
}

TEST_CASE("the last lines, the newest first, and those of a time") {
  Logs box;
  CHECK(box.shown({"-n", "2", "-o", "cat"}) == "db two\nweb three\n0");
  CHECK(box.shown({"-n1", "-o", "cat"}) == "web three\n0");
  CHECK(box.shown({"-n", "all", "-u", "db", "-o", "cat"}) == "db one\ndb two\n0");
  CHECK(box.shown({"-r", "-n", "2", "-o", "cat"}) == "web three\ndb two\n0");
  CHECK(box.shown({"-e", "-u", "db", "-o", "cat"}) == "db one\ndb two\n0");
  CHECK(box.shown({"--since", "2026-11-22 10:02:00", "--until", "2026-11-22 10:03:30", "-o",
                   "cat"}) == "web two\ndb two\n0");
  CHECK(box.shown({"-p", "err", "-o", "cat"}) == "web two\n0");
  CHECK(box.shown({"-p", "info..notice", "-n", "2", "-o", "cat"}) == "db two\nweb three\n0");
  CHECK(box.shown({"-g", "o.e", "-o", "cat"}) == "web one\ndb one\n0");
}

TEST_CASE("where nothing is there, journalctl says so and succeeds") {
  Logs box;
  CHECK(box.shown({"-u", "none"}) == "-- No entries --\n0");
  CHECK(box.shown({"-q", "-u", "none"}) == "0");
  CHECK(box.shown({"-g", "nothing like that"}) == "-- No entries --\n0");
  CHECK(box.shown({"-b", "0", "--until", "2026-11-22"}) == "-- No entries --\n0");
  const Result kernel = box.journalctl({"-k"});
  CHECK(kernel.out == "-- No entries --\n");
  CHECK(kernel.err == "journalctl: the kernel's log is not kept here; see dmesg(1)\n");
  CHECK(kernel.code == 0);
}

TEST_CASE("a cursor is where the next call goes on") {
  Logs box;
  const std::string out =
      box.journalctl({"-u", "web", "-n", "2", "--show-cursor", "-o", "cat"}).out;
  const std::string mark = "web two\nweb three\n-- cursor: ";
  REQUIRE(out.starts_with(mark));
  const std::string cursor = out.substr(mark.size(), out.size() - mark.size() - 1);
  CHECK(box.shown({"-u", "web", "--after-cursor", cursor}) == "-- No entries --\n0");
  box.append("sv/web/log/main/current", "2026-11-22_10:05:00.00000 web four\n");
  CHECK(box.shown({"-u", "web", "--after-cursor=" + cursor, "-o", "cat"}) == "web four\n0");
  CHECK(box.shown({"-u", "db", "--cursor-file", box.path("c"), "-o", "cat"}) ==
        "db one\ndb two\n0");
  CHECK(box.shown({"-u", "db", "--cursor-file", box.path("c"), "-q"}) == "0");
}

TEST_CASE("the values of a field are printed, each once") {
  Logs box;
  CHECK(box.shown({"-F", "_SYSTEMD_UNIT"}) == "web.service\ndb.service\n0");
  CHECK(box.shown({"--field=PRIORITY", "-u", "web"}) == "6\n3\n0");
  CHECK(box.shown({"-F", "SYSLOG_IDENTIFIER", "-p", "err"}) == "web\n0");
  CHECK(box.shown({"-F", "_BOOT_ID", "-u", "none"}) == "0");
  CHECK(box.shown({"-F", "CODE_LINE"}) == "0");
  const std::string all = box.shown({"-N"});
  CHECK(contains(all, "\n_SYSTEMD_UNIT\n"));
  CHECK(box.journalctl({"-F", "MESSAGE"}).err ==
        "Failed to list MESSAGE: each line has its own.\n");
}

TEST_CASE("journalctl -f goes on with what is logged") {
  Logs box;
  const Process follower = box.start(
      {init_directory() + "/journalctl", "-f", "-u", "web", "-o", "cat", "-n", "1"}, box.setup);
  box.wait_for([&] { return follower.out() == "web three\n"; }, "no last line");
  box.append("sv/web/log/main/current", "2026-11-22_10:05:00.00000 web four\n");
  box.wait_for([&] { return follower.out() == "web three\nweb four\n"; }, "no new line");
}

TEST_CASE("logs are counted and thinned out, but never what is being written") {
  Logs box;
  const std::string old = "sv/web/log/main/@400000006b0000000000000";
  for (const char* const end : {"0.s", "1.s", "2.s"}) box.write(old + end, "x\n");
  CHECK(box.journalctl({"--disk-usage"}).out.starts_with("Archived and active journals take up "));
  // As in systemd, 0 is no limit.
  for (const char* const limit : {"--vacuum-size=0", "--vacuum-files=0", "--vacuum-time=0"})
    CHECK(box.journalctl({limit, "-u", "web"}).code == 0);
  CHECK(box.exists(old + "0.s"));
  const Result result = box.journalctl({"--vacuum-files=2", "-u", "web"});
  CHECK(result.code == 0);
  CHECK(contains(result.err, "Deleted archived journal " + box.path(old + "0.s") + " ("));
  CHECK_FALSE(box.exists(old + "0.s"));
  CHECK_FALSE(box.exists(old + "1.s"));
  CHECK(box.exists(old + "2.s"));
  CHECK(box.journalctl({"--vacuum-time=1s", "-u", "web"}).code == 0);
  CHECK_FALSE(box.exists(old + "2.s"));
  CHECK(box.exists("sv/web/log/main/current"));
}

TEST_CASE("what has no meaning here is said so") {
  Logs box;
  const auto refusal = [&box](const Argv& words) {
    const Result result = box.journalctl(words);
    CHECK(result.out.empty());
    return result.err + std::to_string(result.code);
  };
  CHECK(refusal({"-M", "x"}) ==
        "journalctl: this option has no meaning here; see stoker-journalctl(8).\n1");
  CHECK(refusal({"FOO=bar"}) ==
        "Failed to add match 'FOO=bar': logs have no such field; known are _SYSTEMD_UNIT, "
        "SYSLOG_IDENTIFIER and PRIORITY.\n1");
  CHECK(refusal({"-b", "-1"}) ==
        "No journal boot entry found for the specified boot (-1): logs do not tell earlier boots "
        "apart; use --since and --until.\n1");
  CHECK(refusal({"-o", "long"}) == "Unknown output format 'long'.\n1");
  CHECK(refusal({"-p", "loud"}) == "Unknown log level loud.\n1");
  CHECK(refusal({"--since", "whenever"}) == "Failed to parse timestamp: whenever\n1");
  CHECK(refusal({"-r", "-f"}) == "Please specify either --reverse or --follow, not both.\n1");
  CHECK(refusal({"-c", "nowhere"}) == "Failed to seek to cursor: nowhere is none.\n1");
  CHECK(refusal({"--vacuum-files=x"}) == "Failed to parse vacuum limit: x\n1");
  CHECK(refusal({"--vacuum-size=1M", "--vacuum-time=x"}) == "Failed to parse vacuum limit: x\n1");
  CHECK(refusal({"-g", "("})
            .starts_with("journalctl: fatal: --grep: not an extended regular expression: (: "));
  CHECK(refusal({"-g", "("}).ends_with("\n1"));
  CHECK(refusal({"-n", "-5"}) == "Failed to parse lines '-5'.\n1");
  CHECK(refusal({"--lines", "-5"}) == "Failed to parse lines '-5'.\n1");
  CHECK(contains(refusal({"--frob"}), "unrecognized option '--frob'"));
  CHECK(box.shown({"--flush"}) == "0");
}

TEST_CASE("systemctl status ends with the last lines of the log") {
  Logs box;
  box.begin();
  box.await(State::ready, "sv/web");
  CHECK(box.systemctl({"status", "-n", "1", "web"}).out.ends_with(" web: web three\n"));
  CHECK_FALSE(contains(box.systemctl({"status", "-n", "0", "web"}).out, "web three"));
}
