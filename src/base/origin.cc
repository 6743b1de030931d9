// SPDX-License-Identifier: ISC
#include "base/origin.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constinit Text<300> name;

// What PWD says, if it is right.
std::string_view current_directory() {
  struct stat named {
  }, here{};
  const char* const path = getenv("PWD");
  const bool is_right = path != nullptr && *path == '/' && stat(path, &named) == 0 &&
                        stat(".", &here) == 0 && is_same_file(named, here);
  return is_right ? path : "";
}

std::string_view service_name() {
  name.clear();
  if (access("run", F_OK) != 0) return name;
  const std::string_view path = current_directory();
  std::string_view last = base_name(path);
  // A logger is named with its service.
  if (last == "log") {
    const size_t size = last.size() + 1;
    const std::string_view service = base_name({path.data(), path.size() - size});
    last = {service.data(), service.size() + size};
  }
  if (!last.empty()) name.append(last, ": ");
  return name;
}

}  // namespace

void set_tool(std::string_view tool) {
  set_program({tool});
  set_origin(service_name);
}

}  // namespace stoker
