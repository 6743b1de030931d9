// SPDX-License-Identifier: ISC
#pragma once
#include <poll.h>

#include <optional>
#include <string_view>

#include "base/clock.hh"
#include "base/fd.hh"
#include "base/mapped_memory.hh"
#include "base/report.hh"
#include "logdir/syslog.hh"
#include "net/remote.hh"

namespace stoker {

enum class Transport : uint8_t { udp, tcp, local };

// Where messages of RFC 5424 go, and what they call themselves.
struct ForwardTarget {
  Transport transport = Transport::udp;
  RemoteAddress address;
  SyslogPriority priority = 30;  // daemon.info
  std::string_view name;         // empty: none given
};

// "udp:192.0.2.1:514", "tcp:[2001:db8::1]:601" or "unix:/dev/log", then perhaps a
// priority such as "daemon.info", then perhaps a name. Empty for anything else.
std::optional<ForwardTarget> parse_forward(std::string_view text);

// Sends lines to a syslog daemon, and never waits for it. What a connection does not take
// at once waits in a buffer; what finds no room there is dropped, and counted.
class Forward {
 public:
  // `name` unless the target has one of its own. Empty: sends nothing.
  void set_target(const std::optional<ForwardTarget>& target, std::string_view name);
  explicit operator bool() const { return target_.has_value(); }

  // One line. False if it was dropped.
  bool send(const Tai64n& time, Words parts);

  // Connects and writes what waits, as far as that can be done at once.
  void attend();
  // When to attend although nothing happens; and what is waited for.
  Moment deadline() const;
  pollfd interest() const;
  // Waits until then for all to be sent.
  void finish(Moment end);

 private:
  bool connect();
  bool open_socket(int type);
  bool send_datagram(std::string_view header, Words parts);
  bool queue(std::string_view header, Words parts);
  bool report_loss(const Tai64n& time);
  bool pass(std::string_view header, Words parts);
  void write_queue();
  void retire_sent();
  void hang_up();
  bool pending() const { return begin_ != end_; }

  std::optional<ForwardTarget> target_;
  std::optional<SyslogHeader> header_;
  Fd socket_;
  bool stream_ = false, connecting_ = false;
  Moment retry_ = Moment::zero(), delay_ = Moment::zero();
  MappedMemory queue_;
  size_t begin_ = 0, end_ = 0;
  size_t sent_ = 0;  // behind begin_, of messages that may have to be sent again
  uint64_t lost_ = 0;
  Complaint complaint_;
};

}  // namespace stoker
