// SPDX-License-Identifier: ISC
// setuidgid: run a program under an account's uid and gid. See setuidgid(8).
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/tools.hh"

int main(int argc, char** argv) {
  stoker::set_tool("setuidgid");
  stoker::run_setuidgid(argc, argv, stoker::daemontools_wording);
}
