// SPDX-License-Identifier: ISC
#include "base/origin.hh"

#include <unistd.h>

#include <cstdlib>

#include "base/environment.hh"
#include "base/parse.hh"
#include "base/report.hh"

namespace stoker {

namespace {

constexpr std::string_view logger = "/log";

constinit PathText path;

std::string_view service_name() {
  if (access("run", F_OK) != 0) return {};
  path = logical_directory(getenv("PWD"));
  const std::string_view here = path, name = base_name(here);
  if (name != "log") return name;
  // A logger is named with its service.
  const std::string_view service = base_name({here.data(), here.size() - logger.size()});
  return {service.data(), service.size() + logger.size()};
}

}  // namespace

void set_tool(std::string_view name) {
  set_program({name});
  set_origin(service_name);
}

}  // namespace stoker
