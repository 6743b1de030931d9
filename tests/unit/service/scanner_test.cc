// SPDX-License-Identifier: ISC
#include "service/scanner.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

const pid_t pids[] = {1, 97, 256, 24932, 4194304, 0x7fffffff};

template <size_t size>
std::string text_of(const std::array<char, size>& message) {
  return {message.data(), message.size()};
}

}  // namespace

TEST_CASE("the scanner's letters are s6's") {
  CHECK(scan_letter::rescan == 'a');
  CHECK(scan_letter::reload == 'h');
  CHECK(scan_letter::reap == 'z');
  CHECK(scan_letter::terminate == 't');
  CHECK(scan_letter::interrupt == 'i');
  CHECK(scan_letter::quit == 'q');
}

TEST_CASE("a supervisor's message carries its pids, whatever their bytes") {
  const char letter = GENERATE(scan_letter::detach, scan_letter::tell);
  for (const pid_t pid : pids)
    for (const pid_t other : pids) {
      const std::string message = text_of(scan_message(letter, pid, other));
      std::string_view bytes(message);
      const auto command = next_scan_command(bytes);
      REQUIRE(command);
      CHECK(command->letter == letter);
      CHECK(command->supervisor == pid);
      CHECK(command->other == other);
      CHECK(bytes.empty());
    }
}

TEST_CASE("messages and letters may alternate") {
  const std::string all = "a" + text_of(scan_message(scan_letter::detach, 24932, 0)) + "h";
  std::string_view bytes(all);
  CHECK(next_scan_command(bytes)->letter == 'a');
  CHECK(next_scan_command(bytes)->supervisor == 24932);
  CHECK(next_scan_command(bytes)->letter == 'h');
  CHECK_FALSE(next_scan_command(bytes));
}

TEST_CASE("an incomplete message is left in the buffer") {
  const std::string message = text_of(scan_message(scan_letter::tell, 77, 88));
  for (size_t size = 0; size < message.size(); ++size) {
    std::string_view bytes(message.data(), size);
    CHECK_FALSE(next_scan_command(bytes));
    CHECK(bytes.size() == size);
  }
}

TEST_CASE("an exit report arrives complete or not at all") {
  for (const pid_t pid : pids) {
    const std::string message = text_of(end_message(pid, 0x8b));
    std::string_view bytes(message);
    const auto news = next_end_message(bytes);
    REQUIRE(news);
    CHECK(news->pid == pid);
    CHECK(news->wait_status == 0x8b);
    CHECK(bytes.empty());
    for (size_t size = 0; size < message.size(); ++size) {
      std::string_view part(message.data(), size);
      CHECK_FALSE(next_end_message(part));
      CHECK(part.size() == size);
    }
  }
  std::string_view letters("\1endless");
  CHECK_FALSE(next_end_message(letters));
}
