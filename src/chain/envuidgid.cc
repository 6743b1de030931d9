// SPDX-License-Identifier: ISC
// envuidgid: run a program with an account's uid and gid in its environment. See envuidgid(8).
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/tools.hh"

int main(int argc, char** argv) {
  stoker::set_tool("envuidgid");
  stoker::run_envuidgid(argc, argv, stoker::daemontools_wording);
}
