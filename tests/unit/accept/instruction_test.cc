// SPDX-License-Identifier: ISC
#include "accept/instruction.hh"

#include "catch.hh"
#include "made_client.hh"

using namespace stoker;
using namespace stoker::test;
using Kind = Instruction::Kind;

namespace {

Instruction parse(std::string_view line, const char* client = "192.0.2.1") {
  return parse_instruction(line, inet_end(client, 1));
}

}  // namespace

TEST_CASE("instructions set and remove variables") {
  const Instruction set = parse("+NAME=a=b c");
  CHECK(set.kind == Kind::set);
  CHECK(set.name == "NAME");
  CHECK(set.value == "a=b c");
  CHECK(parse("+NAME=").kind == Kind::set);
  const Instruction unset = parse("+NAME");
  CHECK(unset.kind == Kind::unset);
  CHECK(unset.name == "NAME");
  CHECK(parse("+").kind == Kind::mistaken);
  CHECK(parse("+=x").kind == Kind::mistaken);
}

TEST_CASE("instructions limit the connections of a client") {
  const Instruction limit = parse("C16:too many\\r\\n\\\\\\x");
  CHECK(limit.kind == Kind::limit);
  CHECK(limit.limit == 16);
  CHECK(limit.message.view() == "too many\r\n\\\\x");
  CHECK(parse("C0").limit == 0);
  CHECK(parse("C0").kind == Kind::limit);
  for (const char* const line : {"C", "Cx", "C-1", "C1x", "C99999999999"})
    CHECK(parse(line).kind == Kind::mistaken);
}

TEST_CASE("instructions check the address of a client") {
  CHECK(parse("=192.0.2.1").matches);
  CHECK_FALSE(parse("=192.0.2.2").matches);
  CHECK(parse("=0").matches);
  CHECK(parse("=0:other").value == "other");
  CHECK(parse("=192.0.2.1:file").value == "file");
  CHECK(parse("=[2001:db8::1]:file", "2001:db8:0::1").matches);
  CHECK(parse("=[2001:db8::1]:file", "2001:db8::1").value == "file");
  CHECK_FALSE(parse("=[2001:db8::1]").matches);
  CHECK(parse("=host.example.org:x").kind == Kind::look_up);
  CHECK_FALSE(parse("=host.example.org:x").matches);
  CHECK(parse("=").kind == Kind::mistaken);
}

TEST_CASE("comments and empty lines are no instructions, other lines are mistakes") {
  CHECK(parse("").kind == Kind::none);
  CHECK(parse("# +A=b").kind == Kind::none);
  CHECK(parse(" +A=b").kind == Kind::mistaken);
  CHECK(parse("deny").kind == Kind::mistaken);
}
