// SPDX-License-Identifier: ISC
// `sv log`, `sv attach` and `sv --lines N status`, by means of svlog(8).
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/child.hh"
#include "base/mapped_array.hh"
#include "base/report.hh"
#include "sv/pager.hh"
#include "sv/sibling.hh"
#include "sv/sv.hh"

namespace stoker {

namespace {

constexpr char reader[] = "svlog";

// The reader, options of ours, and the words that were given.
class ReaderArguments {
 public:
  ReaderArguments(const char* program, std::span<const char* const> options,
                  std::span<char* const> words)
      : room_(words.size() + options.size() + 2) {
    if (!room_) die_errno({"unable to allocate memory"}, exit_fatal);
    auto next = room_.all().begin();
    *next++ = program;
    next = std::copy(options.begin(), options.end(), next);
    next = std::copy(words.begin(), words.end(), next);
    *next = nullptr;
  }
  const char* const* argv() const { return room_.all().data(); }

 private:
  MappedArray<const char*> room_;
};

[[noreturn]] void become(const char* argv0, const ReaderArguments& arguments) {
  execvp(path_of_sibling(argv0, reader).c_str(), const_cast<char* const*>(arguments.argv()));
  die_errno({"unable to run ", reader}, exit_fatal);
}

}  // namespace

int log(const Invocation& how, std::span<char* const> words) {
  const char* const pager = follows_log(words) ? nullptr : find_pager();
  if (pager == nullptr) become(how.argv0, {reader, {}, words});
  const char* const options[] = {"--terminal"};
  const PathText program = path_of_sibling(how.argv0, reader);
  return run_paged(pager, ReaderArguments(program.c_str(), options, words).argv());
}

int attach(const Invocation& how, std::span<char* const> names) {
  const char* const options[] = {"-f", "--"};
  become(how.argv0, {reader, options, names});
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
