// SPDX-License-Identifier: ISC
// softlimit: run a program with new soft resource limits. See softlimit(8).
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/tools.hh"

int main(int argc, char** argv) {
  stoker::set_tool("softlimit");
  stoker::run_softlimit(argc, argv, stoker::daemontools_wording);
}
