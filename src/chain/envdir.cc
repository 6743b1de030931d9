// SPDX-License-Identifier: ISC
// envdir: run a program with an environment kept in a directory. See envdir(8).
#include "base/origin.hh"
#include "base/report.hh"
#include "chain/tools.hh"

int main(int argc, char** argv) {
  stoker::set_tool("envdir");
  stoker::run_envdir(argc, argv, stoker::daemontools_wording);
}
