// SPDX-License-Identifier: ISC
#include "client/in_path.hh"

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.hh"
#include "base/text.hh"

namespace stoker {

bool is_in_path(std::string_view program) {
  constexpr char usual[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const char* const variable = getenv("PATH");
  std::string_view path(variable != nullptr ? variable : usual);
  while (!path.empty()) {
    const std::string_view part(path.data(), std::min(path.find(':'), path.size()));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (is_executable(AT_FDCWD, PathText(part, "/", program).c_str())) return true;
  }
  return false;
}

}  // namespace stoker
