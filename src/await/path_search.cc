// SPDX-License-Identifier: ISC
#include "await/path_search.hh"

#include <fcntl.h>
#include <fnmatch.h>

#include <algorithm>

#include "base/directory.hh"
#include "base/file.hh"

namespace stoker {

namespace {

using Visit = FunctionRef<void(const char*)>;

// More levels with wildcards than anybody writes; each takes stack.
constexpr int most_levels = 32;

bool is_pattern(std::string_view name) { return name.find_first_of("*?[\\") != name.npos; }

struct Step {
  std::string_view name;  // empty at the end
  std::string_view rest;
};

Step take_step(std::string_view pattern) {
  while (!pattern.empty() && pattern.front() == '/') pattern.remove_prefix(1);
  const std::string_view name(pattern.data(), std::min(pattern.find('/'), pattern.size()));
  pattern.remove_prefix(name.size());
  return {name, pattern};
}

const char* name_of(const PathText& directory) {
  return directory.empty() ? "." : directory.c_str();
}

void descend(PathText& path, std::string_view name) {
  if (!path.empty() && path.view().back() != '/') path.append('/');
  path.append(name);
}

// Completes `path`, which exists, by the rest of the pattern. False, with `path` as it was, if
// nothing matches.
bool complete(PathText& path, std::string_view pattern, Visit visit, int level) {
  const size_t before = path.size();
  Step step = take_step(pattern);
  while (!step.name.empty() && !is_pattern(step.name)) {
    visit(name_of(path));
    descend(path, step.name);
    if (path.truncated() || !is_name_taken(AT_FDCWD, path.c_str())) {
      path.cut(before);
      return false;
    }
    step = take_step(step.rest);
  }
  if (step.name.empty()) return true;
  visit(name_of(path));
  Directory listing(AT_FDCWD, name_of(path));
  const Text<255> name(step.name);
  const size_t here = path.size();
  while (const char* const found = listing && level < most_levels ? listing.next() : nullptr) {
    if (fnmatch(name.c_str(), found, FNM_PERIOD) != 0) continue;
    descend(path, found);
    if (!path.truncated() && complete(path, step.rest, visit, level + 1)) return true;
    path.cut(here);
  }
  path.cut(before);
  return false;
}

}  // namespace

PathText first_match(const char* pattern, Visit visit) {
  PathText path;
  if (*pattern == '/') path.append('/');
  if (!complete(path, pattern, visit, 0)) path.clear();
  return path;
}

}  // namespace stoker
