// SPDX-License-Identifier: ISC
#include <cstring>

#include "accept/instruction.hh"
#include "fuzz.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {"+NAME=value",     "+NAME",          "C16:too many\\r\\n\\\\", "C0",
          "=192.0.2.1:file", "=[2001:db8::1]", "=example.org:x",         "# comment",
          "3:full"};
}

namespace {

void check_instruction(std::string_view line, const SocketEnd& client) {
  using Kind = Instruction::Kind;
  const Instruction parsed = parse_instruction(line, client);
  if (parsed.kind == Kind::set || parsed.kind == Kind::unset) {
    expect(!parsed.name.empty(), "a variable has a name");
    expect(parsed.name.find('=') == std::string_view::npos, "no name has an equals sign");
  }
  if (parsed.matches) expect(parsed.kind == Kind::check, "only checks apply");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  SocketEnd client;
  client.family = EndFamily::v6;
  check_instruction(text, client);
  unsigned limit = 0;
  Text<ServerSettings::longest_message> message;
  if (read_client_limit(text, limit, message))
    expect(message.size() < text.size(), "escapes only make a message shorter");

  // What the kernel says of the other end.
  sockaddr_storage address{};
  const size_t used = std::min(size, sizeof address);
  if (used > 0) std::memcpy(&address, data, used);
  const SocketEnd end = describe_end(address, static_cast<socklen_t>(used));
  expect(!end.text.truncated(), "every address fits");
  return 0;
}
