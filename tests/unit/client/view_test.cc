// SPDX-License-Identifier: ISC
#include "client/view.hh"

#include <csignal>

#include "catch.hh"
#include "service/late_kill.hh"

using namespace stoker;

namespace {

constexpr uint64_t noon = Tai64n::epoch + 1'795'348'800;  // 2026-11-22 12:00:00 UTC

Page page;  // too large for the stack of a test

std::string sv(const View& view, std::string_view name = "x") {
  page.clear();
  append_sv(page, name, view);
  return std::string(page.view());
}

std::string svstat(const View& view) {
  page.clear();
  append_svstat(page, view);
  return std::string(page.view());
}

// Up for three seconds, under a runsv.
View up() {
  return {.runit = {.since = {noon - 3, 0}, .pid = 12, .want = 'u', .phase = Phase::run},
          .now = {noon, 0}};
}

View down(char want) {
  return {.runit = {.since = {noon - 3, 0}, .want = want, .phase = Phase::down}, .now = {noon, 0}};
}

// The same under a supervisor of our own.
View native(View view, const ServiceStatus& own) {
  view.own = &own;
  return view;
}

}  // namespace

TEST_CASE("a running service is shown in runit's words") {
  View view = up();
  CHECK(sv(view) == "run: x: (pid 12) 3s");
  view.down_file = true;
  CHECK(sv(view) == "run: x: (pid 12) 3s, normally down");
  view.runit.paused = true;
  view.runit.want = 'd';
  view.runit.got_term = true;
  CHECK(sv(view) == "run: x: (pid 12) 3s, normally down, paused, want down, got TERM");
}

TEST_CASE("a service whose check cannot be executed says why it is not ready") {
  ServiceStatus own{.state = State::up, .error = ENOENT, .hint = Hint::carriage_return};
  const std::string reason =
      "cannot execute check: file does not exist (its lines end with CR LF; save it with LF alone)";
  CHECK(sv(native(up(), own)) == "run: x: (pid 12) 3s, not ready: " + reason);
  own.reason = Reason::killed;
  own.signal = SIGKILL;
  CHECK(std::string(reason_text(own).view()) == reason);
  SECTION("but not where the error is another one") {
    own.reason = GENERATE(Reason::not_stopped, Reason::cannot_execute);
    CHECK(sv(native(up(), own)) == "run: x: (pid 12) 3s, not ready");
  }
  SECTION("nor in another state") {
    own.state = State::ready;
    CHECK(sv(native(up(), own)) == "run: x: (pid 12) 3s");
  }
}

TEST_CASE("a service in its finish script is shown in runit's words") {
  View view = up();
  view.runit.phase = Phase::finish;
  CHECK(sv(view) == "finish: x: (pid 12) 3s");
}

TEST_CASE("a service that is down is shown in runit's words") {
  View view = down('d');
  CHECK(sv(view) == "down: x: 3s, normally up");
  view.down_file = true;
  CHECK(sv(view) == "down: x: 3s");
  CHECK(sv(down('u')) == "down: x: 3s, normally up, want up");
  // runsv keeps the mark of a pause of a service that is down; runit's sv is silent.
  view.runit.paused = true;
  CHECK(sv(view) == "down: x: 3s");
}

TEST_CASE("names are shown as they were typed") {
  CHECK(sv(up(), "./a b/") == "run: ./a b/: (pid 12) 3s");
}

TEST_CASE("a clock that was set back never makes a negative age") {
  View view = up();
  view.now.seconds = noon - 400'000'000;
  CHECK(sv(view) == "run: x: (pid 12) 0s");
  CHECK(svstat(view) == "up (pid 12) 0 seconds");
}

TEST_CASE("a status without a time stamp has no age") {
  View view = down('d');
  view.runit.since = {};
  CHECK(age(view) == 0);
}

TEST_CASE("a ready service of our own is shown as by runit, to the byte") {
  CHECK(sv(native(up(), {.state = State::ready})) == "run: x: (pid 12) 3s");
  CHECK(
      sv(native(down('d'), {.state = State::down, .reason = Reason::stopped, .signal = SIGTERM})) ==
      "down: x: 3s, normally up");
  CHECK(sv(native(down('d'), {.state = State::down})) == "down: x: 3s, normally up");
  CHECK(sv(native(down('d'), {.state = State::down, .reason = Reason::exited, .exit_code = 0})) ==
        "down: x: 3s, normally up");
}

TEST_CASE("additions to runit's line come last, after a comma") {
  CHECK(sv(native(up(), {.state = State::up})) == "run: x: (pid 12) 3s, not ready");
  CHECK(sv(native(down('u'), {.state = State::starting})) ==
        "down: x: 3s, normally up, want up, starting");
  CHECK(sv(native(down('d'), {.state = State::waiting})) == "down: x: 3s, normally up, waiting");
  CHECK(sv(native(down('d'), {.state = State::stopping})) == "down: x: 3s, normally up, stopping");
  CHECK(sv(native(up(), {.state = State::stopping})) == "run: x: (pid 12) 3s");
  CHECK(sv(native(down('d'), {.state = State::down, .reason = Reason::exited, .exit_code = 3})) ==
        "down: x: 3s, normally up, exited 3");
  CHECK(sv(native(down('d'), {.state = State::down,
                              .reason = Reason::not_stopped,
                              .error = pack({.signal = SIGTERM, .waited = 5s})})) ==
        "down: x: 3s, normally up, killed after 5 s: did not stop on TERM");
  CHECK(sv(native(down('d'), {.state = State::down, .reason = Reason::finished, .exit_code = 0})) ==
        "down: x: 3s, normally up, exited 0");
}

TEST_CASE("a held service shows what it waits for, if that is known") {
  const ServiceStatus own{.state = State::held};
  View view = native(down('u'), own);
  CHECK(sv(view) == "down: x: 3s, normally up, want up, held");
  view.hold = "waiting for db (starting)";
  CHECK(sv(view) == "down: x: 3s, normally up, want up, waiting for db (starting)");
  CHECK(reason_of(view).view() == "waiting for db (starting)");
}

TEST_CASE("a service that waits for itself shows the way") {
  const ServiceStatus own{.state = State::failed, .reason = Reason::cycle};
  View view = native(down('u'), own);
  CHECK(sv(view) == "down: x: 3s, normally up, want up, failed: needs form a cycle");
  view.hold = "x needs y needs x";
  CHECK(sv(view) ==
        "down: x: 3s, normally up, want up, failed: needs form a cycle: x needs y needs x");
  CHECK(reason_of(view).view() == "needs form a cycle: x needs y needs x");
}

TEST_CASE("what is to stop after others says so behind its line") {
  const ServiceStatus own{.state = State::ready};
  View view = native(up(), own);
  view.hold = "waiting for web to stop";
  CHECK(sv(view) == "run: x: (pid 12) 3s, waiting for web to stop");
}

TEST_CASE("a service in backoff shows the reason and the time of the next start") {
  const ServiceStatus own{.state = State::backoff,
                          .reason = Reason::killed,
                          .signal = SIGSEGV,
                          .next_start = {noon + 1, 500'000'000}};
  CHECK(sv(native(down('u'), own)) ==
        "down: x: 3s, normally up, want up, backoff: killed by SIGSEGV, next start in 1.5 s");
}

TEST_CASE("a failed service shows the reason") {
  const ServiceStatus own{
      .state = State::failed, .reason = Reason::too_many_deaths, .exit_code = 1};
  CHECK(sv(native(down('u'), own)) ==
        "down: x: 3s, normally up, want up, failed: too many deaths: exited 1");
}

TEST_CASE("a completed oneshot counts as running") {
  const ServiceStatus own{.state = State::ready, .oneshot = true};
  View view = native(down('u'), own);
  CHECK(sv(view) == "run: x: 3s, done");
  CHECK(svstat(view) == "up 3 seconds");
  CHECK(encore_word(view) == "started");
  CHECK(is_running(view));
  view.down_file = true;
  CHECK(sv(view) == "run: x: 3s, normally down, done");
}

TEST_CASE("none of our own words contains the separator between service and logger") {
  const auto reason = static_cast<Reason>(GENERATE(range(0, reason_count)));
  const auto state = static_cast<State>(GENERATE(range(0, state_count)));
  const ServiceStatus own{.state = state, .reason = reason, .exit_code = 1, .error = 2};
  CHECK(sv(native(down('u'), own)).find("; ") == std::string::npos);
}

TEST_CASE("svstat has daemontools' words, and always counts in seconds") {
  View view = up();
  CHECK(svstat(view) == "up (pid 12) 3 seconds");
  view.now.seconds = noon - 2;
  CHECK(svstat(view) == "up (pid 12) 1 seconds");
  view.down_file = view.runit.paused = true;
  view.runit.want = 'd';
  CHECK(svstat(view) == "up (pid 12) 1 seconds, normally down, paused, want down");
  CHECK(svstat(down('u')) == "down 3 seconds, normally up, want up");
  CHECK(svstat(down('d')) == "down 3 seconds, normally up");
}

TEST_CASE("svstat shows that a service has failed") {
  CHECK(svstat(native(down('u'), {.state = State::failed})) ==
        "down 3 seconds, normally up, want up, failed");
}

TEST_CASE("the longest hint leaves room for the time of the next start") {
  for (int i = 0; i < hint_count; ++i) {
    const ServiceStatus own{.state = State::backoff,
                            .reason = Reason::cannot_execute,
                            .error = ENOENT,
                            .next_start = {noon + 1000, 0},
                            .hint = static_cast<Hint>(i)};
    CHECK(reason_text(own, {noon, 0}).view().ends_with(", next start in 1000 s"));
  }
}

TEST_CASE("daemontools-encore's words for the states") {
  const auto word_of = [](State state) {
    return std::string(encore_word(native(up(), {.state = state})));
  };
  CHECK(word_of(State::down) == "stopped");
  CHECK(word_of(State::starting) == "starting");
  CHECK(word_of(State::backoff) == "starting");
  CHECK(word_of(State::up) == "running");
  CHECK(word_of(State::ready) == "running");
  CHECK(word_of(State::stopping) == "stopping");
  CHECK(word_of(State::finishing) == "stopping");
  CHECK(word_of(State::failed) == "failed");
}

TEST_CASE("the state of another suite's service follows from its few bytes") {
  CHECK(state_of(up()) == State::up);
  CHECK(state_of(down('u')) == State::down);
  View view = up();
  view.runit.phase = Phase::finish;
  CHECK(state_of(view) == State::finishing);
  CHECK(want_of(up()) == "up");
  CHECK(want_of(down('d')) == "down");
  CHECK(want_of(down('\0')) == "once");
}

TEST_CASE("each reason has its text") {
  const auto text = [](const ServiceStatus& own) { return std::string(reason_text(own).view()); };
  CHECK(text({.reason = Reason::none}).empty());
  CHECK(text({.reason = Reason::exited, .exit_code = 3}) == "exited 3");
  CHECK(text({.reason = Reason::killed, .signal = SIGKILL}) == "killed by SIGKILL");
  CHECK(text({.reason = Reason::killed, .signal = 40}) == "killed by signal 40");
  CHECK(text({.reason = Reason::dumped_core, .signal = SIGSEGV}) ==
        "killed by SIGSEGV (core dumped)");
  CHECK(text({.reason = Reason::stopped, .signal = SIGTERM}) == "stopped");
  const auto late = [&](LateKill::Who who, int signal, Moment waited) {
    return text({.reason = Reason::not_stopped, .error = pack({who, signal, waited})});
  };
  CHECK(late(LateKill::Who::run, SIGTERM, 5s) == "killed after 5 s: did not stop on TERM");
  CHECK(late(LateKill::Who::run, 40, 20ms) == "killed after 0.02 s: did not stop on signal 40");
  CHECK(late(LateKill::Who::run, 0, 1s) == "killed after 1 s: did not stop on control/t");
  CHECK(late(LateKill::Who::start, SIGTERM, 5s) == "start killed after 5 s: did not stop on TERM");
  CHECK(late(LateKill::Who::finish, 0, 2500ms) == "finish killed after 2.5 s");
  CHECK(late(LateKill::Who::stop, 0, 5s) == "stop killed after 5 s");
  CHECK(text({.reason = Reason::not_ready, .signal = SIGKILL}) == "not ready in time");
  CHECK(text({.reason = Reason::after_failed, .signal = SIGTERM}) == "after-start failed");
  CHECK(text({.reason = Reason::cannot_execute, .error = ENOENT}) ==
        "cannot execute run: file does not exist");
  CHECK(text({.reason = Reason::cannot_execute, .error = EACCES, .hint = Hint::not_executable}) ==
        "cannot execute run: access denied (it is not executable: chmod +x)");
  CHECK(text({.reason = Reason::start_failed,
              .exit_code = 111,
              .error = ENOENT,
              .hint = Hint::carriage_return}) ==
        "cannot execute start: file does not exist"
        " (its lines end with CR LF; save it with LF alone)");
  CHECK(text({.state = State::failed, .reason = Reason::not_ready, .signal = SIGKILL}) ==
        "start did not end in time");
  CHECK(text({.reason = Reason::cannot_fork, .error = ENOMEM}) == "cannot fork: out of memory");
  CHECK(text({.reason = Reason::start_failed, .exit_code = 2}) == "start exited 2");
  CHECK(text({.reason = Reason::start_failed, .signal = SIGKILL}) == "start killed by SIGKILL");
  CHECK(text({.reason = Reason::out_of_memory, .signal = SIGKILL, .error = -1}) == "out of memory");
  CHECK(text({.reason = Reason::out_of_memory, .signal = SIGKILL, .error = -4097}) ==
        "out of memory (memory.max 4M)");
  CHECK(text({.reason = Reason::too_many_deaths, .signal = SIGKILL, .error = -4097}) ==
        "too many deaths: out of memory (memory.max 4M)");
  CHECK(text({.reason = Reason::no_group, .error = EROFS}) ==
        "no control group: read-only file system");
  CHECK(text({.reason = Reason::no_group, .error = ENOSYS}) ==
        "no control group: no cgroup2 file system is mounted");
  CHECK(text({.reason = Reason::too_many_deaths, .exit_code = 2}) == "too many deaths: exited 2");
  CHECK(text({.reason = Reason::refused, .exit_code = 100}) == "not to be restarted: exited 100");
  CHECK(text({.reason = Reason::unseen}) == "exit status unknown");
  CHECK(text({.reason = Reason::finished, .exit_code = 0}) == "exited 0");
}

TEST_CASE("the time until the next start is in tenths of a second, rounded up") {
  const auto text = [](uint64_t seconds, uint32_t nanoseconds) {
    return std::string(
        reason_text({.state = State::backoff, .next_start = {noon + seconds, nanoseconds}},
                    {noon, 0})
            .view());
  };
  CHECK(text(2, 0) == "next start in 2 s");
  CHECK(text(0, 1) == "next start in 0.1 s");
  CHECK(text(9, 950'000'000) == "next start in 10 s");
  CHECK(text(0, 0) == "next start in 0 s");
}

TEST_CASE("what a service says comes last, in quotation marks") {
  const ServiceStatus own{.state = State::ready};
  View view = native(up(), own);
  Said said;
  view.said = &said;
  view.takeovers = 1;
  CHECK(sv(view) == "run: x: (pid 12) 3s, adopted 1x");
  said.text.append("serving");
  said.reloading = true;
  said.error = ENOENT;
  said.ignored = 2;
  CHECK(sv(view) ==
        "run: x: (pid 12) 3s, adopted 1x, reloading, error 2 (file does not exist), "
        "2 messages of others ignored, says \"serving\"");
  said = {};
  said.ignored = 1;
  CHECK(sv(view) == "run: x: (pid 12) 3s, adopted 1x, 1 message of others ignored");
}

TEST_CASE("durations are short and readable") {
  const auto text = [](uint64_t seconds) { return std::string(duration_text(seconds).view()); };
  CHECK(text(0) == "0s");
  CHECK(text(59) == "59s");
  CHECK(text(60) == "1m 0s");
  CHECK(text(3599) == "59m 59s");
  CHECK(text(3600) == "1h 0m");
  CHECK(text(86399) == "23h 59m");
  CHECK(text(86400) == "1d 0h");
  CHECK(text(90 * 86400) == "90d 0h");
}

TEST_CASE("times are in ISO 8601 and UTC") {
  const auto text = [](uint64_t seconds, uint32_t nanoseconds = 0, bool thousandths = false) {
    return std::string(time_text({Tai64n::epoch + seconds, nanoseconds}, thousandths).view());
  };
  CHECK(text(0) == "1970-01-01T00:00:00Z");
  CHECK(text(1'795'348'800) == "2026-11-22T12:00:00Z");
  CHECK(text(951'782'399) == "2000-02-28T23:59:59Z");
  CHECK(text(951'782'400) == "2000-02-29T00:00:00Z");
  CHECK(text(0, 5'000'000, true) == "1970-01-01T00:00:00.005Z");
  CHECK(text(0, 45'999'999, true) == "1970-01-01T00:00:00.045Z");
  CHECK(text(0, 999'999'999, true) == "1970-01-01T00:00:00.999Z");
  CHECK(text(UINT64_MAX - Tai64n::epoch) == "9999-12-31T23:59:59Z");
}

TEST_CASE("a name stays on its line of the table") {
  CHECK(harmless("a\nb\x7f").view() == "a?b?");
  CHECK(harmless("caf\xc3\xa9").view() == "caf\xc3\xa9");
  // Of ISO 8859-1, too, as a byte and as UTF-8.
  CHECK(harmless("a\x9b"
                 "2J\xc2\x9b"
                 "3\xe9")
            .view() == "a?2J?3\xe9");
}

TEST_CASE("sockets are listed as far as there is room") {
  std::string lines = "tcp 80\nunix /run/a\x1b.sock";
  CHECK(sockets_text({.sockets = lines}).view() == "tcp 80, unix /run/a?.sock");
  CHECK(sockets_text({}).view().empty());
  for (int i = 0; i < 50; ++i) lines += "\ntcp 10000";
  const auto text = sockets_text({.sockets = lines});
  CHECK(text.size() <= 400);
  CHECK(text.view().ends_with(", tcp 10000, ..."));
}
