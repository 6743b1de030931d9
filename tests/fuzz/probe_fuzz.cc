// SPDX-License-Identifier: ISC
#include <algorithm>

#include "fuzz.hh"
#include "probe/status_line.hh"
#include "probe/target.hh"

using namespace stoker;
using Found = StatusLine::Found;

namespace {

int code_of(std::string_view answer, size_t piece) {
  StatusLine line;
  for (size_t at = 0; at < answer.size(); at += piece) {
    const Found found = line.take(answer.substr(at, piece));
    if (found == Found::not_http) return -1;
    if (found == Found::code) return line.code();
  }
  return 0;
}

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_target(std::string_view word) {
  const auto target = parse_target(word);
  expect(!fault_of_target(word).empty(), "a reason for each fault");
  if (!target) return;
  expect(is_within(target->path, word), "a path of the word");
  const bool is_remote = !target->remotes().empty();
  expect(is_remote != !target->path.empty(), "an address or a path");
  for (const RemoteAddress& remote : target->remotes()) expect(remote.size > 0, "an address");
  const bool connects =
      target->kind == Target::Kind::unix_path || target->kind == Target::Kind::http;
  if (connects && !is_remote) expect(target->path.size() <= longest_socket_path, "it fits");
  const auto is_plain = [](char byte) { return byte > ' ' && byte != 127; };
  expect(std::all_of(target->url.begin(), target->url.end(), is_plain), "one line");
  if (is_remote) expect(std::all_of(target->host.begin(), target->host.end(), is_plain), "a host");
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {"HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.0 503 No\r\n",
          "http://127.0.0.1:80/healthz",
          "http+unix:/run/x:/y",
          "http://[::1]/",
          "tcp:[::1]:80",
          "tcp:localhost:80",
          "unix:@x",
          "file:/x,1h 30min",
          "pid-file:x"};
}

// In whatever pieces an answer comes, its code is the same; a target is sane or has a reason.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = text_of(data, size);
  const int code = code_of(text, 1 + size);
  expect(code >= -1 && code <= 999 && code / 100 != 1, "a final code");
  for (const size_t piece : {1, 2, 7, 512}) expect(code_of(text, piece) == code, "the same code");
  check_target(text);
  return 0;
}
