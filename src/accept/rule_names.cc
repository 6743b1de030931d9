// SPDX-License-Identifier: ISC
#include "accept/rule_names.hh"

#include <algorithm>
#include <charconv>

namespace stoker {

namespace {

constexpr std::string_view for_all = "0";

void append_hexadecimal(RuleName& name, unsigned number) {
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
  name.append(std::string_view(digits, static_cast<size_t>(end - digits)));
}

// "192.0.2.1", "192.0.2", "192.0", "192"
RuleName prefix_of_v4(const SocketEnd& end, unsigned parts) {
  RuleName name;
  for (unsigned at = 0; at < parts; ++at)
    name.append(at == 0 ? "" : ".", unsigned{end.address.s6_addr[12 + at]});
  return name;
}

// "2001:db8:0:0:0:0:0" to "2001": without `::`, no prefix looks like an address.
RuleName prefix_of_v6(const SocketEnd& end, unsigned parts) {
  RuleName name;
  for (unsigned at = 0; at < parts; ++at) {
    const unsigned high = end.address.s6_addr[2 * at], low = end.address.s6_addr[2 * at + 1];
    name.append(at == 0 ? "" : ":");
    append_hexadecimal(name, high << 8 | low);
  }
  return name;
}

// "ip6/2001:db8::_32"
RuleName masked(const SocketEnd& end, unsigned bits) {
  const bool v4 = end.family == EndFamily::v4;
  in6_addr address = end.address;
  for (unsigned at = v4 ? 12 : 0, left = bits; at < 16; ++at) {
    const unsigned kept = std::min(left, 8U);
    address.s6_addr[at] = static_cast<uint8_t>(address.s6_addr[at] & (0xff00U >> kept));
    left -= kept;
  }
  return RuleName(v4 ? "ip4/" : "ip6/", address_text(address, end.family), "_", bits);
}

RuleName name_of_id(std::string_view kind, std::string_view between, uint32_t number) {
  return RuleName(kind, between, number);
}

}  // namespace

RuleName RuleNames::of_ipsvd(unsigned index) const {
  const SocketEnd& end = client_.remote;
  if (client_.is_local()) {
    if (!client_.credentials) return RuleName(index == 0 ? for_all : "");
    if (index == 0) return name_of_id("uid", ":", client_.credentials->user);
    if (index == 1) return name_of_id("gid", ":", client_.credentials->group);
    return RuleName(index == 2 ? for_all : "");
  }
  const bool v4 = end.family == EndFamily::v4;
  const unsigned parts = v4 ? 4 : 8;
  if (index == 0) return RuleName(end.text.view());
  if (index < parts)
    return v4 ? prefix_of_v4(end, parts - index) : prefix_of_v6(end, parts - index);
  return RuleName(index == parts ? for_all : "");
}

RuleName RuleNames::of_s6(unsigned index) const {
  if (client_.is_local()) {
    if (index == 0 && client_.credentials) return name_of_id("uid", "/", client_.credentials->user);
    if (index == 1 && client_.credentials)
      return name_of_id("gid", "/", client_.credentials->group);
    return RuleName(index <= 2 ? "uid/default" : "");
  }
  const unsigned bits = client_.remote.family == EndFamily::v4 ? 32 : 128;
  return index <= bits ? masked(client_.remote, bits - index) : RuleName();
}

RuleName RuleNames::next() {
  const unsigned index = index_++;
  return form_ == RuleForm::ipsvd ? of_ipsvd(index) : of_s6(index);
}

}  // namespace stoker
