// SPDX-License-Identifier: ISC
#include "base/parse.hh"

#include <csignal>
#include <cstdint>
#include <vector>

#include "catch.hh"

using namespace stoker;

TEST_CASE("a number must be the whole text") {
  CHECK(parse_number<int>("0") == 0);
  CHECK(parse_number<int>("007") == 7);
  CHECK(parse_number<int>("-12") == -12);
  CHECK(parse_number<uint64_t>("18446744073709551615") == UINT64_MAX);
  const auto* const text =
      GENERATE("", " ", "1 ", " 1", "+1", "1x", "x", "0x10", "1.5", "--1", "-", "1\n");
  CHECK_FALSE(parse_number<int>(text));
}

TEST_CASE("a number out of range is refused") {
  CHECK(parse_number<int8_t>("127") == 127);
  CHECK_FALSE(parse_number<int8_t>("128"));
  CHECK_FALSE(parse_number<uint64_t>("18446744073709551616"));
  CHECK_FALSE(parse_number<uint32_t>("-1"));
  CHECK_FALSE(parse_number<int>("99999999999999999999999999999999999999999999999999"));
  CHECK_FALSE(parse_number<int>(std::string_view("1\0", 2)));
}

TEST_CASE("a prefix may be empty or the whole text") {
  CHECK(has_prefix("stoker", ""));
  CHECK(has_prefix("stoker", "sto"));
  CHECK(has_prefix("stoker", "stoker"));
  CHECK(has_prefix("", ""));
  CHECK_FALSE(has_prefix("stoker", "stokers"));
  CHECK_FALSE(has_prefix("stoker", "tok"));
  CHECK_FALSE(has_prefix("", "s"));
}

TEST_CASE("white space around a value is ignored") {
  CHECK(trim(" \t value of two words\r\n\v\f") == "value of two words");
  CHECK(trim(" \n\t ").empty());
  CHECK(trim("").empty());
  CHECK(trim("x") == "x");
}

TEST_CASE("words are taken one by one") {
  std::string_view text = "  100\t10000 \n";
  CHECK(next_word(text) == "100");
  CHECK(next_word(text) == "10000");
  CHECK(next_word(text).empty());
  CHECK(next_word(text).empty());
  std::string_view nothing;
  CHECK(next_word(nothing).empty());
}

TEST_CASE("the base name is what follows the last slash") {
  CHECK(base_name("web") == "web");
  CHECK(base_name("/etc/sv/web") == "web");
  CHECK(base_name("web/") == "web");
  CHECK(base_name("./web///") == "web");
  CHECK(base_name("/") == "/");
  CHECK(base_name("///") == "/");
  CHECK(base_name("").empty());
  CHECK(base_name(".") == ".");
  CHECK(base_name("/web") == "web");
  CHECK(base_name("../log") == "log");
}

TEST_CASE("signals are known by name and by number") {
  CHECK(parse_signal("TERM") == SIGTERM);
  CHECK(parse_signal("SIGTERM") == SIGTERM);
  CHECK(parse_signal("term") == SIGTERM);
  CHECK(parse_signal("sigHup") == SIGHUP);
  CHECK(parse_signal("15") == 15);
  CHECK(parse_signal("1") == 1);
  CHECK(parse_signal("usr2") == SIGUSR2);
  CHECK(parse_signal("WINCH") == SIGWINCH);
  CHECK(parse_signal("64") == 64);
  CHECK(parse_signal("RTMIN") == SIGRTMIN);
  CHECK(parse_signal("SIGRTMIN+3") == SIGRTMIN + 3);
  CHECK(parse_signal("rtmax-1") == SIGRTMAX - 1);
}

TEST_CASE("invalid signals are refused") {
  const auto* const text =
      GENERATE("", "0", "-1", "65", "1000000000000", "SIG", "sig", "TERMINATE", "TER", "SIGSIGTERM",
               " TERM", "TERM ", "15 ", "S", "SIG15", "\xff");
  CHECK_FALSE(parse_signal(text));
}

TEST_CASE("every signal's name maps back to its number") {
  const int number = GENERATE(range(-1, 70));
  const auto name = signal_name(number);
  if (!name.empty()) CHECK(parse_signal(name) == number);
}

TEST_CASE("the signals of POSIX all have names") {
  const int number = GENERATE(range(1, 32));
  if (number != 16) CHECK_FALSE(signal_name(number).empty());  // 16 is SIGSTKFLT, unused
  CHECK(signal_name(0).empty());
  CHECK(signal_name(-1).empty());
  CHECK(signal_name(40).empty());
}

TEST_CASE("an exit status is shown in one form, whether its signal has a name or not") {
  CHECK(ending_text(0, 0).view() == "exited 0");
  CHECK(ending_text(255, 0).view() == "exited 255");
  CHECK(ending_text(0, SIGSEGV).view() == "killed by SIGSEGV");
  CHECK(ending_text(0, SIGRTMIN + 1).view() == Text<32>("killed by signal ", SIGRTMIN + 1).view());
}
