// SPDX-License-Identifier: ISC
// svscanboot: begin svscan with the environment and the place for its messages that a
// boot script of daemontools gives it. See svscanboot(8).
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/about.hh"
#include "base/child.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "service/control.hh"
#include "service/layout.hh"
#include "service/names.hh"

namespace stoker {

namespace {

constexpr std::string_view usual_path =
    "/command:/usr/local/bin:/usr/local/sbin:/bin:/sbin:/usr/bin:/usr/sbin:/usr/X11R6/bin";
constexpr size_t title_size = 400;

// As daemontools has it, but for the directory that this program itself is called from.
PathText path_for(std::string_view argv0) {
  PathText path("PATH=");
  const size_t slash = argv0.rfind('/');
  if (argv0.starts_with('/'))
    path.append(std::string_view(argv0.data(), std::max<size_t>(slash, 1)), ":");
  path.append(usual_path);
  return path;
}

// A supervisor that a scanner of another suite has left would keep ours out. What ours
// has left is taken over by svscan.
void dismiss(int at, const char* service) {
  const PathText path(service, "/", layout::state);
  const Fd state = open_search(at, path.c_str());
  const auto status = state ? read_status(state.get()) : std::nullopt;
  const bool taken_over = status && status->native && status->scanner != 0;
  if (state && !taken_over) static_cast<void>(send_letters(state.get(), "dx"));
}

void dismiss_all(const char* directory) {
  const Fd at = open_directory(AT_FDCWD, directory);
  ServiceNames names;
  if (!at || !names.read(directory, ServiceNames::Dangling::skipped)) return;
  for (const char* const name : names.all()) {
    dismiss(at.get(), name);
    dismiss(at.get(), PathText(name, "/", layout::log).c_str());
  }
}

// What svscan and its services say is shown in the process list.
Fd start_readproctitle(char* const* environment) {
  Pipe pipe = make_pipe();
  if (!pipe) die_errno({"unable to create a pipe"});
  Text<title_size> title;
  while (title.size() < title_size) title.append('.');
  const char* const argv[] = {"readproctitle", "service", "errors:", title.c_str(), nullptr};
  const Spawned child =
      spawn({.argv = argv, .environment = environment, .standard_input = pipe.read.get()});
  errno = child.error != 0 ? child.error : errno;
  if (child.pid < 0 || child.error != 0) die_errno({"unable to start readproctitle"});
  return std::move(pipe.write);
}

void take_no_part_in_the_terminal() {
  const Fd nowhere(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nowhere) die_errno({"unable to open /dev/null"});
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (dup2(nowhere.get(), fd) != fd) die_errno({"unable to open /dev/null"});
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  constexpr About about{"svscanboot [directory]",
                        "Run svscan as a boot script of daemontools does.\n"};
  set_program({"svscanboot"});
  answer_alone(about, argc, argv);
  if (argc > 2 || (argc == 2 && (argv[1][0] == '-' || argv[1][0] == '\0'))) usage(about.synopsis);
  const char* const directory = argc == 2 ? argv[1] : services_directory();
  PathText path = path_for(argv[0]);
  char* environment[] = {path.data(), nullptr};
  environ = environment;

  take_no_part_in_the_terminal();
  dismiss_all(directory);
  const Fd title = start_readproctitle(environment);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    if (dup2(title.get(), fd) != fd) die_errno({"unable to set up the output"});
  const char* const scanner[] = {"svscan", directory, nullptr};
  execvp(scanner[0], const_cast<char* const*>(scanner));
  die_errno({"unable to start svscan"});
}
