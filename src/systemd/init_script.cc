// SPDX-License-Identifier: ISC
#include "systemd/init_script.hh"

#include <fcntl.h>

#include "base/any.hh"
#include "base/file.hh"
#include "base/parse.hh"
#include "systemd/unit_name.hh"

namespace stoker::systemd {

namespace {

// What starts scripts, and is none.
constexpr std::string_view others[] = {"rc", "rcS", "skeleton", "README"};

}  // namespace

PathText init_script_of(const Site& site, std::string_view unit) {
  const std::string_view name = stem_of(unit);
  const bool may_be = type_of(unit) == UnitType::service && !name.empty() && !has_slash(name) &&
                      name.front() != '.';
  if (!may_be || any(others, [name](std::string_view one) { return one == name; })) return {};
  PathText path(site.root(), "/etc/init.d/", name);
  return is_executable(AT_FDCWD, path.c_str()) ? path : PathText();
}

}  // namespace stoker::systemd
