// SPDX-License-Identifier: ISC
// One try to reach one address, which never blocks.
#pragma once
#include "base/fd.hh"
#include "probe/status_line.hh"
#include "probe/target.hh"

namespace stoker {

// How it went. `why` is why it failed, with the reason from `error`, and what helps.
struct Finding {
  enum class Kind : uint8_t { pending, fine, failed } kind = Kind::pending;
  std::string_view why{}, remedy{};
  int error = 0;
  int code = 0;  // of an answer that is not as it should be
};

class Attempt {
 public:
  // `remote` is null for a UNIX socket.
  void begin(const Target& target, const RemoteAddress* remote);
  // Its descriptor can be read or written, or it is time to try again.
  void turn();

  const Finding& finding() const { return finding_; }
  bool is_pending() const { return finding_.kind == Finding::Kind::pending; }
  int fd() const { return socket_.get(); }  // -1: none
  short events() const;                     // to be polled for
  Moment deadline() const { return retry_at_; }
  // How it is when the time is over.
  Finding give_up() const;

 private:
  enum class Stage : uint8_t { connecting, sending, receiving };

  void connect_socket();
  bool open_socket(int type);
  bool connect_unix();
  void connected();
  void send_request();
  void receive();
  void succeed() { finding_ = {Finding::Kind::fine}; }
  void fail(std::string_view why, std::string_view remedy, int error = 0) {
    finding_ = {Finding::Kind::failed, why, remedy, error};
  }
  void fail_to_connect(int error);

  const Target* target_ = nullptr;
  const RemoteAddress* remote_ = nullptr;
  Fd socket_;
  Stage stage_ = Stage::connecting;
  size_t sent_ = 0;
  StatusLine answer_;
  Finding finding_;
  Moment retry_at_ = never;
};

// What needs no connection: files.
Finding examine_file(const Target& target);

}  // namespace stoker
