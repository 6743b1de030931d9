// SPDX-License-Identifier: ISC
// runsvchdir: switch runsvdir to another directory of services. See runsvchdir(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/about.hh"
#include "base/fd.hh"
#include "base/options.hh"
#include "base/report.hh"
#include "base/text.hh"

namespace stoker {

namespace {

constexpr char usual_place[] = "/etc/runit/runsvdir";
constexpr char current[] = "current", previous[] = "previous", fresh[] = "current.new";

struct stat stat_directory(const char* path) {
  struct stat facts {};
  if (stat(path, &facts) != 0) die_errno({path});
  if (!S_ISDIR(facts.st_mode)) die({path, ": not a directory."});
  return facts;
}

void print(const char* directory, std::string_view what) {
  const Text<4200> line("runsvchdir: ", directory, what, "\n");
  if (!write_all(STDOUT_FILENO, line)) die_errno({"unable to write"});
}

void change_to(const char* directory) {
  if (unlink(fresh) != 0 && errno != ENOENT) die_errno({"unable to unlink: ", fresh});
  if (symlink(directory, fresh) != 0) die_errno({"unable to create: ", fresh, " -> ", directory});
  if (unlink(previous) != 0 && errno != ENOENT) die_errno({"unable to unlink: ", previous});
  if (rename(current, previous) != 0 && errno != ENOENT)
    die_errno({"unable to copy: ", current, " to ", previous});
  // Between the two renames `current` does not exist; runsvdir tolerates that for a moment.
  if (rename(fresh, current) != 0) {
    const int error = errno;
    rename(previous, current);
    errno = error;
    die_errno({"unable to move: ", fresh, " to ", current});
  }
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  const char* const self = argc > 0 ? argv[0] : "runsvchdir";
  constexpr About about{"runsvchdir dir", "Switch runsvdir to another directory of services.\n"};
  set_program({self});
  answer_alone(about, argc, argv);
  if (argc != 2) report_stray_option(about, argc, argv);
  if (argc != 2 || argv[1][0] == '\0') usage_runit(Text<300>(self, " dir"), 1);
  const char* const directory = argv[1];
  if (directory[0] == '.') die({directory, ": must not start with a dot."});
  const char* const place = getenv("RUNSVDIR");
  const char* const there = place != nullptr && place[0] != '\0' ? place : usual_place;
  if (chdir(there) != 0) die_errno({"unable to chdir: ", there});
  const struct stat wanted = stat_directory(directory);
  struct stat now {};
  if (stat(current, &now) == 0 && is_same_file(now, wanted)) {
    print(directory, ": current.");
    return 0;
  }
  change_to(directory);
  print(directory, ": now current.");
}
