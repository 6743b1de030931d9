// SPDX-License-Identifier: ISC
// Messages of syslog(3) and RFC 5424. All pure.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/tai64n.hh"
#include "base/text.hh"
#include "logdir/stamp.hh"

namespace stoker {

// A facility and a severity: eight times the one, plus the other.
using SyslogPriority = unsigned;

// "daemon.info"; empty for anything else.
std::optional<SyslogPriority> parse_priority(std::string_view text);

// "daemon.info"; the number of a facility that has no name.
Text<24> priority_text(SyslogPriority priority);

// The header of messages of RFC 5424 that all have the same priority, host and name.
class SyslogHeader {
 public:
  using Line = Text<400>;

  // Bytes that are not allowed in these names become `_`.
  SyslogHeader(SyslogPriority priority, std::string_view host, std::string_view name);

  Line line(const Tai64n& time);

 private:
  Text<8> priority_;
  Text<320> names_;
  Stamper stamper_{StampForm::iso};
};

// A datagram that syslog(3) has sent, as a line of text: "daemon.info: cron[12]: hello",
// without its date, which the reader adds. Control bytes are
// shown in octal, as `#012`. The line ends with a newline and fits into `into`, which
// has at least 64 bytes.
std::string_view syslog_line(std::string_view datagram, std::span<char> into);

}  // namespace stoker
