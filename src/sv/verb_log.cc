// SPDX-License-Identifier: ISC
// `sv log` and `sv --lines N status`, by means of svlog(8).
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/child.hh"
#include "base/mapped_array.hh"
#include "base/report.hh"
#include "sv/sibling.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr char reader[] = "svlog";

}  // namespace

void become_reader(const char* argv0, std::span<char* const> words) {
  MappedArray<const char*> argv(words.size() + 2);
  if (!argv) die_errno({"unable to allocate memory"}, exit_fatal);
  size_t count = 0;
  argv.all()[count++] = reader;
  for (const char* const word : words) argv.all()[count++] = word;
  argv.all()[count] = nullptr;
  execvp(path_of_sibling(argv0, reader).c_str(), const_cast<char* const*>(argv.all().data()));
  die_errno({"unable to run ", reader}, exit_fatal);
}

bool show_last_lines(const char* argv0, const char* name, const char* lines) {
  const PathText path = path_of_sibling(argv0, reader);
  const char* const argv[] = {path.c_str(), "-n", lines, "--", name, nullptr};
  const Spawned spawned = spawn({.argv = argv, .environment = environ});
  if (spawned.error != 0) errno = spawned.error;
  if (spawned.pid < 0 || spawned.error != 0) warn_errno({"unable to run ", reader});
  int status = 0;
  while (spawned.pid > 0 && waitpid(spawned.pid, &status, 0) < 0 && errno == EINTR) continue;
  return spawned.pid > 0 && status == 0;
}

}  // namespace stoker
