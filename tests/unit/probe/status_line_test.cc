// SPDX-License-Identifier: ISC
#include "probe/status_line.hh"

#include <string>

#include "catch.hh"

using namespace stoker;
using Found = StatusLine::Found;

namespace {

// The code, 0 while it is unfinished, -1 where it is not HTTP; whatever the pieces it comes in.
int code_of(const std::string& answer) {
  int last = -2;
  for (size_t piece = 1; piece <= answer.size(); ++piece) {
    StatusLine line;
    Found found = Found::unfinished;
    for (size_t at = 0; at < answer.size() && found == Found::unfinished; at += piece)
      found = line.take(std::string_view(answer).substr(at, piece));
    const int code = found == Found::code ? line.code() : found == Found::not_http ? -1 : 0;
    if (last != -2) CHECK(code == last);
    last = code;
  }
  return last;
}

}  // namespace

TEST_CASE("the code of an answer is found before its line has ended") {
  CHECK(code_of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == 200);
  CHECK(code_of("HTTP/1.0 302 ") == 302);
  CHECK(code_of("HTTP/1.1 503\r") == 503);
  CHECK(code_of("HTTP/1.1 204\n") == 204);
  CHECK(code_of("HTTP/1.1 20") == 0);
  CHECK(code_of("HTTP/1.1 200") == 0);
  CHECK(code_of("H") == 0);
}

TEST_CASE("an answer that announces another one is not the last") {
  CHECK(code_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n") == 200);
  CHECK(code_of("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 No\r\n") == 404);
  CHECK(code_of("HTTP/1.1 100\n\nHTTP/1.1 200 OK\n") == 200);
  CHECK(code_of("HTTP/1.1 100 Continue\r\n") == 0);
  CHECK(code_of("HTTP/1.1 100 Continue\r\n\r\nnonsense") == -1);
}

TEST_CASE("what is not HTTP is known at its first wrong byte") {
  for (const char* const answer :
       {"SSH-2.0-OpenSSH\r\n", "http/1.1 200 OK", "HTTP/1.1  200", "HTTP/x.1 200 ", "HTTP/1.1 20x",
        "HTTP/1.1 2000", "HTTP/1.1\t200 ", "\x15\x03\x01", "+PONG\r\n", " HTTP/1.1 200 "})
    CHECK(code_of(answer) == -1);
}

TEST_CASE("no more of an answer is read than there must be") {
  StatusLine line;
  std::string answer = "HTTP/1.1 100 ";
  answer.append(StatusLine::most - answer.size(), 'x');
  CHECK(line.take(answer) == Found::unfinished);
  CHECK(line.take("x") == Found::not_http);
}
