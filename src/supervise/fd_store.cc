// SPDX-License-Identifier: ISC
#include "supervise/fd_store.hh"

#include <poll.h>

#include <algorithm>
#include <array>

#include "base/open_file.hh"

namespace stoker {

namespace {

// Behind the name.
constexpr std::string_view unwatched = " unwatched";

}  // namespace

FdStore::Added FdStore::add(Fd fd, std::string_view name, unsigned limit, bool watched) {
  drop_dead();
  const auto stored = held_.stored();
  const auto is_it = [&fd](const HeldDescriptors::Item& item) {
    return is_same_open_file(item.fd, fd.get());
  };
  if (!fd || !is_socket_name(name, longest_stored_name)) return Added::unable;
  if (std::any_of(stored.begin(), stored.end(), is_it)) return Added::known;
  if (stored.size() >= limit) return Added::full;
  const Text<longest_listen_line> line(name, watched ? std::string_view() : unwatched);
  return held_.add_stored(std::move(fd), line) ? Added::yes : Added::unable;
}

void FdStore::drop_dead() {
  const auto stored = held_.stored();
  std::array<pollfd, most_stored> looks{};
  for (size_t at = 0; at < stored.size(); ++at)
    looks[at] = {stored[at].line().ends_with(unwatched) ? -1 : stored[at].fd, 0, 0};
  if (stored.empty() || poll(looks.data(), stored.size(), 0) <= 0) return;
  const pollfd* look = looks.data();
  held_.keep_stored([&look](const HeldDescriptors::Item&) { return look++->revents == 0; });
}

bool FdStore::remove(std::string_view name) {
  const size_t before = size();
  held_.keep_stored([name](const HeldDescriptors::Item& item) { return item.name() != name; });
  return size() < before;
}

}  // namespace stoker
