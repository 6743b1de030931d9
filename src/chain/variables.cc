// SPDX-License-Identifier: ISC
#include "chain/variables.hh"

#include <algorithm>
#include <cstdlib>

#include "base/report.hh"
#include "base/text_file.hh"

namespace stoker {

namespace {

constinit char terminated[TextFile::longest + 1];

}  // namespace

void set_variable(const char* name, const char* value) {
  if (setenv(name, value, 1) != 0) die_errno({"unable to set $", name});
}

void set_variable(const char* name, std::string_view value) {
  *std::copy_n(value.data(), std::min(value.size(), TextFile::longest), terminated) = '\0';
  set_variable(name, terminated);
}

void unset_variable(const char* name) {
  if (unsetenv(name) != 0) die_errno({"unable to unset $", name});
}

}  // namespace stoker
