// SPDX-License-Identifier: ISC
#include "svlog/entry.hh"

#include <algorithm>

#include "base/parse.hh"
#include "logdir/syslog.hh"

namespace stoker {

namespace {

constexpr std::string_view names[] = {"emerg",   "alert",  "crit", "err",
                                      "warning", "notice", "info", "debug"};

std::optional<unsigned> priority_from(std::string_view text) {
  for (unsigned at = 0; at < 8; ++at)
    if (names[at] == text) return at;
  const auto number = parse_number<unsigned>(text);
  return number && *number < 8 ? number : std::nullopt;
}

// Cuts what is before `end`, with `end` itself, off the front; false if it is not there.
bool cut(std::string_view& text, std::string_view end, std::string_view& part) {
  const size_t at = text.find(end);
  if (at == std::string_view::npos) return false;
  part = {text.data(), at};
  text.remove_prefix(at + end.size());
  return true;
}

bool take_level(LogEntry& entry) {
  const std::string_view text = entry.message;
  if (text.size() < 3 || text[0] != '<' || text[2] != '>' || text[1] < '0' || text[1] > '7')
    return false;
  entry.priority = static_cast<unsigned>(text[1] - '0');
  entry.message.remove_prefix(3);
  return true;
}

// "cron[12]"
void take_sender(LogEntry& entry, std::string_view sender) {
  const size_t bracket = sender.find('[');
  entry.identifier = {sender.data(), std::min(bracket, sender.size())};
  if (bracket == std::string_view::npos || sender.back() != ']') return;
  entry.pid = {sender.data() + bracket + 1, sender.size() - bracket - 2};
}

}  // namespace

LogEntry entry_of(std::string_view message, std::string_view service) {
  LogEntry entry{usual_priority, service, {}, message};
  if (take_level(entry)) return entry;
  std::string_view rest = message, word, sender;
  if (!cut(rest, ": ", word)) return entry;
  const auto priority = parse_priority(word);
  if (!priority) return entry;
  entry.priority = *priority % 8;
  entry.message = rest;
  if (cut(rest, ": ", sender) && !sender.empty() && sender.find(' ') == std::string_view::npos) {
    take_sender(entry, sender);
    entry.message = rest;
  }
  return entry;
}

std::optional<PriorityRange> parse_priorities(std::string_view text) {
  std::string_view rest = text, first;
  if (!cut(rest, "..", first)) {
    const auto most = priority_from(text);
    return most ? std::optional(PriorityRange{0, *most}) : std::nullopt;
  }
  const auto one = priority_from(first), other = priority_from(rest);
  if (!one || !other) return {};
  return PriorityRange{std::min(*one, *other), std::max(*one, *other)};
}

}  // namespace stoker
