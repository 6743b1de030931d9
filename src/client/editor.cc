// SPDX-License-Identifier: ISC
#include "client/editor.hh"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/child.hh"
#include "base/fd.hh"
#include "base/parse.hh"

namespace stoker {

WithoutKeys::WithoutKeys() : interrupt_(signal(SIGINT, SIG_IGN)), quit_(signal(SIGQUIT, SIG_IGN)) {}

WithoutKeys::~WithoutKeys() {
  signal(SIGINT, interrupt_);
  signal(SIGQUIT, quit_);
}

const char* editor_from(std::initializer_list<const char*> variables) {
  for (const char* const name : variables) {
    const char* const value = getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return access("/usr/bin/editor", X_OK) == 0 ? "editor" : "vi";
}

bool run_editor(const char* editor, const char* path) {
  const WithoutKeys without_keys;
  const char* const argv[] = {"sh", "-c", "eval \"exec $0 \\\"\\$1\\\"\"", editor, path, nullptr};
  const Spawned child = spawn({.argv = argv,
                               .environment = environ,
                               .standard_input = STDIN_FILENO,
                               .standard_output = STDOUT_FILENO});
  int status = -1;
  while (child.pid > 0 && waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  return status == 0;
}

bool is_interactive() { return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1; }

Text<80> ask(std::string_view question) {
  Text<80> answer;
  if (!write_all(STDOUT_FILENO, question)) return answer;
  for (char byte = 0; read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n';) answer.append(byte);
  return Text<80>(trim(answer));
}

}  // namespace stoker
