// SPDX-License-Identifier: ISC
#include "probe/attempt.hh"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "base/parse.hh"
#include "base/text.hh"

namespace stoker {

namespace {

// The queue of a UNIX socket is full: nothing shows when it is not.
constexpr Moment retry_interval = 10ms;

using Request = Text<longest_url + 256>;

Request request_for(const Target& target) {
  const bool is_port = parse_number<uint16_t>(target.host).has_value();
  return Request("GET ", target.url, " HTTP/1.1\r\nHost: ", is_port ? "localhost:" : "",
                 target.host, "\r\nUser-Agent: probe\r\nAccept: */*\r\nConnection: close\r\n\r\n");
}

std::string_view remedy_for(int error) {
  switch (error) {
  case ECONNREFUSED: return "nothing listens there";
  case ENOENT: return "the service has not made its socket";
  case EACCES:
  case EPERM: return "the user of the probe may not connect";
  case ENOTSOCK: return "it is no socket";
  case EADDRNOTAVAIL:
  case EAFNOSUPPORT:
  case ENETUNREACH:
  case EHOSTUNREACH: return "this machine has no way to that address";
  case EMFILE:
  case ENFILE: return "raise the limit of open files";
  default: return "look at the log of the service";
  }
}

// A socket that looks for a port that nothing has may find itself.
bool is_connected_to_itself(int fd) {
  RemoteAddress here, there;
  here.size = there.size = sizeof here.address;
  return getsockname(fd, reinterpret_cast<sockaddr*>(&here.address), &here.size) == 0 &&
         getpeername(fd, reinterpret_cast<sockaddr*>(&there.address), &there.size) == 0 &&
         here.size == there.size && memcmp(&here.address, &there.address, here.size) == 0;
}

}  // namespace

void Attempt::begin(const Target& target, const RemoteAddress* remote) {
  target_ = &target;
  remote_ = remote;
  connect_socket();
}

short Attempt::events() const { return stage_ == Stage::receiving ? POLLIN : POLLOUT; }

bool Attempt::open_socket(int type) {
  const int family = remote_ != nullptr ? remote_->address.ss_family : AF_UNIX;
  socket_ = Fd(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return static_cast<bool>(socket_);
}

void Attempt::connect_socket() {
  retry_at_ = never;
  const bool connects =
      remote_ == nullptr
          ? connect_unix()
          : open_socket(SOCK_STREAM) &&
                connect(socket_.get(), reinterpret_cast<const sockaddr*>(&remote_->address),
                        remote_->size) == 0;
  if (connects) return connected();
  if (errno == EINPROGRESS) return;
  if (errno != EAGAIN) return fail_to_connect(errno);
  socket_.reset();
  retry_at_ = now() + retry_interval;
}

// Whether it is one for streams, the path does not tell.
bool Attempt::connect_unix() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string_view path = target_->path;
  memcpy(address.sun_path, path.data(), path.size());
  const bool is_abstract = path.front() == '@';
  if (is_abstract) address.sun_path[0] = '\0';
  const auto size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (is_abstract ? 0 : 1));
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
    if (!open_socket(type)) return false;
    if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return true;
    if (errno != EPROTOTYPE || target_->kind == Target::Kind::http) return false;
  }
  return false;
}

void Attempt::fail_to_connect(int error) { fail("unable to connect", remedy_for(error), error); }

void Attempt::connected() {
  if (remote_ != nullptr && is_connected_to_itself(socket_.get()))
    return fail_to_connect(ECONNREFUSED);
  if (target_->kind != Target::Kind::http) return succeed();
  stage_ = Stage::sending;
  send_request();
}

void Attempt::turn() {
  if (!socket_) return connect_socket();
  switch (stage_) {
  case Stage::connecting: {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    return error != 0 ? fail_to_connect(error) : connected();
  }
  case Stage::sending: return send_request();
  case Stage::receiving: return receive();
  }
}

void Attempt::send_request() {
  const Request request = request_for(*target_);
  const ssize_t sent =
      send(socket_.get(), request.c_str() + sent_, request.size() - sent_, MSG_NOSIGNAL);
  if (sent < 0 && errno == EAGAIN) return;
  // It may have answered before it closed the connection.
  if (sent >= 0) sent_ += static_cast<size_t>(sent);
  if (sent < 0 || sent_ == request.size()) stage_ = Stage::receiving;
}

void Attempt::receive() {
  char bytes[512];
  const ssize_t got = recv(socket_.get(), bytes, sizeof bytes, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) return fail("no answer", "look at the log of the service", errno);
  if (got == 0)
    return fail("the connection was closed without an answer", "look at the log of the service");
  switch (answer_.take({bytes, static_cast<size_t>(got)})) {
  case StatusLine::Found::unfinished: return;
  case StatusLine::Found::not_http:
    return fail("the answer is not HTTP", "is that the right port? TLS is not supported");
  case StatusLine::Found::code: break;
  }
  constexpr int least = 200, most = 399;
  if (answer_.code() >= least && answer_.code() <= most) return succeed();
  fail("answered", "expected 2xx or 3xx");
  finding_.code = answer_.code();
}

Finding Attempt::give_up() const {
  using Kind = Finding::Kind;
  switch (stage_) {
  case Stage::connecting:
    return {Kind::failed,
            socket_ ? "no connection in time" : "its queue of connections has been full",
            "does the service accept connections?"};
  case Stage::sending:
  case Stage::receiving: break;
  }
  return {Kind::failed, "no answer in time", "is the service overloaded? see -t, too"};
}

}  // namespace stoker
