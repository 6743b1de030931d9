// SPDX-License-Identifier: ISC
#include "base/accounts.hh"

#include <fcntl.h>

#include <algorithm>

#include "base/fd.hh"
#include "base/parse.hh"

namespace stoker {

namespace {

std::string_view cut_field(std::string_view& text, char mark) {
  const std::string_view field(text.data(), std::min(text.find(mark), text.size()));
  text.remove_prefix(std::min(field.size() + 1, text.size()));
  return field;
}

// A line that does not fit is none that a user has.
std::optional<uint32_t> find_in_file(const char* path, std::string_view name) {
  const Fd file = open_read(AT_FDCWD, path);
  char buffer[4096];
  size_t kept = 0;
  while (file) {
    const ssize_t got = read_all(file.get(), std::span(buffer).subspan(kept));
    std::string_view bytes(buffer, kept + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    const bool is_end = bytes.size() < sizeof buffer;
    while (!bytes.empty() && (is_end || bytes.find('\n') != bytes.npos))
      if (const auto number = number_in_line(cut_field(bytes, '\n'), name)) return number;
    if (is_end) return {};
    kept = bytes.size() < sizeof buffer ? bytes.size() : 0;
    std::copy_n(bytes.data(), kept, buffer);
  }
  return {};
}

std::optional<uint32_t> find_number(const char* path, std::string_view name) {
  const auto number = parse_number<uint32_t>(name);
  if (number) return *number != UINT32_MAX ? number : std::nullopt;
  return find_in_file(path, name);
}

}  // namespace

std::optional<uint32_t> number_in_line(std::string_view line, std::string_view name) {
  if (name.empty() || cut_field(line, ':') != name) return {};
  cut_field(line, ':');
  return parse_number<uint32_t>(cut_field(line, ':'));
}

std::optional<Owner> find_owner(std::string_view text) {
  Owner owner;
  const std::string_view user = cut_field(text, ':');
  if (!user.empty()) {
    const auto number = find_number("/etc/passwd", user);
    if (!number) return {};
    owner.user = *number;
  }
  if (text.empty()) return user.empty() ? std::nullopt : std::optional(owner);
  const auto number = find_number("/etc/group", text);
  if (!number) return {};
  owner.group = *number;
  return owner;
}

}  // namespace stoker
