// SPDX-License-Identifier: ISC
#include "probe/target.hh"

#include <algorithm>

#include "base/duration.hh"
#include "base/parse.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constexpr size_t none = std::string_view::npos;

// Cuts the prefix off the text, if that begins with it.
bool cut_prefix(std::string_view& text, std::string_view prefix) {
  if (!has_prefix(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view part(std::string_view text, size_t from, size_t to = none) {
  return {text.data() + from, std::min(to, text.size()) - from};
}

// Without a port, it could be any.
bool names_port(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == none) return false;
  return address.front() == '[' ? address[colon - 1] == ']' : address.find(':') == colon;
}

bool add(Target& target, std::string_view address) {
  const auto remote = names_port(address) ? parse_remote(address) : std::nullopt;
  if (!remote) return false;
  target.addresses[target.address_count++] = *remote;
  return true;
}

bool add_both_loopbacks(Target& target, std::string_view port) {
  return add(target, Text<32>("127.0.0.1:", port)) && add(target, Text<32>("[::1]:", port));
}

bool set_address(Target& target, std::string_view text) {
  if (cut_prefix(text, "localhost:") || text.find(':') == none)
    return text.size() <= 5 && add_both_loopbacks(target, text);
  return add(target, text);
}

bool set_socket(Target& target, std::string_view path) {
  target.path = path;
  return !path.empty() && path != "@" && path.size() <= longest_socket_path;
}

// Does it stay within its line of a request?
bool fits_line(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return byte > ' ' && byte != 127; });
}

bool set_url(Target& target, std::string_view url) {
  target.url = url;
  return !url.empty() && url.front() == '/' && url.size() <= longest_url && fits_line(url);
}

bool set_http(Target& target, std::string_view text) {
  const size_t slash = std::min(text.find('/'), text.size());
  target.host = part(text, 0, slash);
  if (!fits_line(target.host)) return false;
  if (!set_url(target, slash < text.size() ? part(text, slash) : "/")) return false;
  if (set_address(target, target.host)) return true;
  // Here a host without a port means the usual one.
  target.address_count = 0;
  const Text<64> usual(target.host, ":80");
  return !usual.truncated() && set_address(target, usual);
}

// The path ends where the URL begins.
bool set_http_socket(Target& target, std::string_view text) {
  const size_t colon = text.rfind(":/");
  target.host = "localhost";
  if (colon == none) return set_socket(target, text) && set_url(target, "/");
  return set_socket(target, part(text, 0, colon)) && set_url(target, part(text, colon + 1));
}

bool set_file(Target& target, std::string_view text) {
  target.path = text;
  const size_t comma = text.rfind(',');
  const auto age = comma == none ? std::nullopt : parse_duration(part(text, comma + 1));
  if (age) {
    target.path = part(text, 0, comma);
    target.newest = *age;
  }
  return !target.path.empty();
}

bool set(Target& target, std::string_view text) {
  using Kind = Target::Kind;
  const auto is = [&](std::string_view prefix, Kind kind) {
    target.kind = kind;
    return cut_prefix(text, prefix);
  };
  if (is("tcp:", Kind::tcp)) return set_address(target, text);
  if (is("unix:", Kind::unix_path)) return set_socket(target, text);
  if (is("http://", Kind::http)) return set_http(target, text);
  if (is("http+unix:", Kind::http)) return set_http_socket(target, text);
  if (is("file:", Kind::file)) return set_file(target, text);
  if (!is("pid-file:", Kind::pid_file)) return false;
  target.path = text;
  return !text.empty();
}

}  // namespace

std::optional<Target> parse_target(std::string_view word) {
  Target target;
  target.word = word;
  return set(target, word) ? std::optional(target) : std::nullopt;
}

std::string_view fault_of_target(std::string_view word) {
  if (has_prefix(word, "https:")) return "TLS is not supported: probe http, or use another program";
  if (has_prefix(word, "tcp:")) return "not ADDRESS:PORT with a numeric address, or a port";
  if (has_prefix(word, "http:")) return "not http://ADDRESS:PORT/PATH with a numeric address";
  if (has_prefix(word, "http+unix:")) return "not http+unix:PATH:/URL";
  if (has_prefix(word, "unix:")) return "not the path of a socket, which has at most 107 bytes";
  if (has_prefix(word, "file:") || has_prefix(word, "pid-file:")) return "the path is missing";
  return "must begin with tcp:, unix:, http://, http+unix:, pid-file: or file:";
}

}  // namespace stoker
