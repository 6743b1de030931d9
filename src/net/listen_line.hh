// SPDX-License-Identifier: ISC
// The file `listen`: one socket per line, NAME KIND ADDRESS [OPTION...]. Blank lines and those that
// begin with # are ignored. service(5) describes it. Pure.
#pragma once
#include <sys/socket.h>

#include <optional>
#include <string_view>

#include "net/remote.hh"
#include "net/socket_options.hh"

namespace stoker {

// One socket. Texts are parts of the line.
struct SocketSpec {
  std::string_view name;  // in LISTEN_FDNAMES
  SocketKind kind = SocketKind::tcp;
  std::string_view address;    // as it is written; a path, @NAME, or a family of netlink
  RemoteAddress inet;          // of tcp and udp
  bool every_address = false;  // a port alone
  int family = 0, group = 0;   // of netlink
  SocketOptions options;

  bool is_abstract() const { return is_unix(kind) && address.front() == '@'; }
  // Has it a place in the file system?
  bool has_path() const { return kind == SocketKind::fifo || (is_unix(kind) && !is_abstract()); }
};

using ListenFault = Text<400>;

struct ListenLine {
  SocketSpec spec;
  ListenFault fault;  // empty: none
};

constexpr size_t longest_listen_line = 300;
constexpr size_t longest_socket_name = 64;
constexpr size_t longest_socket_path = 107;
constexpr size_t most_sockets = 64;
constexpr size_t longest_listen_file = 16 * 1024;

// `line` is neither blank nor a comment.
ListenLine parse_listen_line(std::string_view line);

// A name for LISTEN_FDNAMES: of printable ASCII, without a colon.
bool is_socket_name(std::string_view name, size_t longest = longest_socket_name);

// The lines of a file. What is wrong with the file as a whole, and with a line beside the others,
// is a fault of a line, too.
class ListenFile {
 public:
  explicit ListenFile(std::string_view text) : text_(text), rest_(text) {}

  // Goes to the next line with a socket; false at the end.
  bool next();
  std::string_view line() const { return line_; }  // without the white space around it
  unsigned number() const { return number_; }
  // What it says; a fault begins with "line N: ".
  ListenLine parse() const;

 private:
  bool is_named_before(std::string_view name) const;

  std::string_view text_, rest_, line_;
  unsigned number_ = 0, sockets_ = 0;
};

// The first fault of the file; empty: none. `notification_fd`: the descriptor that run has for
// that, or -1, which no socket may be.
ListenFault fault_of_listen(std::string_view text, int notification_fd = -1);

}  // namespace stoker
