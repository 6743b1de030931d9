// SPDX-License-Identifier: ISC
#include "chain/run_next.hh"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constexpr char usual_path[] = "/bin:/usr/bin";

// Should the search continue in other directories of PATH?
bool worth_a_further_look(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES || error == EPERM ||
         error == EISDIR;
}

std::string_view cut_directory(std::string_view& path) {
  const size_t colon = path.find(':');
  const std::string_view directory(path.data(), std::min(colon, path.size()));
  path.remove_prefix(std::min(directory.size() + 1, path.size()));
  return directory;
}

// Returns only on failure, with the most specific error in errno.
void execute(const char* program, char* const* argv, std::string_view path) {
  if (strchr(program, '/') != nullptr) {
    execve(program, argv, environ);
    return;
  }
  int reason = ENOENT;
  do {
    const std::string_view directory = cut_directory(path);
    const PathText file(directory.empty() ? "." : directory, "/", program);
    if (file.truncated()) continue;
    execve(file.c_str(), argv, environ);
    if (errno != ENOENT && errno != ENOTDIR) reason = errno;
    if (!worth_a_further_look(errno)) return;
  } while (!path.empty());
  errno = reason;
}

}  // namespace

void run_next(char** argv, const char* path, const LoaderWording& wording, const char* name) {
  const char* const program = argv[0];
  if (name != nullptr) argv[0] = const_cast<char*>(name);
  execute(program, argv, path != nullptr ? path : usual_path);
  die_errno({"unable to run", wording.before_object, program});
}

}  // namespace stoker
