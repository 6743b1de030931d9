// SPDX-License-Identifier: ISC
// Who has an address: the kernel lists the sockets with their inodes, and each process the inodes
// that it has open.
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/directory.hh"
#include "base/parse.hh"
#include "base/process.hh"
#include "net/listen_socket.hh"

namespace stoker {

namespace {

// Shows the lines of a file of any length; longer lines are cut.
void meet_lines(const char* path, FunctionRef<void(std::string_view)> meet) {
  const Fd file = open_read(AT_FDCWD, path);
  char buffer[4096];
  size_t kept = 0;
  while (file) {
    const ssize_t got = read(file.get(), buffer + kept, sizeof buffer - kept);
    if (got <= 0) return;
    std::string_view bytes(buffer, kept + static_cast<size_t>(got));
    for (size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
      meet({bytes.data(), end});
      bytes.remove_prefix(end + 1);
    }
    kept = bytes.size() < sizeof buffer ? bytes.size() : 0;
    std::copy_n(bytes.data(), kept, buffer);
  }
}

std::string_view word_at(std::string_view line, int index) {
  std::string_view word;
  for (int at = 0; at <= index; ++at) word = next_word(line);
  return word;
}

uint16_t port_of(const SocketSpec& spec) {
  sockaddr_in address{};
  memcpy(&address, &spec.inet.address, sizeof address);  // the port is at the same place in IPv6
  return ntohs(address.sin_port);
}

// "  0: 00000000:0050 00000000:0000 0A ... INODE"
uint64_t inode_of_port(const char* path, uint16_t port, bool listens) {
  constexpr int local = 1, state = 3, inode = 9;
  constexpr char digits[] = "0123456789ABCDEF";
  char wanted[5] = {':'};
  for (unsigned at = 0; at < 4; ++at) wanted[1 + at] = digits[port >> (12 - 4 * at) & 0xf];
  uint64_t found = 0;
  meet_lines(path, [&](std::string_view line) {
    const bool is_it = found == 0 && word_at(line, local).ends_with({wanted, sizeof wanted}) &&
                       (!listens || word_at(line, state) == "0A");
    if (is_it) found = parse_number<uint64_t>(word_at(line, inode)).value_or(0);
  });
  return found;
}

// "Num RefCount Protocol Flags Type St Inode Path"
uint64_t inode_of_path(std::string_view path) {
  constexpr int inode = 6, name = 7;
  uint64_t found = 0;
  meet_lines("/proc/net/unix", [&](std::string_view line) {
    if (found == 0 && word_at(line, name) == path)
      found = parse_number<uint64_t>(word_at(line, inode)).value_or(0);
  });
  return found;
}

uint64_t inode_of(const SocketSpec& spec) {
  if (is_unix(spec.kind)) return inode_of_path(spec.address);
  if (!is_inet(spec.kind)) return 0;
  const bool tcp = spec.kind == SocketKind::tcp;
  const uint16_t port = port_of(spec);
  for (const char* const path :
       {tcp ? "/proc/net/tcp" : "/proc/net/udp", tcp ? "/proc/net/tcp6" : "/proc/net/udp6"})
    if (const uint64_t inode = inode_of_port(path, port, tcp)) return inode;
  return 0;
}

bool has_open(pid_t pid, std::string_view wanted) {
  Directory open(AT_FDCWD, Text<64>("/proc/", pid, "/fd").c_str());
  while (const char* const entry = open ? open.next() : nullptr) {
    char target[64];
    const ssize_t length = readlinkat(open.fd(), entry, target, sizeof target);
    if (length > 0 && std::string_view(target, static_cast<size_t>(length)) == wanted) return true;
  }
  return false;
}

}  // namespace

Text<64> holder_of(const SocketSpec& spec) {
  const uint64_t inode = inode_of(spec);
  Text<64> holder;
  if (inode == 0) return holder;
  const Text<64> wanted("socket:[", inode, "]");
  meet_processes(true, [&](pid_t pid, std::string_view) {
    if (holder.empty() && has_open(pid, wanted)) holder = name_and_pid(pid);
  });
  return holder;
}

}  // namespace stoker
