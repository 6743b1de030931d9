// SPDX-License-Identifier: ISC
// setlock: run a program with a file locked. See setlock(8).
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/tools.hh"

int main(int argc, char** argv) {
  stoker::set_tool("setlock");
  stoker::run_setlock(argc, argv, stoker::daemontools_wording);
}
