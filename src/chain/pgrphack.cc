// SPDX-License-Identifier: ISC
// pgrphack: run a program in a session of its own. See pgrphack(8).
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/tools.hh"

int main(int argc, char** argv) {
  stoker::set_tool("pgrphack");
  stoker::run_pgrphack(argc, argv, stoker::daemontools_wording);
}
