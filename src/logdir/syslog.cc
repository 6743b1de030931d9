// SPDX-License-Identifier: ISC
#include "logdir/syslog.hh"

#include <algorithm>
#include <span>

#include "base/parse.hh"

namespace stoker {

namespace {

constexpr std::string_view facilities[] = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};
constexpr std::string_view severities[] = {"emerg",   "alert",  "crit", "err",
                                           "warning", "notice", "info", "debug"};
constexpr SyslogPriority usual_priority = 13;  // user.notice

std::optional<unsigned> place_in(std::span<const std::string_view> names, std::string_view name) {
  for (unsigned place = 0; place < names.size(); ++place)
    if (names[place] == name) return place;
  return {};
}

// A name as RFC 5424 requires: printable, of limited length, never empty.
Text<255> proper(std::string_view name, size_t longest) {
  Text<255> text(std::string_view(name.data(), std::min(name.size(), longest)));
  for (char& byte : std::span(text.data(), text.size()))
    if (byte <= ' ' || byte > '~') byte = '_';
  if (text.empty()) text.append('-');
  return text;
}

// Cuts "<13>" off. Without one it is what syslog(3) itself would take.
SyslogPriority cut_priority(std::string_view& text) {
  const size_t end = text.find('>');
  if (text.empty() || text.front() != '<' || end > 4) return usual_priority;
  const auto number = parse_number<unsigned>({text.data() + 1, end - 1});
  if (!number) return usual_priority;
  text.remove_prefix(end + 1);
  return *number;
}

bool fits(std::string_view text, std::string_view form) {
  return text.size() >= form.size() &&
         std::equal(form.begin(), form.end(), text.begin(), [](char wanted, char is) {
           if (wanted == '0') return is == ' ' || (is >= '0' && is <= '9');
           if (wanted == 'a') return (is >= 'a' && is <= 'z') || (is >= 'A' && is <= 'Z');
           return wanted == is;
         });
}

void cut_date(std::string_view& text) {
  constexpr std::string_view form = "aaa 00 00:00:00 ";
  if (fits(text, form)) text.remove_prefix(form.size());
}

bool is_shown(unsigned char byte) { return byte == '\t' || (byte >= ' ' && byte != 127); }

}  // namespace

std::optional<SyslogPriority> parse_priority(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {};
  const auto facility = place_in(facilities, {text.data(), dot});
  text.remove_prefix(dot + 1);
  const auto severity = place_in(severities, text);
  if (!facility || !severity) return {};
  return *facility * 8 + *severity;
}

Text<24> priority_text(SyslogPriority priority) {
  Text<24> text;
  const unsigned facility = priority / 8;
  if (facility < std::size(facilities))
    text.append(facilities[facility]);
  else
    text.append(facility);
  text.append('.', severities[priority % 8]);
  return text;
}

SyslogHeader::SyslogHeader(SyslogPriority priority, std::string_view host, std::string_view name)
    : priority_('<', priority, ">1 "),
      names_(proper(host, 255), ' ', proper(name, 48), " - - - ") {}

SyslogHeader::Line SyslogHeader::line(const Tai64n& time) {
  return Line(priority_, stamper_.stamp(time), names_);
}

std::string_view syslog_line(std::string_view datagram, std::span<char> into) {
  while (!datagram.empty() && (datagram.back() == '\n' || datagram.back() == '\0'))
    datagram.remove_suffix(1);
  const Text<24> priority = priority_text(cut_priority(datagram));
  cut_date(datagram);
  char* at = std::copy_n(priority.c_str(), priority.size(), into.data());
  *at++ = ':';
  *at++ = ' ';
  constexpr size_t longest_byte = 4;
  const char* const last = into.data() + into.size() - longest_byte - 1;
  for (const char byte : datagram) {
    if (at > last) break;
    const auto code = static_cast<unsigned char>(byte);
    if (is_shown(code)) {
      *at++ = byte;
    } else {
      *at++ = '#';
      for (int shift = 6; shift >= 0; shift -= 3)
        *at++ = static_cast<char>('0' + ((code >> shift) & 7));
    }
  }
  *at++ = '\n';
  return {into.data(), static_cast<size_t>(at - into.data())};
}

}  // namespace stoker
