// SPDX-License-Identifier: ISC
#include "service/name_list.hh"

#include <algorithm>

#include "base/parse.hh"

namespace stoker {

namespace {

bool is_control(char byte) {
  constexpr unsigned char first_printable = ' ', erase = 0x7f;
  const auto code = static_cast<unsigned char>(byte);
  return code < first_printable || code == erase;
}

// What names a logger ends so.
constexpr std::string_view log_suffix = "/log";

// Cuts a line off, without its newline; empty if there is no whole one.
std::optional<std::string_view> next_line(std::string_view& bytes, bool is_end) {
  const size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos && (!is_end || bytes.empty())) return {};
  const std::string_view line(bytes.data(), std::min(newline, bytes.size()));
  bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  return line;
}

}  // namespace

NameFault fault_of_service_name(std::string_view name, std::string_view owner) {
  if (name.size() > longest_name) return NameFault::too_long;
  if (std::any_of(name.begin(), name.end(), is_control)) return NameFault::control;
  if (name.front() == '.') return NameFault::dot;
  if (name.ends_with(log_suffix)) return NameFault::logger;
  if (has_slash(name)) return NameFault::slash;
  return name == owner ? NameFault::itself : NameFault::none;
}

std::string_view reason_of(NameFault fault) {
  switch (fault) {
  case NameFault::none: break;
  case NameFault::dot: return "no service has a name that begins with a dot";
  case NameFault::slash: return "it is a path, and not the name of a service";
  case NameFault::logger: return "a logger comes and goes with its service";
  case NameFault::itself: return "it is the service itself";
  case NameFault::control: return "it is not text";
  case NameFault::too_long: return "it is too long for a name";
  case NameFault::too_many: return "no more names of a file count";
  }
  return "";
}

std::optional<std::string_view> NameLines::next(std::string_view& bytes, bool is_end) {
  for (;;) {
    auto line = next_line(bytes, is_end);
    const bool is_whole = line.has_value();
    if (!is_whole && bytes.size() > longest_line) {
      line = bytes;
      bytes.remove_prefix(bytes.size());
    }
    if (!line) return {};
    const bool skipped = skips_;
    skips_ = !is_whole;
    const std::string_view name = trim({line->data(), std::min(line->size(), longest_line)});
    if (!skipped && !name.empty() && name.front() != '#') return name;
  }
}

}  // namespace stoker
