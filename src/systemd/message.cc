// SPDX-License-Identifier: ISC
#include "systemd/message.hh"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/fd.hh"

namespace stoker::systemd {

namespace {

using Line = Text<8 * 1024>;

void write_line(Line& line) {
  line.append("\n");
  static_cast<void>(write_all(STDERR_FILENO, line));  // a failure cannot be reported
}

}  // namespace

void complain(Words what) {
  Line line;
  for (const std::string_view word : what) line.append(word);
  write_line(line);
}

void complain_errno(Words what) {
  const int error = errno;
  Line line;
  for (const std::string_view word : what) line.append(word);
  line.append(": ", strerror(error));
  write_line(line);
}

bool has_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return strstr(value, "UTF-8") != nullptr || strstr(value, "utf8") != nullptr;
  }
  return true;
}

std::string_view arrow() { return has_utf8() ? "→" : "->"; }
std::string_view dot() { return has_utf8() ? "●" : "*"; }

}  // namespace stoker::systemd
