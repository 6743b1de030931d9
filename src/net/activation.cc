// SPDX-License-Identifier: ISC
#include "net/activation.hh"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/parse.hh"

namespace stoker {

namespace {

constexpr std::array socket_numbers = [] {
  std::array<int, most_activated> numbers{};
  std::iota(numbers.begin(), numbers.end(), STDERR_FILENO + 1);
  return numbers;
}();

}  // namespace

std::span<const int> activated_sockets(const Environment& environment, pid_t receiver) {
  const char* const pid = environment.get(activation::pid);
  const char* const count = environment.get(activation::count);
  if (pid == nullptr || count == nullptr || parse_number<pid_t>(pid) != receiver) return {};
  const size_t number = parse_number<size_t>(count).value_or(0);
  return std::span(socket_numbers).first(std::min(number, socket_numbers.size()));
}

int activated_socket(const Environment& environment, pid_t receiver, std::string_view name) {
  const char* const names = environment.get(activation::names);
  std::string_view rest(names != nullptr ? names : "");
  for (const int number : activated_sockets(environment, receiver)) {
    const std::string_view next(rest.data(), std::min(rest.find(':'), rest.size()));
    if (next == name) return number;
    rest.remove_prefix(std::min(next.size() + 1, rest.size()));
  }
  return -1;
}

}  // namespace stoker
