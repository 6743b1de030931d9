// SPDX-License-Identifier: ISC
#include <unistd.h>

#include "catch.hh"

int main(int argc, char** argv) {
  alarm(120);
  return stoker::test::run_tests(argc, argv);
}
