// SPDX-License-Identifier: ISC
#include "service/scanner.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

template <size_t Size>
std::string text_of(const std::array<char, Size>& message) {
  return {message.data(), message.size()};
}

}  // namespace

TEST_CASE("single letters to svscan are commands of their own") {
  std::string_view bytes = "ahz";
  CHECK(next_scan_command(bytes)->letter == scan_letter::rescan);
  CHECK(next_scan_command(bytes)->letter == scan_letter::reload);
  CHECK(next_scan_command(bytes)->letter == scan_letter::reap);
  CHECK_FALSE(next_scan_command(bytes));
}

TEST_CASE("a supervisor's message to svscan arrives as it was sent") {
  const char letter = GENERATE(scan_letter::let_go, scan_letter::tell);
  const pid_t supervisor = GENERATE(2, 300, 70000, 4194303);
  const std::string message = "a" + text_of(scan_message(letter, supervisor, 42)) + "t";
  std::string_view bytes = message;
  CHECK(next_scan_command(bytes)->letter == scan_letter::rescan);
  const auto command = next_scan_command(bytes);
  REQUIRE(command);
  CHECK(command->letter == letter);
  CHECK(command->supervisor == supervisor);
  CHECK(command->other == 42);
  CHECK(next_scan_command(bytes)->letter == scan_letter::terminate);
}

TEST_CASE("the beginning of a message is kept until its rest has come") {
  const std::string message = text_of(scan_message(scan_letter::let_go, 77, 0));
  for (size_t size = 1; size < message.size(); ++size) {
    std::string_view bytes(message.data(), size);
    CHECK_FALSE(next_scan_command(bytes));
    CHECK(bytes.size() == size);
  }
}

TEST_CASE("how a process ended arrives at the supervisor as it was sent") {
  const int status = GENERATE(0, 256, 9, 139, -1);
  const std::string message = text_of(end_message(4711, status)) + "u";
  std::string_view bytes = message;
  const auto news = next_end_message(bytes);
  REQUIRE(news);
  CHECK(news->pid == 4711);
  CHECK(news->wait_status == status);
  CHECK(bytes == "u");
}

TEST_CASE("what only looks like news of an end is left alone") {
  for (const std::string text : {"", "u", "\1", "\1end", "\1enx12345678", "end12345678"}) {
    std::string_view bytes = text;
    CHECK_FALSE(next_end_message(bytes));
    CHECK(bytes == text);
  }
}
