// SPDX-License-Identifier: ISC
#include "fuzz.hh"
#include "net/listen_line.hh"

using namespace stoker;

std::vector<std::string> fuzz_seeds() {
  return {
      "http tcp [::]:80 backlog=64 reuse-port\n# all\nadmin unix /run/web.sock mode=0660 "
      "owner=root:web\n",
      "dns udp 0.0.0.0:53 receive-buffer=1M ip-tos=low-delay\nevents unix @name pass-credentials\n",
      "dev netlink kobject-uevent:1\npipe fifo /run/x pipe-size=64K\nold inherit\n",
      "x tcp 80 keep-alive-time=2min timestamping=ns", std::string("a\0tcp 80\n", 9)};
}

// Every line is good or has a fault that names it; a good one is what the rest of Stoker takes for
// granted.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  bool good = text.size() <= longest_listen_file;
  for (ListenFile file(text); file.next();) {
    expect(!file.line().empty() && file.line().front() != '#', "a line with a socket");
    const ListenLine parsed = file.parse();
    good = good && parsed.fault.empty();
    if (!parsed.fault.empty()) continue;
    const SocketSpec& spec = parsed.spec;
    expect(is_socket_name(spec.name), "a name");
    expect(file.line().size() <= longest_listen_line, "a line that fits");
    if (is_inet(spec.kind)) expect(spec.inet.size > 0, "an address");
    if (is_unix(spec.kind)) expect(spec.address.size() <= longest_socket_path, "a path that fits");
    if (spec.has_path()) expect(spec.address.front() == '/', "an absolute path");
  }
  expect(fault_of_listen(text).empty() == good, "the faults of the lines are those of the file");
  return 0;
}
