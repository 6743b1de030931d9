// SPDX-License-Identifier: ISC
#include "service/scanner.hh"

#include <cstdint>

namespace stoker {

std::array<char, 5> let_go_message(pid_t supervisor) {
  std::array<char, 5> message = {scan_letter::let_go};
  auto bits = static_cast<uint32_t>(supervisor);
  for (size_t i = 1; i < message.size(); ++i, bits >>= 8) message[i] = static_cast<char>(bits);
  return message;
}

std::optional<ScanCommand> next_scan_command(std::string_view& bytes) {
  if (bytes.empty()) return {};
  ScanCommand command{.letter = bytes.front()};
  if (command.letter != scan_letter::let_go) {
    bytes.remove_prefix(1);
    return command;
  }
  constexpr size_t size = std::tuple_size_v<decltype(let_go_message(0))>;
  if (bytes.size() < size) return {};
  uint32_t bits = 0;
  for (size_t i = size - 1; i > 0; --i) bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
  command.supervisor = static_cast<pid_t>(bits);
  bytes.remove_prefix(size);
  return command;
}

}  // namespace stoker
