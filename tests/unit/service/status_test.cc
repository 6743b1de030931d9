// SPDX-License-Identifier: ISC
#include "service/status.hh"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hh"

using namespace stoker;

namespace {

using Bytes = std::vector<unsigned char>;

// "c11a" -> {0xc1, 0x1a}; blanks do not count.
Bytes bytes_of(std::string_view text) {
  Bytes bytes;
  std::string pair;
  for (const char digit : text) {
    if (digit == ' ') continue;
    pair += digit;
    if (pair.size() < 2) continue;
    bytes.push_back(static_cast<unsigned char>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

template <typename Array>
Bytes listed(const Array& array) {
  return {array.begin(), array.end()};
}

constexpr Tai64n stamp{0x400000006b028236, 0x2d18c2fc};

// A status in which no field has its default or its neighbour's value.
StatusFile full_status() {
  StatusFile status;
  status.main = {stamp, 6849, true, 'd', true, Phase::finish};
  status.log = {{0x400000006b028240, 7}, 6850, true, 0, true, Phase::run};
  status.has_log = true;
  status.called_as = CalledAs::runsv;
  status.supervisor = 6000;
  status.takeovers = 0xa1b2c3d4;
  status.supervisor_start_time = 13;
  status.scanner = 14;
  status.upgrades = 15;
  status.refused_upgrades = 16;
  status.reloads = 17;
  status.main_status = {State::backoff,
                        Want::once,
                        Reason::dumped_core,
                        true,
                        7,
                        11,
                        13,
                        0x01020304,
                        0x05060708,
                        {1, 2},
                        {3, 4},
                        0x1122334455667788,
                        Hint::noexec_mount};
  status.log_status = {State::failed,
                       Want::exit,
                       Reason::finished,
                       true,
                       255,
                       64,
                       40,
                       0xffffffff,
                       0xfffffffe,
                       {5, 6},
                       {7, 8},
                       0xffffffffffffffff,
                       Hint::no_shebang};
  return status;
}

}  // namespace

TEST_CASE("the first 20 bytes equal those of genuine runsv through a service's life") {
  struct Moment {
    const char* what;
    RunitStatus runit;
    const char* bytes;
  };
  const auto [what, runit, bytes] = GENERATE(values<Moment>({
      {"running", {stamp, 6849, false, 'u', false, Phase::run}, "c11a0000 00 75 00 01"},
      {"paused", {stamp, 6849, true, 'u', false, Phase::run}, "c11a0000 01 75 00 01"},
      {"after sv term", {stamp, 6849, false, 'u', true, Phase::run}, "c11a0000 00 75 01 01"},
      {"finish runs", {stamp, 6956, false, 'u', false, Phase::finish}, "2c1b0000 00 75 00 02"},
      {"sv down", {stamp, 7003, false, 'd', true, Phase::run}, "5b1b0000 00 64 01 01"},
      {"in finish", {stamp, 7037, false, 'd', false, Phase::finish}, "7d1b0000 00 64 00 02"},
      {"down", {stamp, 0, false, 'd', false, Phase::down}, "00000000 00 64 00 00"},
      {"once", {stamp, 7071, false, 'd', false, Phase::run}, "9f1b0000 00 64 00 01"},
      {"up on once", {stamp, 7071, false, 'u', false, Phase::run}, "9f1b0000 00 75 00 01"},
      {"sv exit", {stamp, 7161, false, 'd', true, Phase::run}, "f91b0000 00 64 01 01"},
      {"flapping", {stamp, 0, false, 'u', false, Phase::down}, "00000000 00 75 00 00"},
      {"once in daemontools", {stamp, 7071, false, 0, false, Phase::run}, "9f1b0000 00 00 00 01"},
  }));
  INFO(what);
  const Bytes expected = bytes_of(std::string("400000006b028236 2d18c2fc") + bytes);
  CHECK(listed(encode(runit)) == expected);

  const auto read = decode(expected);
  REQUIRE(read);
  CHECK(read->main == runit);
  CHECK_FALSE(read->native);
  CHECK_FALSE(read->has_log);

  StatusFile status;
  status.main = runit;
  const Bytes whole = listed(encode(status));
  CHECK(Bytes(whole.begin(), whole.begin() + runit_status_size) == expected);
}

TEST_CASE("our own block has the bytes that service(5) describes") {
  const Bytes bytes = listed(encode(full_status()));
  const auto slice = [&bytes](long from, long count) {
    return Bytes(bytes.begin() + from, bytes.begin() + from + count);
  };
  CHECK(bytes.size() == max_status_size);
  CHECK(slice(0, 20) == bytes_of("400000006b0282362d18c2fc c11a0000 01 64 01 02"));
  CHECK(slice(20, 20) == bytes_of("400000006b02824000000007 c21a0000 01 00 01 01"));
  CHECK(slice(40, 4) == bytes_of("53746b02"));
  CHECK(slice(44, 3) == bytes_of("01 01 03"));
  CHECK(slice(47, 6) == bytes_of("02 04 70170000"));
  CHECK(slice(53, 6) == bytes_of("03 04 d4c3b2a1"));
  CHECK(slice(59, 10) == bytes_of("04 08 0d00000000000000"));
  CHECK(slice(69, 10) == bytes_of("05 08 0e00000000000000"));
  CHECK(slice(79, 12) == bytes_of("06 04 0f000000 07 04 10000000"));
  // The service.
  CHECK(slice(91, 2) == bytes_of("08 4c"));
  CHECK(slice(93, 12) == bytes_of("01 01 07  02 01 01  03 01 03  04 01 01"));
  CHECK(slice(105, 14) == bytes_of("05 02 0700  06 02 0b00  07 04 0d000000"));
  CHECK(slice(119, 12) == bytes_of("08 04 04030201  09 04 08070605"));
  CHECK(slice(131, 14) == bytes_of("0a 0c 0000000000000001 00000002"));
  CHECK(slice(145, 14) == bytes_of("0b 0c 0000000000000003 00000004"));
  CHECK(slice(159, 10) == bytes_of("0c 08 8877665544332211"));
  // The logger.
  CHECK(slice(169, 2) == bytes_of("09 4c"));
  CHECK(slice(171, 12) == bytes_of("01 01 08  02 01 03  03 01 0b  04 01 01"));
  CHECK(slice(183, 14) == bytes_of("05 02 ff00  06 02 4000  07 04 28000000"));
  CHECK(slice(197, 12) == bytes_of("08 04 ffffffff  09 04 feffffff"));
  CHECK(slice(209, 14) == bytes_of("0a 0c 0000000000000005 00000006"));
  CHECK(slice(223, 14) == bytes_of("0b 0c 0000000000000007 00000008"));
  CHECK(slice(237, 10) == bytes_of("0c 08 ffffffffffffffff"));
  // What 0.2.0 did not have.
  CHECK(slice(247, 13) == bytes_of("0a 04 11000000  0b 01 09  0c 01 0b  00"));
}

TEST_CASE("where a status was written is read back, and missing where it is unknown") {
  StatusFile status = full_status();
  CHECK_FALSE(decode(encode(status))->home.is_known());
  status.home = {.device = 0x0102030405060708, .inode = 0x1112131415161718};
  const Bytes bytes = listed(encode(status));
  constexpr size_t home_size = 20;
  CHECK(bytes.size() == max_status_size + home_size);
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK(read->native);
  CHECK((*read == status));
}

TEST_CASE("the part in the order is read back, and missing where there is none") {
  StatusFile status = full_status();
  status.order = {.ordered = true, .released = true, .asked = Asked::restart};
  const Bytes bytes = listed(encode(status));
  CHECK(bytes.size() == max_status_size + 3);
  CHECK((decode(bytes) == status));
  status.order = {};
  CHECK(encode(status).size() == max_status_size);
}

TEST_CASE("what a service says is read back, and missing where it says nothing") {
  StatusFile status = full_status();
  status.said.text.append("serving");
  status.said.ignored = 3;
  status.said.error = 2;
  status.said.reloading = true;
  status.said.watchdog = 20s;
  const Bytes bytes = listed(encode(status));
  CHECK(bytes.size() == max_status_size + 2 + 7 + 27);
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK((*read == status));
  CHECK(Bytes(bytes.end() - 28, bytes.end()) ==
        bytes_of("18 19  01 04 03000000  02 04 02000000  03 01 01"
                 "  04 08 00c817a804000000  00"));
  status.said = {};
  CHECK(encode(status).size() == max_status_size);
  status.said.text.append(std::string(500, 'x'));
  status.home = {.device = 1, .inode = 2};
  status.order = {.ordered = true};
  status.health.exists = true;
  status.main_status.listen = {.held = 1, .line = 2};
  status.has_group = true;
  CHECK(encode(status).size() == max_status_size + occasional_size);
}

TEST_CASE("a control group is a field of its own, which is missing where there is none") {
  StatusFile status = full_status();
  CHECK(encode(status).size() == max_status_size);
  status.has_group = true;
  const Bytes bytes = listed(encode(status));
  CHECK(Bytes(bytes.end() - 4, bytes.end()) == bytes_of("19 01 01  00"));
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK((*read == status));
}

TEST_CASE("half of a place is none") {
  StatusFile status = full_status();
  status.home = {.device = 1, .inode = 2};
  Bytes bytes = listed(encode(status));
  std::fill_n(bytes.end() - 9, 8, 0);  // the inode
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK((read->home == Home{}));
}

TEST_CASE("unknown fields are skipped, wherever they are") {
  const Bytes whole = listed(encode(full_status()));
  Bytes bytes = whole;
  // Before, inside the service's (which grow by it), and after the logger's.
  bytes.insert(bytes.end() - 1, {0xc8, 1, 9});
  bytes.insert(bytes.begin() + 93, {0xc9, 3, 1, 2, 3});
  bytes[92] = static_cast<unsigned char>(bytes[92] + 5);
  bytes.insert(bytes.begin() + 44, {0xc7, 0});
  CHECK(decode(bytes) == full_status());
  CHECK(behind_status(bytes).empty());
  bytes.push_back(0x4d);
  CHECK(Bytes(behind_status(bytes).begin(), behind_status(bytes).end()) == Bytes{0x4d});
}

TEST_CASE("a longer value counts as far as it is known, and the first of two counts") {
  Bytes bytes = listed(encode(full_status()));
  bytes.insert(bytes.begin() + 53, {0xee, 0xee});
  bytes[48] = 6;  // the length of the supervisor's pid
  CHECK(decode(bytes) == full_status());
  bytes.insert(bytes.end() - 1, {2, 4, 1, 0, 0, 0});
  CHECK(decode(bytes) == full_status());
}

TEST_CASE("what an earlier version did not write has its default") {
  Bytes bytes = listed(encode(full_status()));
  bytes.erase(bytes.end() - 13, bytes.end() - 1);
  StatusFile earlier = full_status();
  earlier.main_status.hint = earlier.log_status.hint = Hint::none;
  earlier.reloads = 0;
  CHECK(decode(bytes) == earlier);
}

TEST_CASE("with a field missing or too short, the block is not ours") {
  Bytes bytes = listed(encode(full_status()));
  SECTION("missing") { bytes[47] = 0xc8; }
  SECTION("too short") {
    bytes[48] = 3;
    bytes.erase(bytes.begin() + 49);
  }
  SECTION("longer than the file") { bytes[48] = 0xff; }
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK_FALSE(read->native);
  CHECK(read->main == full_status().main);
  CHECK(read->supervisor == 0);
  CHECK(read->main_status == ServiceStatus{});
}

TEST_CASE("unknown values of a later version count as what runit's bytes say") {
  struct Known {
    RunitStatus runit;
    State state;
    Want want;
  };
  const auto [runit, state, want] = GENERATE(values<Known>({
      {{stamp, 6849, false, 'u', false, Phase::run}, State::up, Want::up},
      {{stamp, 6849, false, 0, false, Phase::run}, State::up, Want::once},
      {{stamp, 6849, false, 'd', false, Phase::finish}, State::finishing, Want::down},
      {{stamp, 0, false, 'd', false, Phase::down}, State::down, Want::down},
  }));
  StatusFile status;
  status.main = runit;
  Bytes bytes = listed(encode(status));
  for (const size_t at : {95U, 98U, 101U}) bytes[at] = 0xfe;
  bytes[bytes.size() - 5] = 0xfe;  // the hint
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK(read->native);
  CHECK(read->main_status.state == state);
  CHECK(read->main_status.want == want);
  CHECK(read->main_status.reason == Reason::none);
  CHECK(read->main_status.hint == Hint::none);
}

TEST_CASE("every field is read back as it was written") {
  const StatusFile status = full_status();
  CHECK(decode(encode(status)) == status);
  CHECK(decode(encode(StatusFile{})) == StatusFile{});
}

TEST_CASE("every state, want and reason is read back as it was written") {
  StatusFile status;
  status.main_status.state = static_cast<State>(GENERATE(range(0, state_count)));
  status.main_status.want = static_cast<Want>(GENERATE(range(0, want_count)));
  status.main_status.reason = static_cast<Reason>(GENERATE(range(0, reason_count)));
  CHECK(decode(encode(status)) == status);
}

TEST_CASE("a death without an exit code is read back as such") {
  StatusFile status;
  status.main_status.exit_code = -1;
  status.main_status.signal = 9;
  const auto read = decode(encode(status));
  REQUIRE(read);
  CHECK(read->main_status.exit_code == -1);
  CHECK(read->main_status.signal == 9);
}

TEST_CASE("the logger's bytes are zero where there is no logger") {
  StatusFile status = full_status();
  status.has_log = false;
  const Bytes bytes = listed(encode(status));
  CHECK(Bytes(bytes.begin() + 20, bytes.begin() + 40) == Bytes(20, 0));
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK(read->log == RunitStatus{});
}

TEST_CASE("daemontools' 18 bytes are read") {
  const auto running = decode(bytes_of("400000006b0282362d18c2fc c11a0000 01 75"));
  REQUIRE(running);
  CHECK(running->main == RunitStatus{stamp, 6849, true, 'u', false, Phase::run});
  CHECK_FALSE(running->native);
  const auto down = decode(bytes_of("400000006b0282362d18c2fc 00000000 00 00 00"));
  REQUIRE(down);
  CHECK(down->main == RunitStatus{stamp, 0, false, 0, false, Phase::down});
}

TEST_CASE("fewer bytes than any suite writes are refused") {
  const Bytes whole = listed(encode(full_status()));
  const size_t size = static_cast<size_t>(GENERATE(range(0, 18)));
  CHECK_FALSE(decode(std::span(whole).first(size)));
}

TEST_CASE("a truncated file is read like another suite's") {
  const Bytes whole = listed(encode(full_status()));
  const size_t size = static_cast<size_t>(GENERATE(range(20, 247)));
  const auto read = decode(std::span(whole).first(size));
  REQUIRE(read);
  CHECK_FALSE(read->native);
  CHECK(read->main == full_status().main);
  CHECK(read->main_status == ServiceStatus{});
}

TEST_CASE("a later version's block is ignored, and longer files are read") {
  Bytes bytes = listed(encode(full_status()));
  bytes.resize(500, 0xee);
  CHECK(decode(bytes) == full_status());
  bytes[43] = 3;
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK_FALSE(read->native);
  CHECK(read->main == full_status().main);
}

TEST_CASE("bytes out of range give a known value, never an unknown one") {
  const auto filler = static_cast<unsigned char>(GENERATE(1, 9, 12, 127, 128, 255));
  Bytes bytes(192, filler);
  std::copy_n("Stk\1", 4, bytes.begin() + 40);
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK(read->native);
  for (const ServiceStatus& record : {read->main_status, read->log_status}) {
    CHECK_FALSE(word(record.state).empty());
    CHECK_FALSE(word(record.want).empty());
    CHECK_FALSE(word(record.reason).empty());
  }
  CHECK(read->main.pid >= 0);
  CHECK(read->main.phase <= Phase::finish);
}

TEST_CASE("a negative pid means no process") {
  const auto read = decode(bytes_of("400000006b0282362d18c2fc ffffffff 00 75 00 01"));
  REQUIRE(read);
  CHECK(read->main.pid == 0);
}

TEST_CASE("a negative supervisor pid means no supervisor") {
  Bytes bytes = listed(encode(StatusFile{}));
  std::fill(bytes.begin() + 49, bytes.begin() + 53, static_cast<unsigned char>(0xff));
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK(read->supervisor == 0);
}
