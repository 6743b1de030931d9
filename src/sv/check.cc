// SPDX-License-Identifier: ISC
#include "sv/check.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/child.hh"
#include "base/fd.hh"
#include "base/file.hh"
#include "base/report.hh"
#include "base/shared_directory.hh"
#include "base/text.hh"
#include "service/layout.hh"

namespace stoker {

namespace {

// As in runit, without the name of the program in front.
void warn_unable_to_run(const char* name, std::string_view why) {
  const Text<4400> line("warning: unable to run ", name, "/", layout::check, ": ", why, "\n");
  static_cast<void>(write_all(STDERR_FILENO, line));
}

}  // namespace

void begin_check(Check& check, int service, const char* name) {
  check.result = Check::Result::passed;
  struct stat file {
  }, directory{};
  const bool known =
      fstatat(service, layout::check, &file, 0) == 0 && fstat(service, &directory) == 0;
  if (!known && errno == ENOENT) return;
  if (known && (others_can_write(file) || others_can_write(directory)))
    return warn_unable_to_run(name, "others can write to it");

  constexpr const char* argv[] = {"./check", nullptr};
  const Fd nowhere = open_null();
  const Spawned child = spawn({
      .argv = argv,
      .environment = environ,
      .program = argv[0],
      .directory = service,
      .standard_output = nowhere.get(),
      .session = true,
  });
  if (child.pid < 0 || child.error != 0) {
    warn_unable_to_run(name, error_text(child.pid < 0 ? errno : child.error));
    return;
  }
  check.result = Check::Result::none;
  check.pid = child.pid;
}

void end_check(Check& check, int status) {
  const bool passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  check.result = passed ? Check::Result::passed : Check::Result::refused;
  // It is run again and again, and what it has left behind would pile up.
  abandon_check(check);
}

void abandon_check(Check& check) {
  if (check.pid != 0) signal_group(check.pid, SIGKILL);
  check.pid = 0;
}

}  // namespace stoker
