// SPDX-License-Identifier: ISC
// Lines that could get lost between a service and its log, or mixed up in it.
#include <csignal>
#include <fstream>

#include "logs.hh"

using namespace stoker;
using namespace stoker::test;

namespace {

// Something to be loaded into a program first, which moves its wall clock by as many
// seconds as in the file $CLOCK.
constexpr char clock_source[] = R"(
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t which, struct timespec* time) {
  int result = syscall(SYS_clock_gettime, which, time);
  if (which != CLOCK_REALTIME || result != 0) return result;
  FILE* file = fopen(getenv("CLOCK"), "r");
  long long offset = 0;
  if (file) { if (fscanf(file, "%lld", &offset) != 1) offset = 0; fclose(file); }
  time->tv_sec += offset;
  return 0;
}
)";

// Its path; empty where it cannot be built.
std::string clock_shim(Sandbox& box) {
  box.write("clock.c", clock_source);
  const bool made = box.run({"cc", "-shared", "-fPIC", "-o", "clock.so", "clock.c"}).code == 0;
  return made ? box.path("clock.so") : "";
}

void set_clock(Sandbox& box, long long to) {
  const long long offset = to - time(nullptr);
  box.write("clock.new", std::to_string(offset));
  box.move("clock.new", "clock");
}

constexpr long long in_1970 = 100, in_2038 = 2147483640;

}  // namespace

TEST_CASE("a clock that jumps between 1970 and 2038 loses no line and keeps names in order") {
  for (const Argv& program : {Argv{shared_program("svlogd"), "-t", "logs"},
                              Argv{shared_program("multilog"), "t", "s4096", "n99", "keep-for=1d",
                                   "rotate-at=12:00Z", "./logs"}}) {
    Sandbox box;
    const std::string shim = clock_shim(box);
    if (shim.empty()) SKIP("needs a C compiler");
    box.write("logs/config", "s4096\nn99\nkeep-for 1d\nrotate-at 12:00Z\n");
    set_clock(box, time(nullptr));
    Process logger =
        box.start(program, {.environment = {{"LD_PRELOAD", shim},
                                            {"CLOCK", box.path("clock")},
                                            {"ASAN_OPTIONS", "verify_asan_link_order=0"}},
                            .fed = true});
    int from = 1;
    for (const long long to :
         {in_2038, in_1970, in_2038, in_1970, static_cast<long long>(time(nullptr)), in_1970}) {
      logger.feed(numbered(from, from + 99, 49));
      from += 100;
      const std::string all = numbered(1, from - 1, 49);
      box.wait_for([&] { return without_stamps(logged(box, "logs"), 26) == all; },
                   "lines are missing");
      set_clock(box, to);
    }
    logger.close_input();
    CHECK(logger.wait() == 0);
    CHECK(without_stamps(logged(box, "logs"), 26) == numbered(1, from - 1, 49));
    // The next one starts in 1970, with logs from the future.
    const std::string before = logged(box, "logs");
    Process next =
        box.start(program, {.environment = {{"LD_PRELOAD", shim},
                                            {"CLOCK", box.path("clock")},
                                            {"ASAN_OPTIONS", "verify_asan_link_order=0"}},
                            .input = numbered(from, from + 199, 49)});
    CHECK(next.wait() == 0);
    CHECK(without_stamps(logged(box, "logs"), 26) == numbered(1, from + 199, 49));
    CHECK(logged(box, "logs").starts_with(before.substr(0, 4096)));
  }
}

TEST_CASE("an unfinished line of a service that died is ended before the next run's lines") {
  if (!leaves_lines_in_pipe("svlogd")) SKIP("this platform cannot look into pipes");
  Sandbox box;
  box.script("web/run",
             "if [ -e $BOX/again ]; then echo next; echo up >$EVENTS; read o <$ORDERS;\n"
             "else touch $BOX/again; echo whole; printf half; fi");
  box.script("web/log/run", "exec svlogd $BOX/logs");
  const Process supervisor = box.supervise("web");
  REQUIRE(box.event() == "up");
  await_logged(box, "logs", "whole\nhalf\nnext\n");
}

TEST_CASE("a service that ends its lines gets no empty ones between its runs") {
  Sandbox box;
  box.script("web/run",
             "n=$(cat $BOX/count 2>/dev/null); n=$((n + 1)); echo $n >$BOX/count\n"
             "echo line $n; [ $n -lt 3 ] || { echo up >$EVENTS; read o <$ORDERS; }");
  box.write("web/restart-delay", "1 1\n");
  box.script("web/log/run", "exec svlogd $BOX/logs");
  const Process supervisor = box.supervise("web");
  REQUIRE(box.event() == "up");
  await_logged(box, "logs", "line 1\nline 2\nline 3\n");
}

TEST_CASE("a processor that always fails loses no line and causes no busy loop") {
  Sandbox box;
  box.write("logs/config", "s2000\nn3\n!echo tried >>$BOX_TRIES; exit 1\n");
  Process logger = box.start({"svlogd", "logs"},
                             {.environment = {{"BOX_TRIES", box.path("tries")}}, .fed = true});
  const std::string all = numbered(1, 400, 49);
  logger.feed(all);
  await_logged(box, "logs", all);
  box.wait_for([&] { return box.exists("tries") && lines_of(box.read("tries")).size() >= 2; },
               "it is not tried again");
  CHECK(lines_of(box.read("tries")).size() <= 4);
  logger.signal(SIGTERM);
  CHECK(logger.wait() == 0);
  CHECK(logged(box, "logs") == all);
}
