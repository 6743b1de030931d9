// SPDX-License-Identifier: ISC
#include "logger/forward.hh"

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/parse.hh"
#include "base/signals.hh"

namespace stoker {

namespace {

constexpr size_t queue_size = 262144;
constexpr size_t most_parts = 8;
constexpr Moment first_delay = 1s;
constexpr Moment longest_delay = 60s;

std::optional<RemoteAddress> parse_path(std::string_view path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return {};
  address.sun_family = AF_UNIX;
  std::copy_n(path.data(), path.size(), address.sun_path);
  RemoteAddress packed;
  memcpy(&packed.address, &address, sizeof address);
  packed.size = sizeof address;
  return packed;
}

bool cut_prefix(std::string_view& text, std::string_view prefix) {
  if (!has_prefix(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

Text<256> host_name() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0) return {};
  return Text<256>(static_cast<const char*>(name));
}

bool same_place(const ForwardTarget& one, const ForwardTarget& other) {
  return one.transport == other.transport && one.address.size == other.address.size &&
         memcmp(&one.address.address, &other.address.address, one.address.size) == 0;
}

size_t size_of(Words parts) {
  size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  return size;
}

}  // namespace

std::optional<ForwardTarget> parse_forward(std::string_view text) {
  ForwardTarget target;
  std::string_view address = next_word(text);
  std::optional<RemoteAddress> found;
  if (cut_prefix(address, "udp:")) {
    found = parse_remote(address);
  } else if (cut_prefix(address, "tcp:")) {
    target.transport = Transport::tcp;
    found = parse_remote(address);
  } else if (cut_prefix(address, "unix:")) {
    target.transport = Transport::local;
    found = parse_path(address);
  }
  if (!found) return {};
  target.address = *found;
  if (const std::string_view word = next_word(text); !word.empty()) {
    const auto priority = parse_priority(word);
    if (!priority) return {};
    target.priority = *priority;
  }
  target.name = trim(text);
  return target;
}

void Forward::set_target(const std::optional<ForwardTarget>& target, std::string_view name) {
  if (!target || !target_ || !same_place(*target, *target_)) {
    socket_.reset();
    begin_ = end_ = sent_ = 0;
    lost_ = 0;
    retry_ = delay_ = Moment::zero();
  }
  target_ = target;
  if (!target) return;
  header_.emplace(target->priority, host_name(), target->name.empty() ? name : target->name);
  if (!socket_) stream_ = target->transport == Transport::tcp;
  if (target->transport != Transport::udp && !queue_) queue_ = MappedMemory(queue_size);
  if (target->transport != Transport::udp && !queue_) target_.reset();
}

bool Forward::open_socket(int type) {
  const sockaddr_storage& address = target_->address.address;
  socket_ = Fd(socket(address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) return false;
  const auto* const plain = static_cast<const sockaddr*>(static_cast<const void*>(&address));
  if (::connect(socket_.get(), plain, target_->address.size) == 0) return true;
  connecting_ = errno == EINPROGRESS;
  if (!connecting_) socket_.reset();
  return connecting_;
}

// A local socket may be of either kind.
bool Forward::connect() {
  if (now() < retry_) return false;
  connecting_ = false;
  stream_ = target_->transport == Transport::tcp;
  bool open = open_socket(stream_ ? SOCK_STREAM : SOCK_DGRAM);
  if (!open && errno == EPROTOTYPE) {
    stream_ = true;
    open = open_socket(SOCK_STREAM);
  }
  if (!open) hang_up();
  return open;
}

// What the other side may not have got is sent again on the next connection.
void Forward::hang_up() {
  const int reason = errno;
  if (target_ && reason != 0) {
    errno = reason;
    complaint_.warn_errno({"unable to forward lines"});
  }
  socket_.reset();
  connecting_ = false;
  sent_ = 0;
  delay_ = std::clamp(2 * delay_, first_delay, stream_ ? longest_delay : first_delay);
  retry_ = now() + delay_;
}

bool Forward::send(const Tai64n& time, Words parts) {
  const bool possible = socket_ || connect() || stream_;
  if (possible && (lost_ == 0 || report_loss(time)) && pass(header_->line(time), parts))
    return true;
  ++lost_;
  return false;
}

bool Forward::pass(std::string_view header, Words parts) {
  return stream_ ? queue(header, parts) : send_datagram(header, parts);
}

bool Forward::send_datagram(std::string_view header, Words parts) {
  iovec pieces[most_parts];
  size_t count = 0;
  pieces[count++] = {const_cast<char*>(header.data()), header.size()};
  for (const std::string_view part : parts)
    if (count < most_parts) pieces[count++] = {const_cast<char*>(part.data()), part.size()};
  msghdr message{};
  message.msg_iov = pieces;
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(count);  // musl: int
  const bool udp = target_->transport == Transport::udp;
  ssize_t sent = sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  // That is the fate of an earlier datagram, not of this one.
  if (sent < 0 && udp && errno == ECONNREFUSED)
    sent = sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  if (sent >= 0) {
    complaint_.clear();
    delay_ = Moment::zero();
    return true;
  }
  // A full buffer goes away by itself.
  if (errno != EAGAIN && errno != ENOBUFS && errno != EMSGSIZE) hang_up();
  return false;
}

// With its size in front, as in RFC 6587.
bool Forward::queue(std::string_view header, Words parts) {
  const size_t size = header.size() + size_of(parts);
  const Text<24> frame(size, ' ');
  const std::span<char> memory = queue_.bytes();
  if (begin_ != 0 && memory.size() - end_ < frame.size() + size) {
    std::copy(memory.data() + begin_, memory.data() + end_, memory.data());
    end_ -= begin_;
    begin_ = 0;
  }
  if (memory.size() - end_ < frame.size() + size) return false;
  const auto add = [this, memory](std::string_view part) {
    std::copy_n(part.data(), part.size(), memory.data() + end_);
    end_ += part.size();
  };
  add(frame);
  add(header);
  for (const std::string_view part : parts) add(part);
  return true;
}

bool Forward::report_loss(const Tai64n& time) {
  const Digits count(lost_);
  if (!pass(header_->line(time), {"dropped ", count, lost_ == 1 ? " line" : " lines"}))
    return false;
  lost_ = 0;
  return true;
}

void Forward::attend() {
  if (!target_) return;
  if (!socket_ && pending()) static_cast<void>(connect());
  if (!socket_ || !stream_) return;
  char heard[512];
  pollfd state{socket_.get(), POLLIN | POLLOUT, 0};
  if (poll(&state, 1, 0) != 1) return;
  // There are no answers; but reading shows that the other side has gone.
  if ((state.revents & POLLIN) != 0) {
    const ssize_t got = recv(socket_.get(), heard, sizeof heard, MSG_DONTWAIT);
    if (got == 0) errno = ECONNRESET;
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return hang_up();
  }
  if ((state.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) write_queue();
}

void Forward::write_queue() {
  connecting_ = false;
  while (begin_ + sent_ != end_ || (lost_ != 0 && report_loss(tai_now()))) {
    const char* const from = queue_.bytes().data() + begin_ + sent_;
    const ssize_t written = ::send(socket_.get(), from, end_ - begin_ - sent_, MSG_NOSIGNAL);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (written < 0) return hang_up();
    sent_ += static_cast<size_t>(written);
    retire_sent();
    complaint_.clear();
    delay_ = Moment::zero();
  }
}

// Forgets messages that are gone altogether.
void Forward::retire_sent() {
  while (sent_ != 0) {
    const std::string_view rest(queue_.bytes().data() + begin_, end_ - begin_);
    const size_t blank = rest.find(' ');
    const size_t size = blank + 1 + parse_number<size_t>({rest.data(), blank}).value_or(0);
    if (sent_ < size) return;
    begin_ += size;
    sent_ -= size;
  }
  if (begin_ == end_) {
    begin_ = end_ = 0;
    release_memory(queue_.bytes());
  }
}

Moment Forward::deadline() const { return target_ && pending() && !socket_ ? retry_ : never; }

pollfd Forward::interest() const {
  if (!socket_ || !stream_) return {-1, 0, 0};
  const bool writes = connecting_ || begin_ + sent_ != end_;
  return {socket_.get(), static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN), 0};
}

void Forward::finish(Moment end) {
  attend();
  while (target_ && pending() && now() < end) {
    pollfd one = interest();
    wait_until({&one, 1}, std::min(end, deadline()));
    attend();
  }
}

}  // namespace stoker
