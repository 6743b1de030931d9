// SPDX-License-Identifier: ISC
#include "accept/instruction.hh"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace stoker {

namespace {

std::string_view cut_at(std::string_view& text, char separator) {
  const std::string_view part(text.data(), std::min(text.find(separator), text.size()));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

Instruction parse_variable(std::string_view text) {
  Instruction parsed;
  const bool sets = text.find('=') != std::string_view::npos;
  parsed.name = cut_at(text, '=');
  parsed.value = text;
  parsed.kind = parsed.name.empty() ? Instruction::Kind::mistaken
                : sets              ? Instruction::Kind::set
                                    : Instruction::Kind::unset;
  return parsed;
}

Instruction parse_limit(std::string_view text) {
  Instruction parsed;
  const bool valid = read_client_limit(text, parsed.limit, parsed.message);
  parsed.kind = valid ? Instruction::Kind::limit : Instruction::Kind::mistaken;
  return parsed;
}

// "192.0.2.1", "0", or in brackets "[2001:db8::1]", since a colon ends the host.
Instruction parse_check(std::string_view text, const SocketEnd& client) {
  Instruction parsed;
  parsed.kind = Instruction::Kind::check;
  in6_addr address{};
  const bool v6 = !text.empty() && text.front() == '[';
  if (v6) text.remove_prefix(1);
  const Text<64> host(cut_at(text, v6 ? ']' : ':'));
  if (v6 && !text.empty()) text.remove_prefix(1);
  parsed.value = text;
  void* const bytes = v6 ? address.s6_addr : address.s6_addr + 12;
  if (host.view() == "0")
    parsed.matches = true;
  else if (inet_pton(v6 ? AF_INET6 : AF_INET, host.c_str(), bytes) != 1)
    parsed.kind = host.empty() ? Instruction::Kind::mistaken : Instruction::Kind::look_up;
  else
    parsed.matches = client.family == (v6 ? EndFamily::v6 : EndFamily::v4) &&
                     memcmp(client.address.s6_addr + (v6 ? 0 : 12), bytes, v6 ? 16 : 4) == 0;
  return parsed;
}

}  // namespace

Instruction parse_instruction(std::string_view line, const SocketEnd& client) {
  if (line.empty() || line.front() == '#') return {};
  const char first = line.front();
  line.remove_prefix(1);
  if (first == '+') return parse_variable(line);
  if (first == 'C') return parse_limit(line);
  if (first == '=') return parse_check(line, client);
  Instruction parsed;
  parsed.kind = Instruction::Kind::mistaken;
  return parsed;
}

}  // namespace stoker
