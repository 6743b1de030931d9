// SPDX-License-Identifier: ISC
#include <sys/stat.h>
#include <sys/time.h>

#include <csignal>
#include <ctime>

#include "sandbox.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

void check_refused(Sandbox& box, const Argv& argv, const std::string& message) {
  const Result result = box.run(argv);
  CAPTURE(argv);
  CHECK(result.code == 100);
  CHECK(result.out == "");
  CHECK(contains(result.err, "timer: " + message + "\n"));
}

void set_age(Sandbox& box, const std::string& name, time_t seconds) {
  const timeval then[] = {{time(nullptr) - seconds, 0}, {time(nullptr) - seconds, 0}};
  REQUIRE(utimes(box.path(name).c_str(), then) == 0);
}

time_t age(Sandbox& box, const std::string& name) {
  struct stat info {};
  REQUIRE(stat(box.path(name).c_str(), &info) == 0);
  return time(nullptr) - info.st_mtime;
}

}  // namespace

TEST_CASE("timer runs its program when it is due") {
  Sandbox box;
  const Result result = box.run({"timer", "--interval", "20ms", "sh", "-c", "echo $0 ran; exit 3"});
  CHECK(result.out == "sh ran\n");
  CHECK(result.code == 3);
}

TEST_CASE("timer follows the wall clock") {
  Sandbox box;
  const time_t before = time(nullptr);
  const Result result = box.run({"timer", "--calendar", "*:*:*", "date", "+%s"});
  CHECK(result.code == 0);
  CHECK(std::stoll(result.out) > before);
}

TEST_CASE("ALRM runs the job at once, and no other signal does") {
  Sandbox box;
  box.script("job", "echo ran >$EVENTS");
  const Process timer = box.start({"timer", "-v", "--calendar", "2199-1-1", "./job"});
  box.wait_for([&] { return contains(timer.err(), "the next run is 2199-01-01 00:00:00"); },
               "timer does not say when");
  timer.signal(SIGALRM);
  CHECK(box.event() == "ran");
  CHECK(timer.wait() == 0);

  const Process other = box.start({"timer", "-v", "--interval", "1h", "./job"});
  box.wait_for([&] { return !other.err().empty(); }, "timer does not say when");
  other.signal(SIGTERM);
  CHECK(other.wait() == 128 + SIGTERM);
}

TEST_CASE("timer starts its program with default signals and without its own descriptors") {
  Sandbox box;
  box.script("job", "echo up >$EVENTS; read order <$ORDERS");
  const Process timer =
      box.start({"timer", "--calendar", "2199-1-1", "--interval", "10ms", "./job"});
  REQUIRE(box.event() == "up");
  CHECK(proc_status(timer.pid(), "SigBlk") == "0000000000000000");
  for (const auto& [fd, where] : descriptors(timer.pid())) CHECK_FALSE(contains(where, "timerfd"));
  box.order();
  CHECK(timer.wait() == 0);
}

TEST_CASE("timer sleeps without waking up") {
  Sandbox box;
  const Process timer = box.start({"timer", "-v", "--calendar", "2199-1-1", "true"});
  box.wait_for([&] { return !timer.err().empty(); }, "timer does not say when");
  box.wait_for(
      [&] {
        return contains(box.run({"cat", "/proc/" + std::to_string(timer.pid()) + "/stat"}).out,
                        ") S ");
      },
      "timer does not sleep");
  const std::string before = proc_status(timer.pid(), "voluntary_ctxt_switches");
  CHECK(box.run({"timer", "--interval", "300ms", "true"}).code == 0);
  CHECK(proc_status(timer.pid(), "voluntary_ctxt_switches") == before);
}

TEST_CASE("a stamp records the last run, and a missed run is made up for") {
  Sandbox box;
  box.write("stamp", "");
  set_age(box, "stamp", 3 * 86400);
  const Argv daily = {"timer", "--calendar", "daily", "--stamp", "stamp", "echo", "ran"};
  CHECK(box.run(daily).out == "ran\n");
  CHECK(age(box, "stamp") < 60);
  // Now it ran, so it waits.
  const Process timer =
      box.start({"timer", "-v", "--calendar", "daily", "--stamp", "stamp", "true"});
  box.wait_for([&] { return contains(timer.err(), "timer: the next run is "); },
               "timer does not wait");
  CHECK_FALSE(timer.ended());
}

TEST_CASE("a missing stamp is created at once, without running the job") {
  Sandbox box;
  const Process timer = box.start({"timer", "--calendar", "daily", "--stamp", "stamp", "true"});
  box.wait_for([&] { return box.exists("stamp"); }, "no stamp is made");
  CHECK_FALSE(timer.ended());
}

TEST_CASE("a time after boot runs a job once, by its stamp") {
  Sandbox box;
  const Argv call = {"timer", "--boot", "1ms", "--stamp", "stamp", "echo", "ran"};
  CHECK(box.run(call).out == "ran\n");
  CHECK(age(box, "stamp") < 60);
  const Process again = box.start({"timer", "-v", "--boot", "1ms", "--stamp", "stamp", "true"});
  box.wait_for([&] { return contains(again.err(), "the next run is never"); }, "timer runs again");
  CHECK_FALSE(again.ended());
  check_refused(box, {"timer", "--boot", "1ms", "true"}, "fatal: --boot requires --stamp");
}

TEST_CASE("a stamp that cannot be written is reported before the job runs") {
  Sandbox box;
  const Result result =
      box.run({"timer", "--interval", "1ms", "--stamp", "no/stamp", "echo", "ran"});
  CHECK(result.code == 111);
  CHECK(result.out == "");
  CHECK(result.err == "timer: fatal: unable to write no/stamp: file does not exist\n");
}

TEST_CASE("a random delay is below its limit") {
  Sandbox box;
  CHECK(box.run({"timer", "--interval", "1ms", "--random-delay", "20ms", "echo", "ran"}).out ==
        "ran\n");
}

TEST_CASE("timer --next prints times without running anything") {
  Sandbox box;
  const Result result =
      box.run({"timer", "--next", "3", "--calendar", "2190-*-1 12:00", "--cron=30 6 2 1 *"},
              {.environment = {{"TZ", "CET-1CEST,M3.5.0,M10.5.0/3"}}});
  CHECK(result.code == 0);
  CHECK(contains(result.out, "-01-02 06:30:00 CET\n"));
  const Result summer = box.run({"timer", "--next", "9", "--calendar", "2190-6-1..2 12:00"},
                                {.environment = {{"TZ", "CET-1CEST,M3.5.0,M10.5.0/3"}}});
  CHECK(summer.out == "2190-06-01 12:00:00 CEST\n2190-06-02 12:00:00 CEST\n");
}

TEST_CASE("a calendar that never comes is an error at once") {
  Sandbox box;
  for (const std::string word : {"*-02-30", "Mon 2026-11-22"})
    check_refused(box, {"timer", "--calendar", word, "--interval", "1s", "true"},
                  "fatal: " + word + " never comes");
  check_refused(box, {"timer", "--cron", "0 0 31 2 *", "true"}, "fatal: 0 0 31 2 * never comes");
  const std::string past = "fatal: all times of the calendar are past";
  check_refused(box, {"timer", "--calendar", "2020-1-1", "true"}, past);
  check_refused(box, {"timer", "--calendar", "2020-1-1", "--stamp", "stamp", "true"}, past);
  check_refused(box, {"timer", "--calendar", "2020-1-1", "--next", "2"}, past);
  check_refused(box, {"timer", "--interval", "1h", "--next", "2"},
                "fatal: --next requires --calendar or --cron");
  CHECK_FALSE(box.exists("stamp"));
  CHECK(box.run({"timer", "--calendar", "2020-1-1", "--interval", "1ms", "echo", "ran"}).out ==
        "ran\n");
}

TEST_CASE("a job with a single time that its stamp shows to be done just waits") {
  Sandbox box;
  box.write("stamp", "");
  const Process timer =
      box.start({"timer", "-v", "--calendar", "2020-1-1", "--stamp", "stamp", "true"});
  box.wait_for([&] { return contains(timer.err(), "timer: the next run is never\n"); }, "no wait");
  CHECK_FALSE(timer.ended());
}

TEST_CASE("times that the clock leaves out are caught up, each of them") {
  Sandbox box;
  const auto next = [&](const Argv& options) {
    Argv words = {"timer", "--next", "9"};
    words.insert(words.end(), options.begin(), options.end());
    return box.run(words, {.environment = {{"TZ", "CET-1CEST,M3.5.0,M10.5.0/3"}}}).out;
  };
  CHECK(next({"--calendar", "2190-03-28 02:0/15"}) ==
        "2190-03-28 03:00:00 CEST\n2190-03-28 03:15:00 CEST\n"
        "2190-03-28 03:30:00 CEST\n2190-03-28 03:45:00 CEST\n");
  CHECK(next({"--calendar", "2190-03-28 02:15", "--calendar", "2190-03-28 02:45"}) ==
        "2190-03-28 03:15:00 CEST\n2190-03-28 03:45:00 CEST\n");
}

TEST_CASE("invalid options of timer are reported") {
  Sandbox box;
  check_refused(box, {"timer", "--calendar", "25:00", "true"},
                "fatal: invalid value for --calendar: 25:00");
  check_refused(box, {"timer", "--cron", "* * * *", "true"},
                "fatal: invalid value for --cron: * * * *");
  check_refused(box, {"timer", "--interval", "0", "true"},
                "fatal: invalid value for --interval: 0");
  check_refused(box, {"timer", "--interval", "soon", "true"},
                "fatal: invalid value for --interval: soon");
  check_refused(box, {"timer", "--random-delay", "x", "true"},
                "fatal: invalid value for --random-delay: x");
  check_refused(box, {"timer", "--next", "0", "--calendar", "daily"},
                "fatal: invalid value for --next: 0");
  const std::string usage =
      "usage: timer [-v] [--calendar=when] [--cron=fields] [--interval=time] [--boot=time] "
      "[--random-delay=time] [--stamp=file] [--next=n] [prog]";
  check_refused(box, {"timer"}, usage);
  check_refused(box, {"timer", "true"}, usage);
  check_refused(box, {"timer", "--calendar", "daily"}, usage);
  check_refused(box, {"timer", "--nosuch", "x", "true"}, usage);
  check_refused(box, {"timer", "--calendar"}, usage);
  const Result missing = box.run({"timer", "--interval", "1ms", "/nosuch"});
  CHECK(missing.code == 111);
  CHECK(missing.err == "timer: fatal: unable to run /nosuch: file does not exist\n");
}
