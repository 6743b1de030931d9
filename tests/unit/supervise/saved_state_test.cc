// SPDX-License-Identifier: ISC
// The states that released versions have written stay in tests/fixtures/state/VERSION, as
// the whole status file: every later version must read them. Once a version is out its
// files are never changed; a new form of the bytes gets a new directory.
//
// `unit "[.fixtures]"` prints what this version writes.
#include "supervise/saved_state.hh"

#include <array>
#include <csignal>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <vector>

#include "base/version.hh"
#include "catch.hh"

using namespace stoker;

namespace {

using Bytes = std::vector<unsigned char>;

// The content of a supervisor's status file.
struct Written {
  StatusFile status;
  SavedState saved;
  bool operator==(const Written&) const = default;
};

Tai64n label(uint64_t seconds, uint32_t nanoseconds) {
  return {Tai64n::epoch + seconds, nanoseconds};
}

Written written(const SavedState& saved, const Personality& personality) {
  StatusFile status;
  status.supervisor = 4100;
  status.supervisor_start_time = 99'887'766;
  status.scanner = 0x1122334455667788;
  status.called_as = personality.called_as;
  status.upgrades = saved.upgrades;
  status.refused_upgrades = saved.refused_upgrades;
  status.takeovers = saved.takeovers;
  status.has_log = saved.has_log;
  status.order = saved.main.order;
  status.main = runit_status_of(saved.main, personality);
  status.main_status = service_status_of(saved.main);
  if (saved.has_log) {
    status.log = runit_status_of(saved.log, personality);
    status.log_status = service_status_of(saved.log);
  }
  return {status, saved};
}

// A service that serves, with a logger: no field is zero that need not be. Before 0.3.0 some
// were unknown.
Written serving(bool knows_all = false) {
  RunState main;
  main.state = State::ready;
  main.want = Want::once;
  main.role = Role::run;
  main.pid = main.group = main.last_run = 4242;
  main.start_time = 88'776'655;
  main.paused = main.got_term = main.asked = main.start_done = main.alive = true;
  main.since = label(1'795'000'000, 123'456'789);
  main.ready_since = label(1'795'000'001, 987'654'321);
  main.begun = 5000s + 7ns;
  main.died = 4990s;
  main.deadline = 6000s;
  main.delay = 200ms;
  main.history = {.delay = 400ms, .attempt = 3, .window = 4900s, .deaths = 2};
  main.reason = Reason::killed;
  main.wait_status = SIGSEGV;
  main.signal = SIGSEGV;
  main.starts = 17;
  main.admitted = true;
  RunState log;
  log.state = State::ready;
  log.role = Role::run;
  log.pid = log.group = log.last_run = 4243;
  log.start_time = 88'776'656;
  log.alive = true;
  log.since = log.ready_since = label(1'795'000'002, 1);
  log.begun = 5000s;
  log.starts = 1;
  if (knows_all) {
    main.commanded = log.commanded = true;
    main.held = 0x0403;
    log.held = 0x0201;
    main.set_back = true;
    main.order = {.ordered = true, .released = true, .alone = true, .asked = Asked::restart};
    main.hint = Hint::carriage_return;
    log.hint = Hint::no_shebang;
  }
  const SavedState saved{.boot = 0x8877665544332211,
                         .pipe = 0x0102030405060708,
                         .takeovers = 5,
                         .upgrades = 6,
                         .refused_upgrades = 7,
                         .has_log = true,
                         .main = main,
                         .log = log};
  return written(saved, personality_of("supervise"));
}

// One under runsv that rests between two deaths and has no logger: the last enumerators,
// negative numbers, and times that are never reached.
Written resting() {
  RunState main;
  main.state = State::backoff;
  main.want = Want::up;
  main.last_run = main.group = 31'000;
  main.oneshot = main.refused = main.group_signaled = true;
  main.since = label(1'795'000'100, 5);
  main.next_start = label(1'795'000'160, 6);
  main.died = 7000s;
  main.deadline = 7060s;
  main.kill_at = 7002s;
  main.delay = 60s;
  main.history = {.delay = 60s, .attempt = 9, .window = 0s, .deaths = 9};
  main.reason = Reason::unseen;
  main.wait_status = unseen_status;
  main.error = 2;
  main.starts = 10;
  main.admitted = true;
  return written({.boot = 1, .main = main}, personality_of("runsv"));
}

// A supervisor about to exit, of a service that failed.
Written failing() {
  RunState main;
  main.state = State::failed;
  main.want = Want::exit;
  main.role = Role::stop;
  main.pid = 31'001;
  main.reason = Reason::refused;
  main.exit_code = 100;
  main.wait_status = 100 << 8;
  main.starts = 1;
  main.admitted = true;
  return written({.boot = 2, .main = main}, personality_of("supervise"));
}

Bytes bytes_of(const Written& state) {
  const auto shown = encode(state.status);
  const auto kept = encode(state.saved);
  Bytes bytes(shown.begin(), shown.end());
  bytes.insert(bytes.end(), kept.begin(), kept.end());
  return bytes;
}

struct Fixture {
  const char* version;
  const char* name;
  Written state;
  Bytes bytes;
};

const std::vector<Fixture>& fixtures() {
  static const std::vector<Fixture> all = {
      {"0.1.0",
       "serving",
       serving(),
       {
#include "../../fixtures/state/0.1.0/serving.inc"
       }},
      {"0.1.0",
       "resting",
       resting(),
       {
#include "../../fixtures/state/0.1.0/resting.inc"
       }},
      {"0.1.0",
       "failing",
       failing(),
       {
#include "../../fixtures/state/0.1.0/failing.inc"
       }},
      {"0.2.0",
       "serving",
       serving(),
       {
#include "../../fixtures/state/0.2.0/serving.inc"
       }},
      {"0.2.0",
       "resting",
       resting(),
       {
#include "../../fixtures/state/0.2.0/resting.inc"
       }},
      {"0.2.0",
       "failing",
       failing(),
       {
#include "../../fixtures/state/0.2.0/failing.inc"
       }},
      {"0.3.0",
       "serving",
       serving(true),
       {
#include "../../fixtures/state/0.3.0/serving.inc"
       }},
      {"0.3.0",
       "resting",
       resting(),
       {
#include "../../fixtures/state/0.3.0/resting.inc"
       }},
      {"0.3.0",
       "failing",
       failing(),
       {
#include "../../fixtures/state/0.3.0/failing.inc"
       }},
  };
  return all;
}
// The one in the format that this version writes.
constexpr std::string_view today = "0.3.0";

void print(const Fixture& fixture) {
  std::cout << fixture.name << ".inc\n";
  const Bytes bytes = bytes_of(fixture.state);
  for (size_t i = 0; i < bytes.size(); ++i)
    std::cout << "0x" << std::hex << std::setw(2) << std::setfill('0') << int{bytes[i]}
              << (i % 16 == 15 || i + 1 == bytes.size() ? ",\n" : ", ");
}

}  // namespace

TEST_CASE("a saved state of a released version can be read") {
  for (const Fixture& fixture : fixtures()) {
    CAPTURE(fixture.version, fixture.name);
    const auto status = decode(fixture.bytes);
    REQUIRE(status);
    CHECK(status->native);
    CHECK((*status == fixture.state.status));
    const auto saved = decode_saved_state(behind_status(fixture.bytes));
    REQUIRE(saved);
    CHECK((*saved == fixture.state.saved));
  }
}

TEST_CASE("what start has left is saved, where there is something") {
  SavedState saved;
  const auto without = encode(saved).size();
  saved.start_group = 4711;
  const auto bytes = encode(saved);
  CHECK(bytes.size() > without);
  const auto read = decode_saved_state(bytes);
  REQUIRE(read);
  CHECK(*read == saved);
}

TEST_CASE("why and when a run is ended is saved, and what is to follow its end for good") {
  SavedState saved{.boot = 1};
  const auto size = encode(saved).size();
  SECTION("when") { saved.main.due = 4000s; }
  SECTION("why") { saved.main.cause = Reason::ran_too_long; }
  SECTION("what follows") { saved.main.conclusion = Conclusion::failure; }
  CHECK(encode(saved).size() > size);
  const auto bytes = encode(saved);
  CHECK(decode_saved_state({bytes.data(), bytes.size()}) == saved);
  const Moment due = saved.main.due;
  shift(saved, 5s);
  CHECK(saved.main.due == (due == never ? never : due + 5s));
}

TEST_CASE("what a service has said is saved, where there is something") {
  SavedState saved;
  const auto without = encode(saved).size();
  saved.notify.has_socket = saved.notify.decides = true;
  CHECK(encode(saved).size() == without + 3);
  saved.notify.said.text.append("serving");
  saved.notify.said.watchdog = 20s;
  saved.main.withdrew = saved.main.detaches = saved.main.seeks = saved.main.served = true;
  saved.main.former_group = 77;
  const auto read = decode_saved_state(encode(saved));
  REQUIRE(read);
  CHECK(*read == saved);
}

TEST_CASE("the current saved state equals the fixtures") {
  for (const Fixture& fixture : fixtures())
    if (fixture.version == today) {
      CAPTURE(fixture.name);
      CHECK(bytes_of(fixture.state) == fixture.bytes);
      CHECK(fixture.bytes.size() <= max_status_size + occasional_size + max_saved_state_size);
    }
}

TEST_CASE("a saved state of an unknown version is not read") {
  const auto bytes = encode(serving().saved);
  Bytes unknown(bytes.begin(), bytes.end());
  CHECK(decode_saved_state(unknown));
  unknown[3] = 200;  // the version
  CHECK_FALSE(decode_saved_state(unknown));
  CHECK_FALSE(decode_saved_state(std::span<const unsigned char>(bytes).first(bytes.size() - 1)));
  CHECK_FALSE(decode_saved_state({}));
}

TEST_CASE("a saved state with additions of a later version is read") {
  const auto whole = encode(serving().saved);
  Bytes bytes(whole.begin(), whole.end());
  bytes.insert(bytes.end() - 1, {0xc8, 2, 1, 2});
  bytes.insert(bytes.begin() + 4, {0xc9, 1, 7});
  const auto read = decode_saved_state(bytes);
  REQUIRE(read);
  CHECK((*read == serving().saved));
}

TEST_CASE("a saved state with values of a later version still shows what runs") {
  SavedState saved = serving().saved;
  saved.main.state = static_cast<State>(200);
  saved.main.want = static_cast<Want>(200);
  saved.main.reason = static_cast<Reason>(200);
  saved.main.hint = static_cast<Hint>(200);
  const Role role = GENERATE(Role::run, static_cast<Role>(200));
  saved.main.role = role;
  saved.log = {};
  saved.log.state = static_cast<State>(200);
  const auto read = decode_saved_state(encode(saved));
  REQUIRE(read);
  CHECK(read->main.role == Role::run);
  CHECK(read->main.state == State::up);
  CHECK(read->main.want == Want::up);
  CHECK(read->main.reason == Reason::none);
  CHECK(read->main.hint == Hint::none);
  CHECK(read->log.state == State::down);
}

TEST_CASE("an impossible pid is not taken from a saved state") {
  SavedState saved = serving().saved;
  saved.main.pid = saved.main.group = -1;
  const auto read = decode_saved_state(encode(saved));
  REQUIRE(read);
  CHECK(read->main.pid == 0);
  CHECK(read->main.group == 0);
}

TEST_CASE("the fixtures of this version", "[.fixtures]") {
  for (const Fixture& fixture : fixtures())
    if (fixture.version == today) print(fixture);
  SUCCEED();
}

TEST_CASE("no recorded state is of a later version than the programs") {
  const auto numbers = [](const std::string& text) {
    std::array<int, 3> parts{};
    CHECK(std::sscanf(text.c_str(), "%d.%d.%d", &parts[0], &parts[1], &parts[2]) == 3);
    return parts;
  };
  for (const Fixture& fixture : fixtures()) CHECK(numbers(fixture.version) <= numbers(version));
}

TEST_CASE("the control group is saved where there is one") {
  SavedState saved;
  const auto without = encode(saved);
  saved.group = {.inode = 0x123456789a, .memory_kills = 3};
  const auto bytes = encode(saved);
  CHECK(bytes.size() == without.size() + 16);
  const auto read = decode_saved_state({bytes.data(), bytes.size()});
  REQUIRE(read);
  CHECK((read->group == saved.group));
}
