// SPDX-License-Identifier: ISC
#include "chain/env_directory.hh"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "chain/variables.hh"

namespace stoker {

namespace {

// The longest string that Linux passes to a program.
constexpr size_t longest_value = 128 * 1024;
constinit char contents[longest_value + 1];

void apply_file(const EnvDirectory& from, int directory, const char* name) {
  const Fd file = open_read(directory, name);
  const ssize_t size = file ? read_all(file.get(), {contents, longest_value}) : -1;
  if (size < 0 && errno == EISDIR && from.skip_directories) {
    if (from.warn) warn_errno({"unable to read ", from.path, "/", name});
    return;
  }
  if (size < 0) die_errno({"unable to read ", from.path, "/", name});
  if (!is_variable_name(name))
    die({"unable to use ", from.path, "/", name, ": invalid variable name"});

  const Text<512> variable(from.prefix, name);
  if (variable.truncated()) die({"unable to use ", from.path, "/", name, ": name too long"});
  const auto value = variable_value({contents, static_cast<size_t>(size)});
  if (!value) return unset_variable(variable.c_str());
  if (value->size() == longest_value)
    die({"unable to use ", from.path, "/", name, ": value too long"});
  contents[value->size()] = '\0';
  set_variable(variable.c_str(), contents);
}

}  // namespace

std::optional<std::string_view> variable_value(std::span<char> file) {
  if (file.empty()) return {};
  const auto newline = std::find(file.begin(), file.end(), '\n');
  std::string_view line(file.data(), static_cast<size_t>(newline - file.begin()));
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  std::replace(file.data(), file.data() + line.size(), '\0', '\n');
  return line;
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && name.find('=') == std::string_view::npos;
}

void apply_env_directory(const EnvDirectory& from, const LoaderWording& wording) {
  Directory directory(AT_FDCWD, from.path);
  if (!directory) die_errno({"unable to switch to directory", wording.before_object, from.path});
  while (const char* const name = directory.next())
    if (name[0] != '.') apply_file(from, directory.fd(), name);
  if (errno != 0) die_errno({"unable to read directory ", from.path});
}

}  // namespace stoker
