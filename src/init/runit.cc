// SPDX-License-Identifier: ISC
// runit: process 1 that runs /etc/runit/1, 2 and 3; runit-init asks it to shut down. See runit(8).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/about.hh"
#include "base/fd.hh"
#include "base/file.hh"
#include "base/options.hh"
#include "base/parse.hh"
#include "base/report.hh"
#include "base/text.hh"
#include "init/stages.hh"

namespace stoker {

namespace {

constexpr char runit_program[] = "/sbin/runit";

void mark(const char* path, mode_t mode) {
  const Fd file = open_truncate(AT_FDCWD, path, mode);
  if (!file) die_errno({"unable to create ", path});
  if (chmod(path, mode) != 0) die_errno({"unable to chmod ", path});
}

int request_shutdown(bool reboots) {
  constexpr mode_t wanted = 0100;
  const MarkFiles& files = exists(AT_FDCWD, debian_files.stop) ? debian_files : usual_files;
  mark(files.stop, wanted);
  if (reboots)
    mark(files.reboot, wanted);
  else if (exists(AT_FDCWD, files.reboot) && chmod(files.reboot, 0) != 0)
    die_errno({"unable to chmod ", files.reboot});
  if (kill(1, SIGCONT) != 0) die_errno({"unable to signal process 1"});
  return 0;
}

// /sbin/init. As process 1 it executes runit, or acts as runit if that does not exist.
int run_init(int argc, char** argv) {
  set_program({"init"});
  if (getpid() == 1) {
    const char* const runit[] = {"runit", nullptr};
    execve(runit_program, const_cast<char* const*>(runit), environ);
    warn_errno({"unable to start ", runit_program, ", continuing without it"});
    return -1;
  }
  constexpr About about{"runit-init 0|6",
                        "Ask runit to end the machine.\n"
                        "  0  power it off\n"
                        "  6  reboot it\n"};
  answer_alone(about, argc, argv);
  const std::string_view word = argc == 2 ? argv[1] : "";
  if (word != "0" && word != "6") {
    report_stray_option(about, argc, argv);
    usage_runit(Text<300>(argv[0], " 0|6"), 0);
  }
  return request_shutdown(word == "6");
}

}  // namespace

}  // namespace stoker

int main(int argc, char** argv) {
  using namespace stoker;
  const std::string_view called = base_name(argc > 0 ? argv[0] : "");
  const bool is_init = called == "runit-init" || called == "init";
  if (is_init) {
    const int code = run_init(argc, argv);
    if (code >= 0) return code;
  }
  set_program({"- runit"});
  if (getpid() != 1) {
    if (argc > 1 && !is_init) {
      constexpr About about{"runit", "Process 1 that runs /etc/runit/1, 2 and 3.\n"};
      set_program({"runit"});
      answer_alone(about, argc, argv);
      report_stray_option(about, argc, argv);
      usage(about.synopsis);
    }
    die({"must be run as process no 1."});
  }
  Stages stages;
  stages.set_up();
  stages.run();
}
