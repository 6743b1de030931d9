// SPDX-License-Identifier: ISC
// setlock: run a program with a file locked. See setlock(8).
#include "base/report.hh"
#include "chain/tools.hh"

int main(int argc, char** argv) {
  stoker::set_program({"setlock"});
  stoker::run_setlock(argc, argv, stoker::daemontools_wording);
}
