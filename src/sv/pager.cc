// SPDX-License-Identifier: ISC
#include "sv/pager.hh"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/child.hh"
#include "base/fd.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "client/editor.hh"
#include "client/in_path.hh"

namespace stoker {

namespace {

// less ends at once if one screen is enough, and shows colours.
constexpr char shell_line[] = "LESS=${LESS-FRX} LV=${LV--c}; export LESS LV; eval \"exec $0\"";

// Is the value of an option, which begins with one dash, the next word? Sets `follows` for -f.
bool takes_next(std::string_view letters, bool& follows) {
  while (!letters.empty()) {
    const char letter = letters.front();
    letters.remove_prefix(1);
    if (letter == 'f') follows = true;
    if (letter == 'n' || letter == 'g' || letter == 'o') return letters.empty();
  }
  return false;
}

bool is_long_with_value(std::string_view word) {
  for (const std::string_view name :
       {"--lines", "--grep", "--output", "--since", "--until", "--cursor"})
    if (word == name) return true;
  return false;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

bool has_started(const Spawned& spawned, const char* program) {
  if (spawned.pid > 0 && spawned.error == 0) return true;
  if (spawned.error != 0) errno = spawned.error;
  warn_errno({"unable to run ", program});
  return false;
}

}  // namespace

bool follows_log(std::span<char* const> words) {
  bool follows = false;
  for (size_t at = 0; at < words.size(); ++at) {
    std::string_view word(words[at]);
    if (word == "--") break;
    if (word == "--follow") follows = true;
    if (has_prefix(word, "--")) {
      at += is_long_with_value(word);
    } else if (has_prefix(word, "-")) {
      word.remove_prefix(1);
      at += takes_next(word, follows);
    }
  }
  return follows;
}

const char* find_pager() {
  if (isatty(STDOUT_FILENO) != 1) return nullptr;
  const char* const given = getenv("PAGER");
  if (given != nullptr) return *given == '\0' || std::string_view(given) == "cat" ? nullptr : given;
  for (const char* const usual : {"less", "more"})
    if (is_in_path(usual)) return usual;
  return nullptr;
}

int run_paged(const char* pager, const char* const* argv) {
  const WithoutKeys without_keys;
  const char* const shell[] = {"sh", "-c", shell_line, pager, nullptr};
  Pipe pipe = make_pipe();
  if (!pipe) die_errno({"unable to create a pipe"});
  const Spawned reader =
      spawn({.argv = shell, .environment = environ, .standard_input = pipe.read.get()});
  pipe.read.reset();
  if (!has_started(reader, pager)) return exit_trouble;
  const Spawned writer =
      spawn({.argv = argv, .environment = environ, .standard_output = pipe.write.get()});
  pipe.write.reset();
  const bool good = has_started(writer, argv[0]);
  const int status = wait_for(writer.pid);
  wait_for(reader.pid);
  if (!good) return exit_trouble;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

}  // namespace stoker
