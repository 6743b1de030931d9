// SPDX-License-Identifier: ISC
#include "await/network.hh"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "base/text.hh"

namespace stoker {

namespace {

bool is_bindable(int family, const sockaddr* address, socklen_t size) {
  const Fd probe(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return probe && bind(probe.get(), address, size) == 0;
}

enum class Answer : uint8_t { no, yes, not_an_address };

// An address that is still tested for duplicates cannot be bound to, and so is not there yet.
Answer has_this_address(const char* subject) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  bool found = false;
  if (inet_pton(AF_INET, subject, &four.sin_addr) == 1)
    found = is_bindable(AF_INET, reinterpret_cast<const sockaddr*>(&four), sizeof four);
  else if (inet_pton(AF_INET6, subject, &six.sin6_addr) == 1)
    found = is_bindable(AF_INET6, reinterpret_cast<const sockaddr*>(&six), sizeof six);
  else
    return Answer::not_an_address;
  return found ? Answer::yes : Answer::no;
}

bool reaches_beyond_link(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    constexpr uint32_t link_local = 0xa9fe;  // 169.254/16
    return ntohl(four.sin_addr.s_addr) >> 16U != link_local;
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 six{};
  std::memcpy(&six, &address, sizeof six);
  return !IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr);
}

bool interface_has_address(std::string_view name) {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return false;
  bool found = false;
  for (const ifaddrs* one = all; one != nullptr && !found; one = one->ifa_next)
    found =
        name == one->ifa_name && one->ifa_addr != nullptr && reaches_beyond_link(*one->ifa_addr);
  freeifaddrs(all);
  return found;
}

}  // namespace

bool is_interface_up(const char* name) {
  const Fd asked(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  if (!asked || std::strlen(name) >= sizeof request.ifr_name) return false;
  std::memcpy(request.ifr_name, name, std::strlen(name) + 1);
  if (ioctl(asked.get(), SIOCGIFFLAGS, &request) != 0) return false;
  constexpr int needed = IFF_UP | IFF_RUNNING;
  return (request.ifr_flags & needed) == needed;
}

bool has_address(const char* subject) {
  const Answer answer = has_this_address(subject);
  return answer == Answer::not_an_address ? interface_has_address(subject) : answer == Answer::yes;
}

}  // namespace stoker
