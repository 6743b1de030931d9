// SPDX-License-Identifier: ISC
#include "service/layout.hh"

#include "base/parse.hh"

namespace stoker::layout {

namespace {

bool names_something(std::string_view last) {
  return !last.empty() && last != "." && last != ".." && last != "/";
}

std::string_view parent(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return {path.data(), slash};
}

}  // namespace

PathText keeper_path(const char* root) {
  const bool is_apart = root != nullptr && *root != '\0';
  return PathText(is_apart ? root : "", is_apart ? "/" : "", scan_state, "/", keeper);
}

PathText state_directory(const char* root, std::string_view path, std::string_view name) {
  if (root == nullptr || *root == '\0') return PathText(state);
  std::string_view last = base_name(path);
  if (!names_something(last)) return PathText(root, "/", name);
  if (last != log) return PathText(root, "/", last);
  last = base_name(parent(path));
  return PathText(root, "/", names_something(last) ? last : name, ".log");
}

}  // namespace stoker::layout
