// SPDX-License-Identifier: ISC
#include "service/scanner.hh"

#include <algorithm>
#include <cstdint>

#include "base/parse.hh"
#include "service/bytes.hh"

namespace stoker {

namespace {

constexpr char message_mark = 1;

std::span<unsigned char> bytes_of(std::span<char> text) {
  return {reinterpret_cast<unsigned char*>(text.data()), text.size()};
}

ByteReader reader_of(std::string_view text) {
  return ByteReader({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

}  // namespace

std::array<char, scan_message_size> scan_message(char letter, pid_t supervisor, pid_t other) {
  std::array<char, scan_message_size> message = {message_mark, letter};
  ByteWriter out(bytes_of(message).subspan(2));
  out.put(static_cast<int32_t>(supervisor));
  out.put(static_cast<int32_t>(other));
  return message;
}

std::optional<ScanCommand> next_scan_command(std::string_view& bytes) {
  if (bytes.empty()) return {};
  if (bytes.front() != message_mark) {
    const ScanCommand command{.letter = bytes.front()};
    bytes.remove_prefix(1);
    return command;
  }
  if (bytes.size() < scan_message_size) return {};
  ScanCommand command{.letter = bytes[1]};
  bytes.remove_prefix(2);
  ByteReader in = reader_of(bytes);
  command.supervisor = in.number<int32_t>();
  command.other = in.number<int32_t>();
  bytes.remove_prefix(scan_message_size - 2);
  return command;
}

std::array<char, end_message_size> end_message(pid_t pid, int wait_status) {
  std::array<char, end_message_size> message{};
  std::copy(end_mark.begin(), end_mark.end(), message.begin());
  ByteWriter out(bytes_of(message).subspan(end_mark.size()));
  out.put(static_cast<int32_t>(pid));
  out.put(static_cast<int32_t>(wait_status));
  return message;
}

std::optional<ExitReport> next_end_message(std::string_view& bytes) {
  if (bytes.size() < end_message_size || !has_prefix(bytes, end_mark)) return {};
  bytes.remove_prefix(end_mark.size());
  ByteReader in = reader_of(bytes);
  ExitReport report;
  report.pid = in.number<int32_t>();
  report.wait_status = in.number<int32_t>();
  bytes.remove_prefix(end_message_size - end_mark.size());
  return report;
}

std::array<char, order_message_size> order_message(OrderWord word) {
  std::array<char, order_message_size> message{};
  std::copy(order_mark.begin(), order_mark.end(), message.begin());
  message.back() = static_cast<char>(word);
  return message;
}

std::optional<OrderWord> next_order_message(std::string_view& bytes) {
  if (bytes.size() < order_message_size || !has_prefix(bytes, order_mark)) return {};
  const auto word = static_cast<OrderWord>(bytes[order_mark.size()]);
  bytes.remove_prefix(order_message_size);
  return word;
}

std::array<char, echo_message_size> echo_message(uint16_t number) {
  std::array<char, echo_message_size> message{};
  std::copy(echo_mark.begin(), echo_mark.end(), message.begin());
  ByteWriter out(bytes_of(message).subspan(echo_mark.size()));
  out.put(number);
  return message;
}

std::optional<uint16_t> next_echo_message(std::string_view& bytes) {
  if (bytes.size() < echo_message_size || !has_prefix(bytes, echo_mark)) return {};
  bytes.remove_prefix(echo_mark.size());
  const auto number = reader_of(bytes).number<uint16_t>();
  bytes.remove_prefix(echo_message_size - echo_mark.size());
  return number;
}

}  // namespace stoker
