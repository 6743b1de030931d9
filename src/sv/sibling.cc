// SPDX-License-Identifier: ISC
#include "sv/sibling.hh"

#include <unistd.h>

#include "base/process.hh"

namespace stoker {

PathText path_of_sibling(const char* argv0, const char* program) {
  const std::string_view name(program);
  PathText path = program_path(argv0);
  const size_t slash = path.view().rfind('/');
  if (slash == std::string_view::npos) return PathText(name);
  path.cut(slash + 1);
  path.append(name);
  return access(path.c_str(), X_OK) == 0 ? path : PathText(name);
}

}  // namespace stoker
