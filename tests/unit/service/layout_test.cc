// SPDX-License-Identifier: ISC
#include "service/layout.hh"

#include <string>

#include "catch.hh"

using namespace stoker;

namespace {

std::string directory(const char* root, std::string_view path, std::string_view name = "cwd") {
  return std::string(layout::state_directory(root, path, name).view());
}

}  // namespace

TEST_CASE("without a root the state is in the service itself") {
  CHECK(directory(nullptr, "/etc/sv/web") == "supervise");
  CHECK(directory("", "web/log") == "supervise");
}

TEST_CASE("with a root the state of NAME is in ROOT/NAME") {
  CHECK(directory("/run/sv", "web") == "/run/sv/web");
  CHECK(directory("/run/sv", "/etc/sv/web") == "/run/sv/web");
  CHECK(directory("/run/sv", "web/") == "/run/sv/web");
  CHECK(directory("/run/sv", "./a b/c d//") == "/run/sv/c d");
  CHECK(directory("/run/sv", "logger") == "/run/sv/logger");
}

TEST_CASE("with a root the state of a logger is in ROOT/NAME.log") {
  CHECK(directory("/run/sv", "web/log") == "/run/sv/web.log");
  CHECK(directory("/run/sv", "/etc/sv/web/log/") == "/run/sv/web.log");
  CHECK(directory("/run/sv", "/etc/sv/web//log") == "/run/sv/web.log");
  CHECK(directory("/run/sv", "log") == "/run/sv/cwd.log");
  CHECK(directory("/run/sv", "./log") == "/run/sv/cwd.log");
}

TEST_CASE("a path without a base name stands for the given name") {
  CHECK(directory("/run/sv", ".") == "/run/sv/cwd");
  CHECK(directory("/run/sv", "./") == "/run/sv/cwd");
  CHECK(directory("/run/sv", "..") == "/run/sv/cwd");
  CHECK(directory("/run/sv", "/") == "/run/sv/cwd");
  CHECK(directory("/run/sv", "") == "/run/sv/cwd");
  CHECK(directory("/run/sv", "web/..") == "/run/sv/cwd");
  CHECK(directory("/run/sv", "/log") == "/run/sv/cwd.log");
}

TEST_CASE("a name too long for a path is known to be cut") {
  CHECK(layout::state_directory("/run/sv", std::string(5000, 'x'), "cwd").truncated());
}
